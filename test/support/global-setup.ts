import { aptInstall, hasProgram } from '../../tools/apt.js';
import { ensureEngine } from '../../tools/engine.js';
import { TEST_IMAGES } from '../../tools/image-recipes.js';
import { ensureImages } from '../../tools/images.js';
import { docker } from '../../tools/run.js';
import build from './build.ts';

const LABEL = 'submarine-test';
const LEFT_OVER_AFTER_MS = 60 * 60 * 1000;

/** Once before all end-to-end tests: the command, an engine, the images, and nothing left of a run that was killed. */
// oxlint-disable-next-line import/no-default-export -- jest asks for it
export default async function globalSetup(): Promise<void> {
  try {
    await build();
    await ensurePrograms();
    await ensureEngine(say);
    await ensureImages(TEST_IMAGES, say);
  } catch (error) {
    if (error instanceof Error && 'hint' in error) error.message += `\n  ${String(error.hint)}`;
    throw error;
  }
  await removeLeftOvers('container', '{{.Created}}', ['container', 'ls', '--all']);
  await removeLeftOvers('volume', '{{.CreatedAt}}', ['volume', 'ls']);
}

/** What tests drive, by Debian's names. */
const PROGRAMS = ['chromium', 'zsh', 'fish'];

async function ensurePrograms(): Promise<void> {
  const missing: string[] = [];
  for (const program of PROGRAMS) if (!(await hasProgram(program))) missing.push(program);
  if (missing.length === 0) return;
  say(`installing ${missing.join(', ')} with apt-get`);
  await aptInstall(missing);
}

function say(line: string): void {
  process.stderr.write(`test bed: ${line}\n`);
}

/** Another run of the tests may be going on beside this one, so only what is old is left over. */
async function removeLeftOvers(
  kind: 'container' | 'volume',
  created: string,
  list: readonly string[],
): Promise<void> {
  const { stdout } = await docker([...list, '--quiet', '--filter', `label=${LABEL}`]);
  for (const id of stdout.split('\n').filter((line) => line !== '')) {
    const inspected = await docker([kind, 'inspect', '--format', created, id]);
    const ageMs = Date.now() - Date.parse(inspected.stdout);
    if (ageMs > LEFT_OVER_AFTER_MS) await docker([kind, 'rm', '--force', id]);
  }
}
