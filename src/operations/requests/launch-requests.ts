import { isIP } from 'node:net';
import { types } from 'node:util';

import type { Extras } from '../../launch/launch-request.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Port } from '../../launch/ports.ts';
import type { User } from '../../launch/resources.ts';
import { SECRET_NAME } from '../../launch/secrets.ts';
import { MAX_TIMER_MS } from '../../text/time-span.ts';
import type { BakeRequest } from '../images/bake-image.ts';
import type { ExecInRunRequest } from '../runs/exec-in-run.ts';
import type { RunChoice } from '../runs/find-run.ts';
import type { LogsRequest } from '../runs/follow-logs.ts';
import type { DiffRunsRequest } from '../runs/diff-runs.ts';
import type { ListRunsRequest } from '../runs/list-runs.ts';
import { RUN_ORDERS, STATUSES } from '../runs/run-choices.ts';
import type { PruneRunsRequest, RemoveRunsRequest } from '../runs/remove-runs.ts';
import type { RerunRequest } from '../runs/rerun.ts';
import type { StopRequest } from '../runs/stop-runs.ts';
import type { WaitRequest } from '../runs/wait-for-runs.ts';
import type { BuildRequest } from '../kernels/build-kernel.ts';
import type {
  ContainerRequest,
  ImageChoice,
  NotebookExecution,
  RunRequest,
} from '../runs/run-request.ts';
import { launchedExperiment } from './launched-experiment.ts';
import type { Check } from './check.ts';
import {
  checked,
  either,
  flag,
  isObject,
  list,
  matching,
  object,
  oneOf,
  record,
  text,
  whole,
} from './check.ts';

export type Keys<Request> = { readonly [Key in keyof Request]-?: Check };

const has = (key: string) => (value: unknown) => isObject(value) && key in value;

const bytes = whole(1);
export const spanMs = whole(0, MAX_TIMER_MS);
export const givenRuns = list(text, 1);
/** As many as an engine can count. */
const id = whole(0, 2 ** 31 - 1);
export const port = whole(1, 65_535);
const userName = matching(/^[\w.][\w.-]*$/, 'the name of a user or a group');
export const address = checked(
  'an IP address',
  (value) => typeof value === 'string' && isIP(value) > 0,
);

const user = either(
  has('name'),
  object<Extract<User, { name: string }>>({ name: userName, group: userName }, ['name']),
  object<Extract<User, { uid: number }>>({ uid: id, gid: id }, ['uid']),
);

const device = matching(/^[\w.:/-]+$/, 'the number or the id of a device');
const gpus = either(
  has('count'),
  object<{ count: number }>({ count: whole(1) }, ['count']),
  either(
    has('devices'),
    object<{ devices: readonly string[] }>({ devices: list(device, 1) }, ['devices']),
    object<{ all: true }>({ all: checked('true', (value) => value === true) }, ['all']),
  ),
);

const mountKeys: Keys<Mount> = {
  type: oneOf('bind', 'volume', 'tmpfs'),
  source: matching(/^[^\0]+$/, 'a path'),
  target: matching(/^\/(?!(?:[^\0]*\/)?\.\.(?:\/|$))[^\0]*$/, 'an absolute path without ".."'),
  readOnly: flag,
  propagation: oneOf('shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'),
  relabel: oneOf('shared', 'private'),
  noCopy: flag,
  sizeBytes: bytes,
};

export const mount = either(
  (value) => has('type')(value) && (value as Mount).type === 'volume',
  object<Mount>(
    { ...mountKeys, source: matching(/^[A-Za-z0-9][\w.-]+$/, 'the name of a volume') },
    ['type', 'target'],
  ),
  either(
    (value) => has('type')(value) && (value as Mount).type === 'tmpfs',
    object<Mount>(mountKeys, ['type', 'target']),
    object<Mount>(mountKeys, ['type', 'source', 'target']),
  ),
);

const publishedPort = object<Port>(
  {
    host: address,
    hostPort: port,
    containerPort: port,
    protocol: oneOf('tcp', 'udp', 'sctp'),
  },
  ['containerPort', 'protocol'],
);

const variables = record(
  either(
    (value) => value === true,
    () => {},
    text,
  ),
);
const command = list(text);

