import type { AddExperimentsRequest } from '../experiments/add-experiments.ts';
import type { RunExperimentRequest } from '../experiments/run-experiment.ts';
import { flag, object, text } from './check.ts';
import { detachKeys, serverKeys, tellsInterrupt, terminal } from './launch-requests.ts';
import { parameterValues } from './launched-experiment.ts';
import { file } from './store-requests.ts';

export const add = object<AddExperimentsRequest>({ file, replace: flag, dryRun: flag }, ['file']);

export const run = object<RunExperimentRequest>(
  {
    ...{ ...serverKeys, terminal, detachKeys, tellsInterrupt },
    ...{ experiment: text, parameters: parameterValues },
  },
  ['experiment'],
);
