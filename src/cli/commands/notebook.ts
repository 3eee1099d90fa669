import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { LaunchOptions } from '../options/launch-options.ts';
import { addLaunchOptions } from '../options/launch-options.ts';
import { limitsOf } from './run.ts';

interface NotebookOptions extends LaunchOptions {
  /** `false` for `--no-browser`. */
  readonly browser: boolean;
}

export function notebookCommand(context: Context): Command {
  const command = new Command('notebook')
    .description('open JupyterLab in an environment; its kernel is what notebooks run in')
    .argument('[dir]', 'the folder to open (default: the working directory)');
  return addLaunchOptions(command)
    .option('--no-browser', 'only print the address')
    .addHelpText(
      'after',
      `
The address is printed when the server answers. Ctrl-C stops the server and its container.

Notebooks cannot change the kernel: what pip installs in one is gone when the server stops.

Examples:
  submarine env add --name lab --image jupyter/scipy-notebook
  submarine notebook --env lab
  submarine notebook --env lab --memory 4g --dry-run`,
    )
    .action(async (dir: string | undefined, options: NotebookOptions) => {
      await openInNotebook(dir, options, context);
    });
}

async function openInNotebook(
  dir: string | undefined,
  options: NotebookOptions,
  context: Context,
): Promise<void> {
  const { host, io } = context;
  const { toRunRequest } = await import('../options/to-run-request.ts');
  const { openNotebook, showNotebook } =
    await import('../../operations/notebooks/open-notebook.ts');
  const { command: _none, ...request } = await toRunRequest([], options, context);
  const named = { ...request, code: folderOf(dir, options) };
  const submarine = await context.submarine();
  if (options.dryRun === true) {
    io.out(await showNotebook(submarine, named, context.call()));
    return;
  }
  const { followRun } = await import('../terminal/follow-run.ts');
  const { stderr } = host.streams;
  const streams = { stdout: stderr.fd, stderr };
  const { run, url } = await openNotebook(submarine, named, streams, context.call());
  const shown = url.then((address) => show(address, options, context));
  const code = await followRun(run, limitsOf(options), context);
  await shown;
  context.exitWith(code);
}

function folderOf(dir: string | undefined, { code }: NotebookOptions): string | false | undefined {
  if (dir === undefined) return code;
  if (code === undefined) return dir;
  throw code === false
    ? new UsageError(
        'a folder to open is named, and --no-code mounts none',
        'leave one of them out',
      )
    : new UsageError('the folder is named twice', 'give it as DIR or by --code');
}

async function show(
  url: string | undefined,
  { browser }: NotebookOptions,
  { host, io }: Context,
): Promise<void> {
  if (url === undefined) return;
  io.out(url);
  if (!browser || !io.stdoutIsTerminal) return;
  const { openBrowser } = await import('../terminal/browser.ts');
  openBrowser(url, host.env);
}
