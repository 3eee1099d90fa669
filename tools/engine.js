import { docker } from './run.js';
import { startDockerd } from './dockerd.js';
import { ToolError } from './tool-error.js';

/**
 * Finds a docker engine that answers, as it is; where there is none on this machine and it can be done without
 * asking (Linux, root), installs and starts one.
 *
 * @param {(line: string) => void} say - told each thing that is done to the machine
 * @throws {ToolError} there is no engine and none could be started
 */
export async function ensureEngine(say) {
  const found = await askEngine();
  if (found.answers) return;
  const chosen = ['DOCKER_HOST', 'DOCKER_CONTEXT'].find((name) => process.env[name]);
  if (chosen !== undefined) {
    throw new ToolError(
      `the docker engine that ${chosen} names (${process.env[chosen]}) does not answer: ${found.cause}`,
      `start it, or unset ${chosen}`,
    );
  }
  if (/permission denied/i.test(found.cause)) {
    throw new ToolError(
      'this user may not use the docker engine',
      'join its group (sudo usermod -aG docker "$USER") and log in again',
    );
  }
  if (process.platform !== 'linux') {
    throw new ToolError(`no docker engine answers: ${found.cause}`, 'start Docker Desktop');
  }
  if (process.getuid?.() !== 0) {
    throw new ToolError(
      `no docker engine answers: ${found.cause}`,
      found.missing
        ? 'install docker (https://docs.docker.com/engine/install/), or run this as root'
        : 'start it (sudo systemctl start docker), or run this as root',
    );
  }
  await startDockerd(say, async () => (await askEngine()).answers);
}

/**
 * @returns {Promise<{ answers: boolean, missing: boolean, cause: string }>} `cause` is one line; `missing` when
 *   there is no docker client
 */
async function askEngine() {
  const { exitCode, stdout, stderr, missing } = await docker(
    ['version', '--format', '{{.Server.Version}}'],
    { timeoutMs: 20_000 },
  );
  if (missing) return { answers: false, missing, cause: 'there is no docker program' };
  const cause = stderr.trim().split('\n').at(-1) ?? '';
  return {
    answers: exitCode === 0 && stdout.trim() !== '',
    missing,
    cause: cause === '' ? 'it is silent' : cause,
  };
}
