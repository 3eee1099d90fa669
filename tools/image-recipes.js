import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extraCertificates } from './host-certificates.js';

/**
 * How an image is made: a target of a Dockerfile, on top of another image of ours or of the base.
 *
 * @typedef {object} Recipe
 * @property {string} dockerfile
 * @property {string} target
 * @property {readonly string[]} files - what the build reads besides; paths from the root of the project
 * @property {ImageName} [from] - without it the base image
 */

/** Raise it when all images are to be built anew though none of their files changed. */
const VERSION = 1;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = 'submarine-example';
const DEBIAN = 'examples/images/debian';
const TEST = 'test/support/images';
const CONDA_FILES = [
  'channel.py',
  'image-channel.py',
  'conda',
  'condarc',
  'conda-requirements.txt',
].map((name) => `${DEBIAN}/${name}`);
const EXAMPLE_FILES = [
  ...CONDA_FILES,
  `${DEBIAN}/jupyter-requirements.txt`,
  'bootstrap/submarine-bootstrap.sh',
];

/** @typedef {keyof typeof RECIPES} ImageName */

const RECIPES = {
  plain: debian('plain', []),
  conda: debian('conda', CONDA_FILES),
  busybox: small('busybox'),
  shAlone: small('sh-alone'),
  noShell: small('no-shell'),
  test: kernels('test'),
  shBash: kernels('sh-bash'),
  shDash: kernels('sh-dash'),
  shBusybox: kernels('sh-busybox'),
  noFlock: kernels('no-flock'),
  condaLock: {
    dockerfile: `${TEST}/conda-lock.Dockerfile`,
    target: 'conda-lock',
    files: [`${TEST}/conda-lock-requirements.txt`],
    from: /** @type {const} */ ('test'),
  },
  example: debian('example', EXAMPLE_FILES),
  languages: {
    ...{ dockerfile: `${TEST}/languages.Dockerfile`, target: 'languages', files: [] },
    from: /** @type {const} */ ('example'),
  },
  // The same once more under a name for users, so that no test ever touches what is theirs.
  quickstart: debian('example', EXAMPLE_FILES),
};

/** @type {readonly ImageName[]} */
export const TEST_IMAGES = [
  'plain',
  'conda',
  'example',
  'test',
  'shBash',
  'shDash',
  'shBusybox',
  'noFlock',
  'busybox',
  'shAlone',
  'noShell',
  'languages',
];

/**
 * The recipe of an image.
 *
 * @param {ImageName} name
 * @returns {Recipe}
 */
export function recipeOf(name) {
  return RECIPES[name];
}

/**
 * The name with tag of an image: the same inputs have the same tag, so an image that is there is never built again.
 *
 * @param {ImageName} name
 * @returns {string} `submarine-example:0123456789ab`, or `submarine-test:plain-0123456789ab`
 */
export function imageTag(name) {
  const { target, from } = recipeOf(name);
  const hash = createHash('sha256').update(`${VERSION} ${target} ${from ? imageTag(from) : ''}\0`);
  for (const { name: file, content } of contextOf(name)) hash.update(`${file}\0${content}\0`);
  const digest = hash.digest('hex').slice(0, 12);
  const repository = repositoryOf(name);
  return repository === EXAMPLE ? `${EXAMPLE}:${digest}` : `${repository}:${target}-${digest}`;
}

/**
 * The name without tag of an image, which is also the label that is on it and on its containers.
 *
 * @param {ImageName} name
 */
export function repositoryOf(name) {
  return name === 'quickstart' ? EXAMPLE : 'submarine-test';
}

/**
 * The files that a build is given, flat: `Dockerfile` and those of the recipe under their own names.
 *
 * @param {ImageName} name
 * @returns {{ name: string, content: string }[]}
 */
export function contextOf(name) {
  const { dockerfile, files, from } = recipeOf(name);
  return [
    { name: 'Dockerfile', content: read(dockerfile) },
    ...files.map((path) => ({ name: path.replace(/.*\//, ''), content: read(path) })),
    ...(from === undefined
      ? [{ name: 'host-ca.crt', content: extraCertificates(process.env) }]
      : []),
  ];
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

/**
 * @param {string} target
 * @param {readonly string[]} files
 * @returns {Recipe}
 */
function debian(target, files) {
  return { dockerfile: `${DEBIAN}/Dockerfile`, target, files };
}

/**
 * @param {string} target
 * @returns {Recipe}
 */
function kernels(target) {
  const files = [`${DEBIAN}/channel.py`, `${TEST}/test-channel.py`];
  return {
    dockerfile: `${TEST}/kernels.Dockerfile`,
    target,
    files,
    from: /** @type {const} */ ('conda'),
  };
}

/**
 * @param {string} target
 * @returns {Recipe}
 */
function small(target) {
  return {
    dockerfile: `${TEST}/small.Dockerfile`,
    target,
    files: [],
    from: /** @type {const} */ ('plain'),
  };
}
