import { execa } from 'execa';
import { aptInstall, hasProgram } from './apt.js';
import { docker, lastLines } from './run.js';
import { ToolError } from './tool-error.js';

const DEBIAN = 'debian:bookworm-slim';
const OWN = 'submarine-base:bookworm';
const PULL_WITHIN_MS = 180_000;

/**
 * Finds or makes an image of a small Debian, which the others are built from: the registry's, or where no registry
 * answers one made of Debian's packages.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its name
 * @throws {ToolError} neither can be had
 */
export async function ensureBaseImage(say) {
  for (const name of [OWN, DEBIAN]) {
    if ((await docker(['image', 'inspect', name])).exitCode === 0) return name;
  }
  say(`pulling ${DEBIAN}`);
  const pulled = await docker(['pull', '--quiet', DEBIAN], { timeoutMs: PULL_WITHIN_MS });
  if (pulled.exitCode === 0) return DEBIAN;
  const cause = lastLines(pulled.stderr, 1) || 'no registry answered in time';
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !(await hasProgram('apt-get'))) {
    throw new ToolError(
      `${DEBIAN} cannot be pulled: ${cause}`,
      `get the image some other way (docker load), or run this as root on Debian or Ubuntu`,
    );
  }
  say(`no registry has it (${cause}); making it of Debian's packages, which takes a minute`);
  await importDebian();
  return OWN;
}

/** mmdebstrap's archive goes straight to the engine. */
async function importDebian() {
  if (!(await hasProgram('mmdebstrap'))) {
    await aptInstall(['mmdebstrap', 'debian-archive-keyring']);
  }
  const bootstrap = execa(
    'mmdebstrap',
    // What the registry's slim image leaves out, too.
    [
      '--variant=minbase',
      ...['doc', 'man', 'locale', 'info'].map(
        (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
      ),
      'bookworm',
      '-',
    ],
    { stdin: 'ignore', encoding: 'buffer', buffer: { stdout: false, stderr: true }, reject: false },
  );
  const imported = execa('docker', ['import', '--change', 'CMD ["bash"]', '-', OWN], {
    stdin: 'pipe',
    reject: false,
  });
  bootstrap.stdout.pipe(imported.stdin);
  const [made, taken] = await Promise.all([bootstrap, imported]);
  if (made.exitCode !== 0) {
    await docker(['image', 'rm', OWN]);
    throw new ToolError('mmdebstrap made no Debian image', lastLines(String(made.stderr)));
  }
  if (taken.exitCode !== 0) throw new ToolError('docker import failed', lastLines(taken.stderr));
}
