import { lastLines, run } from './run.js';
import { ToolError } from './tool-error.js';

/** On a machine that has just booted, upgrades may be going on. */
const PATIENT = ['--option=DPkg::Lock::Timeout=120'];

/**
 * Installs packages of Debian or Ubuntu. As root.
 *
 * @param {readonly string[]} packages
 * @throws {ToolError} the system has no apt-get, or it failed
 */
export async function aptInstall(packages) {
  if (!(await hasProgram('apt-get'))) {
    throw new ToolError(
      `this system has no apt-get to install ${packages.join(', ')} with`,
      'install them by hand, then try again',
    );
  }
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  // The lists of a fresh machine are empty or old; an update that fails is told by the install.
  await run('apt-get', ['update'], options);
  const args = ['install', '--yes', '--no-install-recommends', ...PATIENT, ...packages];
  const { exitCode, stdout, stderr } = await run('apt-get', args, options);
  if (exitCode !== 0) {
    throw new ToolError(`apt-get ${args.join(' ')} failed`, lastLines(`${stdout}\n${stderr}`));
  }
}

/** @param {string} program */
export async function hasProgram(program) {
  const { exitCode } = await run('sh', ['-c', 'command -v -- "$1"', 'sh', program]);
  return exitCode === 0;
}
