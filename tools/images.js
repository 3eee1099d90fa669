import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from './base-image.js';
import { contextOf, imageTag, recipeOf, repositoryOf } from './image-recipes.js';
import { docker, lastLines } from './run.js';
import { ToolError } from './tool-error.js';

/** @typedef {import('./image-recipes.js').ImageName} ImageName */

const FOR_THE_BUILD = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'PIP_INDEX_URL'].flatMap((name) =>
  name === 'PIP_INDEX_URL' ? [name] : [name, name.toLowerCase()],
);

/**
 * Makes images exist: those that the engine holds are taken as they are, the others are built.
 *
 * @param {readonly ImageName[]} names
 * @param {(line: string) => void} say - told what is built
 * @throws {ToolError} a build failed, or a name is taken by an image that is not ours
 */
export async function ensureImages(names, say) {
  const held = new Set();
  for (const repository of new Set(names.map(repositoryOf))) {
    for (const tag of await imagesOf(repository)) held.add(tag);
  }
  for (const name of names) await ensureImage(name, held, say);
}

/**
 * Gives an image of ours another, readable tag, and takes that from an older image of ours.
 *
 * @param {ImageName} name
 * @param {string} tag
 * @throws {ToolError} the tag is taken by an image that is not ours
 */
export async function tagImage(name, tag) {
  await refuseForeign(tag, repositoryOf(name));
  const { exitCode, stderr } = await docker(['tag', imageTag(name), tag]);
  if (exitCode !== 0) throw new ToolError(`cannot tag the image ${tag}`, lastLines(stderr, 1));
}

/**
 * @param {ImageName} name
 * @param {Set<string>} held - names with tags; what is built is added
 * @param {(line: string) => void} say
 */
async function ensureImage(name, held, say) {
  const tag = imageTag(name);
  if (held.has(tag)) return;
  const { from } = recipeOf(name);
  if (from !== undefined) await ensureImage(from, held, say);
  const base = from === undefined ? await ensureBaseImage(say) : imageTag(from);
  await refuseForeign(tag, repositoryOf(name));
  say(`building the image ${tag}${from === undefined ? ' (a minute or two)' : ''}`);
  await build(name, base);
  held.add(tag);
}

/** @param {string} repository */
async function imagesOf(repository) {
  const filter = `label=${repository}`;
  const format = '{{.Repository}}:{{.Tag}}';
  const { stdout } = await docker(['image', 'ls', '--filter', filter, '--format', format]);
  return stdout.split('\n');
}

/**
 * @param {string} tag
 * @param {string} label - which images of ours have
 */
async function refuseForeign(tag, label) {
  const format = `{{index .Config.Labels "${label}"}}`;
  const { exitCode, stdout } = await docker(['image', 'inspect', '--format', format, tag]);
  if (exitCode === 0 && stdout.trim() === '') {
    throw new ToolError(
      `the image ${tag} is there already and is not ours`,
      `rename it: docker tag ${tag} OTHER && docker image rm ${tag}`,
    );
  }
}

/**
 * @param {ImageName} name
 * @param {string} base
 */
async function build(name, base) {
  const folder = await mkdtemp(join(tmpdir(), 'submarine-image-'));
  try {
    for (const { name: file, content } of contextOf(name)) {
      await writeFile(join(folder, file), content);
      // The mode that a COPY keeps must not depend on this machine's umask; the classic builder has no --chmod.
      await chmod(join(folder, file), file.endsWith('.sh') ? 0o755 : 0o644);
    }
    const given = FOR_THE_BUILD.filter((variable) => process.env[variable]);
    const { exitCode, stdout, stderr } = await docker([
      'build',
      `--target=${recipeOf(name).target}`,
      `--tag=${imageTag(name)}`,
      `--label=${repositoryOf(name)}=${recipeOf(name).target}`,
      `--build-arg=BASE=${base}`,
      ...given.map((variable) => `--build-arg=${variable}`),
      folder,
    ]);
    if (exitCode !== 0) {
      throw new ToolError(
        `the image ${imageTag(name)} could not be built`,
        lastLines(`${stdout}\n${stderr}`),
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
