import { execa } from 'execa';

/**
 * What a program that ended has left.
 *
 * @typedef {object} Outcome
 * @property {number | undefined} exitCode - undefined when it could not be started, or was ended by a signal
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} missing - there is no such program
 */

/**
 * Runs a program to its end, whatever that is; nothing of it reaches the screen.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ input?: string, timeoutMs?: number, env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<Outcome>}
 */
export async function run(program, args, { input, timeoutMs, env, cwd } = {}) {
  const result = await execa(program, args, {
    reject: false,
    stripFinalNewline: true,
    ...(input === undefined ? { stdin: /** @type {const} */ ('ignore') } : { input }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  return {
    exitCode: result.exitCode,
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    missing: result.code === 'ENOENT',
  };
}

/**
 * Runs the docker client to its end.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function docker(args, options) {
  return run('docker', args, options);
}

/**
 * The end of what a program said, for an error: its last lines that are not empty.
 *
 * @param {string} output
 */
export function lastLines(output, count = 12) {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
