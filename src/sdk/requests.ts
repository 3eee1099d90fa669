import type { Streams } from '../engines/engine.ts';
import type { Call } from '../operations/events.ts';
import type { Check } from '../operations/requests/check.ts';
import { checked, flag, list, object, optional, text } from '../operations/requests/check.ts';
import * as experiment from '../operations/requests/experiment-requests.ts';
import * as launch from '../operations/requests/launch-requests.ts';
import * as notebook from '../operations/requests/notebook-requests.ts';
import * as store from '../operations/requests/store-requests.ts';

const stream = (method: 'pipe' | 'write') =>
  checked(
    'a stream, or the number of a descriptor',
    (value) =>
      (Number.isSafeInteger(value) && Number(value) >= 0) ||
      (typeof value === 'object' &&
        value !== null &&
        method in value &&
        typeof Reflect.get(value, method) === 'function'),
  );

/** What goes with a call. */
export const CALL: Check = optional(
  object<Call & Partial<Omit<Streams, 'keys'>>>({
    signal: checked('an AbortSignal', (value) => value instanceof AbortSignal),
    on: checked('a function', (value) => typeof value === 'function'),
    stdin: stream('pipe'),
    stdout: stream('write'),
    stderr: stream('write'),
  }),
);

/**
 * What the request of each method must be, which no compiler has looked at where the caller is JavaScript. A method without
 * a request has its call in this place.
 */
export const REQUESTS = {
  environments: {
    add: store.add,
    list: CALL,
    get: optional(store.name),
    save: store.save,
    current: CALL,
    delete: store.remove,
    select: store.select,
    clearSelection: CALL,
    lock: store.lock,
    checkLock: store.checkLock,
    diff: store.diff,
    diffFromLock: store.name,
    export: store.exported,
  },
  experiments: {
    add: experiment.add,
    list: CALL,
    get: store.name,
    delete: store.remove,
    run: experiment.run,
    show: experiment.run,
  },
  runs: {
    run: launch.run,
    exec: launch.exec,
    list: optional(launch.listRuns),
    logs: launch.logs,
    attach: launch.chosenRun,
    wait: launch.waitFor,
    stop: launch.stopRuns,
    remove: launch.removeRuns,
    choosePrunable: optional(launch.pruneRuns),
    prune: optional(launch.pruneRuns),
    get: launch.chosenRun,
    readCodeDiff: launch.chosenRun,
    diff: launch.diffRuns,
    rerun: launch.rerun,
    showRerun: launch.rerun,
    show: launch.run,
    showExec: launch.exec,
  },
  notebooks: {
    open: notebook.notebook,
    list: optional(notebook.listNotebooks),
    get: optional(notebook.chosenNotebook),
    stop: notebook.stopNotebooks,
    show: notebook.notebook,
  },
  kernels: {
    build: launch.buildKernel,
    showBuild: launch.buildKernel,
    list: optional(store.engine),
    verify: optional(store.verify),
    choosePrunable: optional(store.prune),
    prune: optional(store.pruneChosen),
    clearPackages: optional(store.engine),
    usage: optional(store.engine),
  },
  homes: {
    list: optional(store.engine),
    choosePrunable: optional(store.pruneHomes),
    prune: optional(store.pruneChosenHomes),
  },
  images: { bake: launch.bake, planBake: launch.bake },
  machine: { examine: optional(store.examine) },
};

/** What settings must be before their values are parsed. */
export const SETTINGS = {
  store: text,
  env: text,
  code: text,
  'shm-size': text,
  engine: text,
  user: text,
  volumes: list(text),
  'engine-args': list(text),
  'no-new-privileges': flag,
  cache: text,
};
