import type { Notebook } from '../../operations/notebooks/open-notebook.ts';
import type { Context } from '../context.ts';

/**
 * What Ctrl-C does to a notebook: it stops the server, and where kernels are running, asks before; a second Ctrl-C is the
 * answer yes. When the server does not end, another one kills it.
 */
export function stopOnInterrupt({ run, countKernels }: Notebook, { io }: Pick<Context, 'io'>) {
  let state: 'running' | 'asking' | 'stopping' = 'running';
  const question = new AbortController();
  const endQuestion = (): void => question.abort();
  run.ended.then(endQuestion, endQuestion);
  const isDecided = (): boolean => question.signal.aborted || state === 'stopping';
  const stop = (): void => {
    state = 'stopping';
    endQuestion();
    void run.signal('SIGTERM').catch(() => {});
  };
  const ask = async (): Promise<void> => {
    state = 'asking';
    const kernels = io.canAsk ? await countKernels() : 0;
    // It may have ended meanwhile, or another Ctrl-C has said yes.
    if (isDecided()) return;
    const stops = kernels === 0 || (await isToStop(kernels, question.signal, io));
    if (isDecided()) return;
    if (stops) return stop();
    state = 'running';
  };
  const onInterrupt = (): void => {
    if (state === 'running') void ask();
    else if (state === 'asking') stop();
    else void run.signal('SIGKILL').catch(() => {});
  };
  return { onInterrupt, wasStopped: () => state === 'stopping' };
}

async function isToStop(kernels: number, until: AbortSignal, io: Context['io']): Promise<boolean> {
  // What the terminal shows of the key stands on the line.
  io.note('');
  const what = kernels === 1 ? 'its running kernel' : `${kernels} running kernels`;
  try {
    return await io.confirm(`stop the server and ${what}?`, until);
  } catch {
    return true;
  }
}
