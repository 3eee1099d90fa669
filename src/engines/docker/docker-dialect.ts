import type { Dialect } from '../container-client/dialect.ts';
import { dockerArgv, execArgv, passedWords } from './docker-argv.ts';
import { explain, explainMissing, isNoShell } from './docker-messages.ts';
import { EXEC_REFUSALS, explainExec } from './exec-refusals.ts';

/** Docker's own client, version 20.10 or later. */
export const DOCKER: Dialect = {
  program: 'docker',
  runArgv: dockerArgv,
  execArgv,
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
