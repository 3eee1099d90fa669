import { throwIfAborted } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkDisks, checkEngine, checkNode } from './check-machine.ts';
import { checkCertificates, checkConfiguration, checkProxies } from './check-settings.ts';
import { checkSelection, checkStore } from './check-store.ts';
import type { Finding, Subject } from './finding.ts';
import { failure, ok, problem } from './finding.ts';

export interface ExamineRequest {
  /** The version of Node that runs this: `v20.19.0`. */
  readonly node: string;
  /** Whether channels and pip's index are asked. */
  readonly network?: boolean | undefined;
  readonly engine?: string | undefined;
}

type Found = readonly Finding[];

/** How long one thing is looked at: an engine that hangs keeps nobody from being told so. */
const LIMIT_MS = 10_000;

/**
 * Looks at all that commands need, and says of each whether it works. Nothing is changed, fetched or started.
 *
 * @throws InterruptedError when it is aborted; all else is a finding
 */
export async function examine(
  submarine: Submarine,
  { node, network = false, engine }: ExamineRequest,
  call: Call = {},
): Promise<readonly Finding[]> {
  const late = AbortSignal.timeout(LIMIT_MS);
  const within = {
    ...call,
    signal: call.signal === undefined ? late : AbortSignal.any([call.signal, late]),
  };
  const { cacheFolder } = submarine;
  const checks: readonly (readonly [Subject, () => Found | Promise<Found>])[] = [
    ['node', () => [checkNode(node)]],
    ['configuration', () => checkConfiguration(submarine)],
    ['store', () => checkStore(submarine)],
    ['selection', () => checkSelection(submarine)],
    ['engine', () => checkEngine(submarine, engine, within)],
    ['disk', () => checkDisks(submarine)],
    ['cache', () => [ok('cache', `kernels are kept in ${cacheFolder}`, { folder: cacheFolder })]],
    ['certificates', () => checkCertificates(submarine)],
    ['proxy', () => checkProxies(submarine)],
    ['image', () => checkEnvironment(submarine, engine, within)],
    ['network', () => (network ? networkOf(submarine, within) : [])],
  ];
  const look = async ([subject, check]: (typeof checks)[number]): Promise<Found> => {
    try {
      return await check();
    } catch (error) {
      throwIfAborted(call.signal);
      return [late.aborted ? silent(subject) : failure(subject, error)];
    }
  };
  const found = await Promise.all(checks.map(look));
  return found.flat();
}

async function networkOf(submarine: Submarine, call: Call): Promise<readonly Finding[]> {
  const { checkNetwork } = await import('./check-network.ts');
  return checkNetwork(submarine, call);
}

function silent(subject: Subject): Finding {
  return problem(subject, 'fail', {
    code: 'no-answer',
    message: `there was no answer within ${LIMIT_MS / 1000} s`,
  });
}
