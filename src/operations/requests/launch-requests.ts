import { isIP } from 'node:net';

import type { Extras } from '../../launch/launch-request.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Port } from '../../launch/ports.ts';
import type { User } from '../../launch/resources.ts';
import type { BakeRequest } from '../images/bake-image.ts';
import type { NotebookRequest } from '../notebooks/open-notebook.ts';
import type { StopNotebookRequest } from '../notebooks/stop-notebook.ts';
import type { ExecInRunRequest } from '../runs/exec-in-run.ts';
import type { RunChoice } from '../runs/find-run.ts';
import type { LogsRequest } from '../runs/follow-logs.ts';
import type { ListRunsRequest } from '../runs/list-runs.ts';
import type { PruneRunsRequest, RemoveRunsRequest } from '../runs/remove-runs.ts';
import type { StopRequest } from '../runs/stop-runs.ts';
import type { WaitRequest } from '../runs/wait-for-runs.ts';
import type { BuildRequest } from '../kernels/build-kernel.ts';
import type { ContainerRequest, ImageChoice, RunRequest } from '../runs/run-request.ts';
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

type Keys<Request> = { readonly [Key in keyof Request]-?: Check };

const has = (key: string) => (value: unknown) => isObject(value) && key in value;

const bytes = whole(1);
/** Node waits no longer. */
const spanMs = whole(0, 2 ** 31 - 1);
const givenRuns = list(text, 1);
/** As many as an engine can count. */
const id = whole(0, 2 ** 31 - 1);
const port = whole(1, 65_535);
const userName = matching(/^[\w.][\w.-]*$/, 'the name of a user or a group');
const address = checked('an IP address', (value) => typeof value === 'string' && isIP(value) > 0);

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
  type: oneOf('bind', 'volume'),
  source: matching(/^[^\0]+$/, 'a path'),
  target: matching(/^\/(?!(?:[^\0]*\/)?\.\.(?:\/|$))[^\0]*$/, 'an absolute path without ".."'),
  readOnly: flag,
  propagation: oneOf('shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'),
  relabel: oneOf('shared', 'private'),
  noCopy: flag,
};

export const mount = either(
  (value) => has('type')(value) && (value as Mount).type === 'volume',
  object<Mount>(
    { ...mountKeys, source: matching(/^[A-Za-z0-9][\w.-]+$/, 'the name of a volume') },
    ['type', 'target'],
  ),
  object<Mount>(mountKeys, ['type', 'source', 'target']),
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

const { terminal, detached, ...notebookKeys }: Keys<Omit<RunRequest, 'command'>> = {
  ...containerKeys,
  code: either((value) => value === false, flag, text),
  codeReadOnly: flag,
  results: list(text),
  recordValues: flag,
  recordDiff: flag,
  variables,
  variableFiles: list(text),
  ports: list(publishedPort),
  workdir: text,
  gpus,
  cpus: checked('a number above 0', (value) => Number.isFinite(value) && Number(value) > 0),
  shmBytes: bytes,
  name: text,
  terminal: flag,
  detached: flag,
};

export const buildKernel = object<BuildRequest>({ ...imageKeys, memoryBytes: bytes, gpus });

export const run = object<RunRequest>({ ...notebookKeys, terminal, detached, command }, [
  'command',
]);

export const notebook = object<NotebookRequest>(notebookKeys);

export const stopNotebook = object<StopNotebookRequest>(
  { container: text, engine: text, timeoutMs: spanMs },
  ['container'],
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

export const logs = object<LogsRequest>(
  {
    ...{ run: text, engine: text, follow: flag, timestamps: flag, tail: whole(0) },
    since: checked('a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime())),
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

export const listRuns = object<ListRunsRequest>({ environment: text, all: flag, engine: text });

const { platform: _platform, offline: _offline, ...bakeKeys } = imageKeys;

export const bake = object<BakeRequest>({ ...bakeKeys, tag: text, push: flag }, ['tag']);
