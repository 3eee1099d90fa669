import type { Dialect } from '../container-client/dialect.ts';
import { attachArgv, dockerArgv, execArgv, passedWords } from './docker-argv.ts';
import { explain, explainMissing, isNoShell } from './docker-messages.ts';
import { EXEC_REFUSALS, explainExec } from './exec-refusals.ts';

/** Docker's own client, version 20.10 or later. */
export const DOCKER: Dialect = {
  program: 'docker',
  runArgv: dockerArgv,
  execArgv,
  attachArgv,
  // Each is loaded by those alone who need it.
  copyLogs: async (...call) => (await import('./docker-logs.ts')).copyLogs(...call),
  openExec: async (...call) => (await import('./docker-exec.ts')).openExec(...call),
  passedWords,
  startRefusals: [
    'docker: ',
    // The init process that `--init` puts before the command.
    '[FATAL tini (',
    'invalid argument "',
    'unknown flag: ',
    'unknown shorthand flag: ',
  ],
  execRefusals: EXEC_REFUSALS,
  explain,
  explainExec,
  isNoShell,
  explainMissing,
};
