import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SUBMARINE = fileURLToPath(new URL('../../bin/submarine.js', import.meta.url));

/** @typedef {ReturnType<typeof makeBed>} Bed */

/**
 * A home of its own, with what it takes to run programs there. Each fails with what the program said.
 *
 * @param {string} image - that everything runs in
 */
export function makeBed(image) {
  const home = mkdtempSync(join(tmpdir(), 'submarine-bench-'));
  // Where NODE_EXTRA_CA_CERTS is set, each start of Node reads all of those certificates, some 50 ms.
  const { NODE_EXTRA_CA_CERTS: _unset, ...inherited } = process.env;
  const env = {
    ...inherited,
    HOME: home,
    XDG_CACHE_HOME: '',
    XDG_DATA_HOME: '',
    XDG_STATE_HOME: '',
    SUBMARINE_STORE: '',
  };
  const run = (/** @type {string} */ program, /** @type {readonly string[]} */ args) => {
    const result = spawnSync(program, args, { env, cwd: home, encoding: 'utf8' });
    return succeeded([program, ...args], result.status, result);
  };
  return {
    home,
    env,
    command: /** @type {const} */ ([process.execPath, SUBMARINE]),
    image,
    run,
    submarine: (/** @type {string[]} */ ...args) => run(process.execPath, [SUBMARINE, ...args]),
    docker: (/** @type {string[]} */ ...args) => run('docker', args),
    /**
     * A program that others need not wait for, with more variables.
     *
     * @param {readonly [string, ...string[]]} argv
     * @param {Record<string, string>} more
     */
    start: async (argv, more = {}) => {
      const [name, ...args] = argv;
      const program = spawn(name, args, {
        env: { ...env, ...more },
        cwd: home,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      program.stderr.on('data', (text) => (stderr += text));
      const status = await new Promise((ended) => program.on('close', ended));
      succeeded(argv, status, { stdout: '', stderr });
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/**
 * @param {readonly string[]} argv
 * @param {number | null} status
 * @param {{ readonly stdout: string, readonly stderr: string }} output
 */
function succeeded(argv, status, { stdout, stderr }) {
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${status}\n${stderr}`);
  return stdout;
}