const secretSource = either(
  has('value'),
  object<{ value: string | Uint8Array }>(
    {
      value: checked(
        'a string or a Uint8Array',
        (value) => typeof value === 'string' || types.isUint8Array(value),
      ),
    },
    ['value'],
  ),
  either(
    has('variable'),
    object<{ variable: string }>({ variable: text }, ['variable']),
    object<{ file: string }>({ file: text }, ['file']),
  ),
);
const secretNames = record(secretSource);
/** Their names become those of files. */
const secretSources: Check = (value, at) => {
  secretNames(value, at);
  const name = matching(SECRET_NAME, 'a name of letters, digits, "_", "." and "-"');
  for (const key of Object.keys(value as object)) name(key, `a key of ${at}`);
};

const imageKeys: Keys<ImageChoice> = {
  environment: text,
  engine: text,
  pull: oneOf('missing', 'always', 'never'),
  platform: matching(/^[\w.-]+(?:\/[\w.-]+){0,2}$/, 'a platform such as linux/arm64'),
  lock: oneOf('use', 'require', 'ignore'),
  offline: flag,
  extras: object<Extras>({ docker: list(text) }),
  verbose: flag,
};

const containerKeys: Keys<ContainerRequest> = {
  ...imageKeys,
  mounts: list(mount),
  user,
  memoryBytes: bytes,
};

export const {
  terminal,
  executes,
  experiment,
  detachKeys,
  tellsInterrupt,
  ...serverKeys
}: Keys<Omit<RunRequest, 'command'>> = {
  ...containerKeys,
  code: either((value) => value === false, flag, text),
  codeReadOnly: flag,
  home: either((value) => value === false, flag, text),
  git: flag,
  results: list(text),
  recordValues: flag,
  recordDiff: flag,
  variables,
  variableFiles: list(text),
  secrets: secretSources,
  timeoutMs: whole(1000, MAX_TIMER_MS),
  ports: list(publishedPort),
  network: text,
  workdir: text,
  gpus,
  cpus: checked('a number above 0', (value) => Number.isFinite(value) && Number(value) > 0),
  shmBytes: bytes,
  name: text,
  experiment: launchedExperiment,
  executes: object<NotebookExecution>({ executed: text, parameters: record(text) }),
  terminal: flag,
  detachKeys: text,
  tellsInterrupt: flag,
  detached: flag,
};

export const buildKernel = object<BuildRequest>({ ...imageKeys, memoryBytes: bytes, gpus });

export const run = object<RunRequest>(
  { ...serverKeys, executes, experiment, terminal, detachKeys, tellsInterrupt, command },
  ['command'],
);

export const exec = object<ExecInRunRequest>(
  {
    container: text,
    engine: text,
    command,
    variables,
    user,
    workdir: text,
    terminal: flag,
    verbose: flag,
  },
  ['command'],
);

const moment = checked(
  'a Date',
  (value) => value instanceof Date && !Number.isNaN(value.getTime()),
);

export const logs = object<LogsRequest>(
  {
    ...{ run: text, engine: text, follow: flag, timestamps: flag, tail: whole(0) },
    since: moment,
  },
  ['run'],
);

export const chosenRun = object<RunChoice>({ run: text, engine: text }, ['run']);

export const waitFor = object<WaitRequest>({ runs: givenRuns, timeoutMs: spanMs, engine: text }, [
  'runs',
]);

export const stopRuns = object<StopRequest>(
  { runs: givenRuns, timeoutMs: spanMs, dryRun: flag, engine: text },
  ['runs'],
);

export const removeRuns = object<RemoveRunsRequest>(
  { runs: givenRuns, force: flag, dryRun: flag, engine: text },
  ['runs'],
);

export const pruneRuns = object<PruneRunsRequest>({
  olderMs: whole(0),
  records: flag,
  engine: text,
});

export const listRuns = object<ListRunsRequest>({
  ...{ environment: text, all: flag, own: flag, engine: text },
  statuses: list(oneOf(...STATUSES)),
  since: moment,
  sortBy: oneOf(...RUN_ORDERS),
});

export const diffRuns = object<DiffRunsRequest>({ run: text, other: text, engine: text }, [
  'run',
  'other',
]);

export const rerun = object<RerunRequest>(
  {
    ...{ run: text, allowChanges: flag, variables, secrets: secretSources },
    ...{ detached: flag, terminal: flag, verbose: flag },
  },
  ['run'],
);

const { platform: _platform, offline: _offline, ...bakeKeys } = imageKeys;

export const bake = object<BakeRequest>({ ...bakeKeys, tag: text, push: flag }, ['tag']);
