/** What a status is looked for by: as `KnownRun` has it, why a run ended, or whether its exit code was 0. */
export const STATUSES = [
  ...['running', 'paused', 'finished', 'succeeded', 'failed'],
  ...['signal', 'out-of-memory', 'timeout', 'lost', 'unknown'],
] as const;

/** What runs are sorted by; what is newest or longest comes first. */
export type RunOrder = 'started' | 'ended' | 'duration' | 'environment' | 'name' | 'status';

export const RUN_ORDERS: readonly RunOrder[] = [
  'started',
  'ended',
  'duration',
  'environment',
  'name',
  'status',
];
