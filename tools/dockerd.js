import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptInstall, hasProgram } from './apt.js';
import { lastLines, run } from './run.js';
import { ToolError } from './tool-error.js';

const LOG = '/var/log/submarine-dockerd.log';
const PID = '/run/submarine-dockerd.pid';
const STARTED_WITHIN_MS = 60_000;

/**
 * Installs docker where it is missing and starts its engine in the background. As root, on Linux.
 *
 * @param {(line: string) => void} say
 * @param {() => Promise<boolean>} answers - whether the engine can be used by now
 * @throws {ToolError} with the end of the engine's log when it does not start
 */
export async function startDockerd(say, answers) {
  if (!(await hasProgram('dockerd')) || !(await hasProgram('docker'))) {
    say('installing docker with apt-get (docker.io, iptables)');
    await aptInstall(['docker.io', 'iptables']);
  }
  // Where there is an init system the package may have started the engine, or it shall.
  if (await answers()) return;
  if (existsSync('/run/systemd/system')) {
    say('starting docker (systemctl start docker)');
    await run('systemctl', ['start', 'docker']);
    return waitFor(answers, () => undefined, 'see: journalctl -u docker');
  }
  if (isRunning('/var/run/docker.pid', 'dockerd')) {
    say('waiting for the docker engine that is starting');
    return waitFor(answers, () => undefined, 'see the log of dockerd');
  }
  say(`starting the docker engine in the background (log: ${LOG}, process id: ${PID})`);
  return startInBackground(answers);
}

/** @param {() => Promise<boolean>} answers */
async function startInBackground(answers) {
  // After a crash or a copied disk these name other processes, and neither program starts over a living one.
  removeStale('/var/run/docker.pid', 'dockerd');
  removeStale('/var/run/docker/containerd/containerd.pid', 'containerd');
  const log = openSync(LOG, 'w');
  const dockerd = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] });
  let ended = false;
  dockerd.on('error', () => (ended = true));
  dockerd.on('exit', () => (ended = true));
  dockerd.unref();
  if (dockerd.pid !== undefined) writeFileSync(PID, `${dockerd.pid}\n`);
  await waitFor(
    answers,
    () => (ended ? 'dockerd ended' : undefined),
    `its log, ${LOG}, ends:`,
    () => lastLines(readFileSync(LOG, 'utf8'), 8),
  );
}

/**
 * @param {() => Promise<boolean>} answers
 * @param {() => string | undefined} failed - why there is nothing left to wait for
 * @param {string} hint
 * @param {() => string} [evidence]
 */
async function waitFor(answers, failed, hint, evidence = () => '') {
  const deadline = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    if (await answers()) return;
    const why = failed() ?? (Date.now() > deadline ? 'it does not answer' : undefined);
    if (why !== undefined) {
      throw new ToolError(
        `the docker engine did not start: ${why}`,
        `${hint}\n${evidence()}`.trimEnd(),
      );
    }
    await sleep(250);
  }
}

/**
 * @param {string} pidFile
 * @param {string} program
 */
function removeStale(pidFile, program) {
  if (existsSync(pidFile) && !isRunning(pidFile, program)) rmSync(pidFile);
}

/**
 * Whether the process that a pid file names is that program, and not another that got its number later.
 *
 * @param {string} pidFile
 * @param {string} program
 */
function isRunning(pidFile, program) {
  try {
    const pid = readFileSync(pidFile, 'utf8').trim();
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === program;
  } catch {
    return false;
  }
}
