import { Command, CommanderError } from 'commander';

import { attachCommand } from './commands/attach.ts';
import { dfCommand } from './commands/df.ts';
import { envCommand } from './commands/env/env.ts';
import { execCommand } from './commands/exec.ts';
import { imageCommand } from './commands/image/image.ts';
import { kernelCommand } from './commands/kernel/kernel.ts';
import { logsCommand } from './commands/logs.ts';
import { notebookCommand } from './commands/notebook.ts';
import { pruneCommand } from './commands/prune.ts';
import { psCommand } from './commands/ps.ts';
import { rerunCommand } from './commands/rerun.ts';
import { rmCommand } from './commands/rm.ts';
import { runCommand } from './commands/run.ts';
import { shellCommand } from './commands/shell.ts';
import { stopCommand } from './commands/stop.ts';
import { trustCommand } from './commands/trust/trust.ts';
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
  const program = createProgram(context).hook('preAction', (_program, command) => {
    globals = readGlobalOptions(command);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return await report(error, context);
  } finally {
    context.signals.stop();
  }
}

function createProgram(context: Context): Command {
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
  const commands = [
    envCommand(context),
    runCommand(context),
    notebookCommand(context),
    execCommand(context),
    shellCommand(context),
    rerunCommand(context),
    psCommand(context),
    logsCommand(context),
    attachCommand(context),
    waitCommand(context),
    stopCommand(context),
    rmCommand(context),
    pruneCommand(context),
    kernelCommand(context),
    dfCommand(context),
    imageCommand(context),
    trustCommand(context),
  ];
  for (const command of commands) program.addCommand(command);
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

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** What commander says of a command line, in the form of our own errors. */
function inOurWords(text: string): string {
  return text
    .replace(/^error: /, 'submarine: ')
    .replace(/^\(Did you mean (.*)\?\)$/m, '  did you mean $1?');
}
