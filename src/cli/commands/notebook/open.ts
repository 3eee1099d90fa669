import { hostname, userInfo } from 'node:os';

import { UsageError } from '../../../errors.ts';
import type { KnownNotebook } from '../../../operations/notebooks/list-notebooks.ts';
import type { NotebookRequest } from '../../../operations/notebooks/notebook-request.ts';
import type { Notebook } from '../../../operations/notebooks/open-notebook.ts';
import type { Submarine } from '../../../operations/submarine.ts';
import { formatAgo } from '../../../text/time-span.ts';
import type { Context } from '../../context.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { NotebookOptions } from '../../options/notebook-options.ts';
import { findOpener, openBrowser, sshLine } from '../../terminal/browser.ts';
import { followRun } from '../../terminal/follow-run.ts';
import { stopOnInterrupt } from '../../terminal/stop-on-interrupt.ts';
import { limitsOf } from '../../options/run-options.ts';

/** Opens a notebook, or the one that is open already, and stays with its server unless it is detached. */
export async function openInNotebook(
  request: NotebookRequest,
  options: NotebookOptions,
  context: Context,
): Promise<void> {
  const submarine = await context.submarine();
  const notebooks = await import('../../../operations/notebooks/open-notebook.ts');
  if (options.dryRun === true) {
    context.io.out(await notebooks.showNotebook(submarine, request, context.call()));
    return;
  }
  const open = await findOpenOne(submarine, request, options, context);
  if (open?.url !== undefined) return show(open.url, options, context);
  const { stderr } = context.host.streams;
  const streams = { stdout: stderr.fd, stderr };
  const notebook = await notebooks.openNotebook(submarine, request, streams, context.call());
  await (options.detach === true ? leave : stayWith)(notebook, options, context);
}

/** Prints the address of a server that goes on. */
async function leave({ run, url }: Notebook, options: NotebookOptions, context: Context) {
  const address = await url;
  if (address !== undefined) return show(address, options, context);
  const { stderr } = context.host.streams;
  const { exitCode } = await run.ended;
  await run.logs({ stdout: stderr, stderr }, { tail: LAST_LINES });
  await run.remove();
  context.io.note(`submarine: the server ended with code ${exitCode} before it answered`);
  context.exitWith(exitCode || ExitCode.internal);
}

const LAST_LINES = 20;

async function stayWith(
  notebook: Notebook,
  options: NotebookOptions,
  context: Context,
): Promise<void> {
  const { run, url } = notebook;
  const shown = url.then(async (address) => {
    if (address !== undefined) await show(address, options, context);
    return address;
  });
  // It is told below.
  shown.catch(() => {});
  const { onInterrupt, wasStopped } = stopOnInterrupt(notebook, context);
  const code = await followRun(run, { ...limitsOf(options), onInterrupt }, context);
  const address = await shown;
  if (!wasStopped()) return context.exitWith(code);
  if (address !== undefined) return context.exitWith(ExitCode.ok);
  context.io.note('submarine: stopped before the notebook answered');
  context.exitWith(INTERRUPTED);
}

const INTERRUPTED = 130;

async function findOpenOne(
  submarine: Submarine,
  request: NotebookRequest,
  { reuse = false, new: isNew = false }: NotebookOptions,
  { io, call }: Context,
): Promise<KnownNotebook | undefined> {
  if (reuse && isNew) throw new UsageError('cannot combine --reuse with --new', 'leave one out');
  if (isNew) return undefined;
  const { findOpenNotebook } = await import('../../../operations/notebooks/find-open-notebook.ts');
  const open = await findOpenNotebook(submarine, request, call());
  if (open === undefined || reuse) return open;
  const ago = formatAgo(Date.now() - open.startedAt.getTime());
  const what = `a notebook of ${open.environment}, started ${ago}, is open in this folder`;
  if (io.canAsk) return (await io.confirm(`${what}: open that one?`)) ? open : undefined;
  io.note(`submarine: ${what}: submarine notebook url ${open.id}`);
  return undefined;
}

async function show(
  url: string,
  { browser }: Pick<NotebookOptions, 'browser'>,
  { host, io }: Context,
): Promise<void> {
  io.out(url);
  const line = sshLine(url, { env: host.env, host: hostname(), user: userName() });
  const opener = findOpener(host.env, process.platform);
  if (line !== undefined && opener === undefined && io.stderrIsTerminal) {
    io.note(`submarine: type this on your own machine, and open the address there: ${line}`);
  }
  if (browser && io.stdoutIsTerminal && opener !== undefined) openBrowser(opener, url, host.env);
}

/** A container may run as a number that no /etc/passwd knows. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'USER';
  }
}
