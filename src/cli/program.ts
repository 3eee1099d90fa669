import { Command, CommanderError } from 'commander';

import { definedOnly } from '../defined-only.ts';
import { askedHelp, fullName } from './asked-help.ts';
import { attachCommand } from './commands/attach.ts';
import { completionCommand } from './commands/completion.ts';
import { dfCommand } from './commands/df.ts';
import { doctorCommand } from './commands/doctor.ts';
import { envCommand } from './commands/env/env.ts';
import { execCommand } from './commands/exec.ts';
import { experimentCommand } from './commands/experiment/experiment.ts';
import { imageCommand } from './commands/image/image.ts';
import { kernelCommand } from './commands/kernel/kernel.ts';
import { logsCommand } from './commands/logs.ts';
import { notebookCommand } from './commands/notebook/notebook.ts';
import { pruneCommand } from './commands/prune.ts';
import { psCommand } from './commands/ps.ts';
import { rerunCommand } from './commands/rerun.ts';
import { rmCommand } from './commands/rm.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs/runs.ts';
import { shellCommand } from './commands/shell.ts';
import { stopCommand } from './commands/stop.ts';
import { trustCommand } from './commands/trust/trust.ts';
import { versionCommand } from './commands/version.ts';
import { waitCommand } from './commands/wait.ts';
import type { Context, GlobalOptions } from './context.ts';
import { createContext } from './context.ts';
import { ExitCode } from './exit-codes.ts';
import { addGlobalOptions, readGlobalOptions } from './options/global-options.ts';
import type { Host, Package } from './host.ts';
import { report } from './terminal/report.ts';

/** Runs one command line; see `main`. */
export async function runProgram(
  argv: readonly string[],
  host: Host,
  ownPackage: Package,
): Promise<number> {
  let globals: GlobalOptions = {};
  let exitCode: number = ExitCode.ok;
  const context = createContext(
    host,
    ownPackage,
    () => globals,
    (code) => {
      exitCode = code;
    },
  );
  if (argv[0] === COMPLETE) {
    const words = argv.slice(argv[1] === '--' ? 2 : 1);
    globals = definedOnly({ store: givenStore(words) });
    const { complete } = await import('./completion/complete.ts');
    await complete(words, createProgram(words, context), context);
    return exitCode;
  }
  const program = createProgram(argv, context).hook('preAction', (_program, command) => {
    globals = readGlobalOptions(command);
  });
  try {
    const asked = askedHelp(argv, program);
    if (asked === undefined) await program.parseAsync([...argv], { from: 'user' });
    else asked.outputHelp();
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return await report(error, context);
  } finally {
    context.signals.stop();
  }
}

const COMMANDS: Readonly<Record<string, (context: Context) => Command>> = {
  env: envCommand,
  run: runCommand,
  experiment: experimentCommand,
  notebook: notebookCommand,
  exec: execCommand,
  shell: shellCommand,
  rerun: rerunCommand,
  ps: psCommand,
  logs: logsCommand,
  attach: attachCommand,
  wait: waitCommand,
  stop: stopCommand,
  rm: rmCommand,
  prune: pruneCommand,
  runs: runsCommand,
  kernel: kernelCommand,
  df: dfCommand,
  image: imageCommand,
  trust: trustCommand,
  doctor: doctorCommand,
  completion: completionCommand,
  version: versionCommand,
};

/** What scripts of shells ask by, for what can stand in the place of the last of the words behind it. */
const COMPLETE = '__complete';

/** What a line that is not whole yet says of the store. */
function givenStore(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '--store' || word.startsWith('--store='));
  const [word, next] = at < 0 ? [] : words.slice(at, at + 2);
  return word === '--store' ? next : word?.slice('--store='.length);
}

/** To make all of them takes 8 ms, so where the first word is a command, that one is made alone. */
function commandsFor([first = '']: readonly string[]) {
  const named = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}

function createProgram(argv: readonly string[], context: Context): Command {
  const { streams } = context.host;
  const program = new Command('submarine')
    .description('Name an environment once, then run experiments and notebooks in it anywhere.')
    .version(context.package.version)
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Examples:
  submarine env add --name demo --image python:3.12-slim
  submarine run --env demo -- python -c 'print("hello")'
  submarine env list`,
    );
  for (const make of commandsFor(argv)) program.addCommand(make(context));
  configure(program, (command) => {
    addGlobalOptions(command);
    command.showHelpAfterError(`  see: ${fullName(command)} --help`);
    command.exitOverride().configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
      outputError: (text, write) => write(inOurWords(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  });
  return program;
}

function configure(command: Command, apply: (command: Command) => void): void {
  apply(command);
  for (const child of command.commands) configure(child, apply);
}

/** What commander says of a command line, in the form of our own errors. */
function inOurWords(text: string): string {
  return text
    .replace(/^error: /, 'submarine: ')
    .replace(/^\(Did you mean (.*)\?\)$/m, '  did you mean $1?');
}
