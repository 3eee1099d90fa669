import { Command, Option } from 'commander';

import { UsageError } from '../../../errors.ts';
import type { NotebookRequest } from '../../../operations/notebooks/notebook-request.ts';
import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { addLaunchOptions } from '../../options/launch-options.ts';
import type { NotebookOptions } from '../../options/notebook-options.ts';
import { parseTimer } from '../../options/span-option.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { stopCommand } from './stop.ts';
import { urlCommand } from './url.ts';

export function notebookCommand(context: Context): Command {
  const command = new Command('notebook')
    .description('open JupyterLab in an environment; its kernel is what notebooks run in')
    .argument('[dir]', 'the folder to open (default: the working directory)')
    .argument('[argument...]', 'arguments for JupyterLab, after --')
    .usage('[options] [dir] [-- ARGUMENT...]')
    .enablePositionalOptions();
  const publish = new Option(
    '--publish <port>',
    'publish another port: 127.0.0.1:6006:6006 (repeatable)',
  );
  addLaunchOptions(command, publish)
    .addOption(new Option('-p <port>').hideHelp().argParser(refusePort))
    .option('-d, --detach', 'leave the server running, and print its address')
    .option('--port <port>', 'a port of 127.0.0.1, or ADDRESS:PORT, such as 0.0.0.0:8899')
    .option('--idle-timeout <time>', 'stop the server after this much idle time: 2h', parseIdle)
    .option('--reuse', 'reuse the server already running for this folder')
    .option('--new', 'start another server, and do not ask')
    .option('--no-browser', 'only print the address')
    .addHelpText(
      'after',
      `
The address is printed when the server answers. Ctrl-C stops the server and its container. It
answers on this machine alone, unless --port names another address, and only to those who have its
token.

Every Jupyter kernel of the environment's kernel is offered, and terminals are in it, too. Notebooks
cannot change the kernel: what pip installs in one is gone when the server stops. To open a
folder named list, url, stop or logs, write ./list.

Examples:
  submarine env add --name lab --image jupyter/scipy-notebook
  submarine notebook --env lab
  submarine notebook --env lab --memory 4g --dry-run
  submarine notebook --env lab --detach --idle-timeout 2h`,
    )
    .action(async (dir: string | undefined, words: readonly string[], options: NotebookOptions) => {
      const { openInNotebook } = await import('./open.ts');
      await openInNotebook(await toRequest(dir, words, options, context), options, context);
    });
  for (const make of [listCommand, urlCommand, stopCommand, logsCommand]) {
    command.addCommand(make(context));
  }
  return command;
}

async function toRequest(
  dir: string | undefined,
  words: readonly string[],
  options: NotebookOptions,
  context: Context,
): Promise<NotebookRequest> {
  const { toRunRequest, parsed } = await import('../../options/to-run-request.ts');
  const { parseHostPort } = await import('../../../launch/ports.ts');
  const { command: _none, ...run } = await toRunRequest([], options, context);
  const { terminal: _terminal, detachKeys: _keys, tellsInterrupt: _tells, ...request } = run;
  // Without a folder what stands behind -- comes in its place.
  const isArgument = dir?.startsWith('-') === true;
  const given = isArgument ? [dir, ...words] : words;
  refuseSecondFolder(given);
  return {
    ...request,
    ...parsed(options.port, parseHostPort),
    code: folderOf(isArgument ? undefined : dir, options),
    arguments: given,
    idleTimeoutMs: options.idleTimeout,
    detached: options.detach,
  };
}

function refuseSecondFolder([first]: readonly string[]): void {
  if (first === undefined || first.startsWith('-')) return;
  throw new UsageError(
    `cannot open a second folder, ${quote(first)}`,
    'write arguments for JupyterLab after --',
  );
}

function folderOf(dir: string | undefined, { code }: NotebookOptions): string | false | undefined {
  if (dir === undefined) return code;
  if (code === undefined) return dir;
  throw code === false
    ? new UsageError('cannot combine DIR with --no-code', 'leave one of them out')
    : new UsageError('the folder is named twice', 'give it as DIR or by --code');
}

function refusePort(given: string): never {
  const port = given.split(':').at(-2) || '8899';
  throw new UsageError(
    '-p would publish a port to the network, so notebook does not take it',
    `choose its port on this machine: --port ${port}; publish another one: --publish 127.0.0.1:6006:6006`,
  );
}

function parseIdle(text: string): number {
  const spanMs = parseTimer(text);
  if (spanMs >= 1000) return spanMs;
  throw new UsageError(`invalid time ${quote(text)}`, 'write a time of a second or more');
}
