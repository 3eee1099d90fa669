import { definedOnly } from '../../defined-only.ts';
import type { Streams } from '../../engines/engine.ts';
import type { Experiment, ParameterValues } from '../../experiment/experiment.ts';
import { fillCommand } from '../../experiment/fill-command.ts';
import { namedIn } from '../../experiment/placeholders.ts';
import { parseCpus, parseGpus, parseMemory } from '../../launch/resources.ts';
import { parseTimeSpan } from '../../text/time-span.ts';
import type { Call } from '../events.ts';
import type { LaunchedRun } from '../runs/launched-run.ts';
import { isNotebookFile } from '../runs/notebook-command.ts';
import type { RunRequest } from '../runs/run-request.ts';
import { showRun, startRun } from '../runs/start-run.ts';
import type { Submarine } from '../submarine.ts';
import { experimentFolders } from './experiment-code.ts';

/** An experiment to run. What a run takes besides wins over what the experiment says. */
export interface RunExperimentRequest extends Omit<
  RunRequest,
  'command' | 'executes' | 'experiment'
> {
  /** Its name in the store. */
  readonly experiment: string;
  /** Values, or texts of values as a person types them, by the names of parameters. */
  readonly parameters?: ParameterValues | undefined;
}

/**
 * Starts an experiment of the store as a run, whose record says which one and with which values.
 *
 * @throws ExperimentNotFoundError when the store does not hold it
 * @throws ParametersError with all that is unknown, missing or not of its type
 * @throws as `startRun` does
 */
export async function runExperiment(
  submarine: Submarine,
  request: RunExperimentRequest,
  streams: Streams,
  call?: Call,
): Promise<LaunchedRun> {
  return startRun(submarine, await toRunOfExperiment(submarine, request), streams, call);
}

/** The exact command that `runExperiment` comes to; nothing is started. */
export async function showExperimentRun(
  submarine: Submarine,
  request: RunExperimentRequest,
  call?: Call,
): Promise<string> {
  return showRun(submarine, await toRunOfExperiment(submarine, request), call);
}

async function toRunOfExperiment(
  submarine: Submarine,
  { experiment: name, parameters = {}, ...given }: RunExperimentRequest,
): Promise<RunRequest> {
  const { experiment } = await submarine.store.experiments.get(name);
  const { command, values } = fillCommand(experiment, parameters);
  const { timeout, environment } = experiment;
  return {
    ...{ environment, executes: executionOf(experiment, command, values) },
    ...resourcesOf(experiment),
    timeoutMs: timeout === undefined ? undefined : parseTimeSpan(timeout),
    ...definedOnly(given),
    ...(await experimentFolders(experiment, given, submarine)),
    ...{ command, experiment: { name, parameters: values } },
  };
}

/** What no argument names is a parameter of the notebook. */
function executionOf(
  experiment: Experiment,
  command: readonly string[],
  values: ParameterValues,
): RunRequest['executes'] {
  if (!isNotebookFile(command)) return undefined;
  const named = experiment.command.flatMap(namedIn);
  const own = Object.entries(values).filter(([name]) => !named.includes(name));
  return { parameters: Object.fromEntries(own.map(([name, value]) => [name, String(value)])) };
}

function resourcesOf({
  resources: { memory, cpus, gpus, 'shm-size': shm } = {},
}: Experiment): Pick<RunRequest, 'memoryBytes' | 'cpus' | 'gpus' | 'shmBytes'> {
  return {
    memoryBytes: memory === undefined ? undefined : parseMemory(String(memory)),
    cpus: cpus === undefined ? undefined : parseCpus(String(cpus)),
    gpus: gpus === undefined ? undefined : parseGpus(String(gpus)),
    shmBytes: shm === undefined ? undefined : parseMemory(String(shm)),
  };
}
