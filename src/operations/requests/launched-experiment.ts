import type { LaunchedExperiment } from '../../launch/launch-request.ts';
import { checked, either, object, record, text } from './check.ts';

export const parameterValues = record(
  either(
    (value) => typeof value === 'string',
    text,
    checked(
      'a string, a number, true or false',
      (value) => typeof value === 'boolean' || Number.isFinite(value),
    ),
  ),
);

export const launchedExperiment = object<LaunchedExperiment>(
  { name: text, parameters: parameterValues },
  ['name', 'parameters'],
);
