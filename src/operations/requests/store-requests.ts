import { types } from 'node:util';

import type { Kernel } from '../../environment/environment.ts';
import type { CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import type { ExamineRequest } from '../doctor/examine.ts';
import type { AddRequest } from '../environments/add-environments.ts';
import type { DeleteRequest } from '../environments/delete-environments.ts';
import type { DiffRequest } from '../environments/diff-environments.ts';
import type { ExportRequest } from '../environments/export-environment.ts';
import type { GivenFile } from '../environments/given-file.ts';
import type { SaveRequest } from '../environments/save-environment.ts';
import type { SelectRequest } from '../environments/select-environment.ts';
import type { EngineChoice } from '../kernels/open-kernels.ts';
import { HOME_ID } from '../homes/home-folder.ts';
import type { ListedHome } from '../homes/list-homes.ts';
import type { PruneChosenHomesRequest, PruneHomesRequest } from '../homes/prune-homes.ts';
import type { PruneChosenRequest, PruneRequest } from '../kernels/prune-kernels.ts';
import type { VerifyRequest } from '../kernels/verify-kernels.ts';
import type { CheckLockRequest, LockEnvironmentRequest } from '../locks/lock-environment.ts';
import type { Check } from './check.ts';
import {
  checked,
  either,
  flag,
  list,
  matching,
  object,
  oneOf,
  record,
  text,
  whole,
} from './check.ts';

const isString = (value: unknown): boolean => typeof value === 'string';

/** What has a name alone may be that name. */
const orName = (check: Check): Check => either(isString, text, check);

const names = list(text);

export const file = orName(
  object<GivenFile>(
    {
      bytes: checked('a Uint8Array', types.isUint8Array),
      source: text,
      path: text,
      isFetched: flag,
    },
    ['bytes', 'source'],
  ),
);

/** Which texts they can be is said by the schema. */
const kernel = object<Kernel>({
  name: text,
  channels: names,
  dependencies: list(orName(object<{ pip: readonly string[] }>({ pip: names }, ['pip']))),
  variables: record(text),
  prefix: either(
    (value) => value === null,
    () => {},
    text,
  ),
});

export const add = object<AddRequest>({
  name: text,
  'docker-image': text,
  'vm-image': text,
  kernel,
  description: text,
  file,
  condaFile: file,
  lockFile: file,
  replace: flag,
  dryRun: flag,
});

export const name = text;

export const save = object<SaveRequest>({ name: text, run: text, replace: flag, dryRun: flag }, [
  'name',
  'run',
]);

export const remove = either(
  Array.isArray,
  names,
  orName(object<DeleteRequest>({ names, dryRun: flag }, ['names'])),
);

export const select = orName(object<SelectRequest>({ name: text, dryRun: flag }));

export const lock = orName(
  object<LockEnvironmentRequest>(
    {
      name: text,
      platforms: names,
      update: names,
      cuda: text,
      glibc: text,
      offline: flag,
      engine: text,
      dryRun: flag,
      verbose: flag,
    },
    ['name'],
  ),
);

export const checkLock = orName(
  object<CheckLockRequest>({ name: text, platforms: names }, ['name']),
);

export const diff = object<DiffRequest>({ name: text, other: text, platforms: names }, [
  'name',
  'other',
]);

export const exported = orName(
  object<ExportRequest>(
    {
      name: text,
      format: oneOf('explicit', 'conda-lock', 'environment'),
      platforms: names,
    },
    ['name'],
  ),
);

export const engine = object<EngineChoice>({ engine: text });

/** The version of Node is not the caller's to say. */
export const examine = object<Omit<ExamineRequest, 'node'>>({ network: flag, engine: text });

export const verify = orName(object<VerifyRequest>({ name: text, engine: text }));

const pruneKeys: { readonly [Key in keyof PruneRequest]-?: Check } = {
  engine: text,
  names,
  unusedMs: checked(
    'a number of at least 0',
    (value) => Number.isFinite(value) && Number(value) >= 0,
  ),
  keep: whole(0),
};

export const prune = object<PruneRequest>(pruneKeys);

const size = whole(0);

const cachedKernel = object<CachedKernel>(
  {
    path: matching(/^[\w.-]+\/[0-9a-f]{32}$/, 'the path of a kernel, as it is listed'),
    platform: text,
    digest: text,
    state: oneOf('complete', 'untrusted', 'building', 'unfinished'),
    bytes: size,
    ownBytes: size,
    lastUsed: checked('a Date', types.isDate),
    image: text,
  },
  ['path', 'digest', 'lastUsed'],
);

export const pruneChosen = object<PruneChosenRequest>({
  ...pruneKeys,
  chosen: list(cachedKernel),
});

const pruneHomesKeys: { readonly [Key in keyof PruneHomesRequest]-?: Check } = {
  engine: text,
  unusedMs: pruneKeys.unusedMs,
};

export const pruneHomes = object<PruneHomesRequest>(pruneHomesKeys);

const listedHome = object<ListedHome>(
  {
    id: matching(HOME_ID, 'the id of a home, as it is listed'),
    ...{ environment: text, store: text, bytes: size },
    ...{ isDeleted: flag, isLeft: flag, isUsed: flag },
    lastUsed: checked('a Date', types.isDate),
  },
  ['id', 'environment', 'isDeleted', 'lastUsed'],
);

export const pruneChosenHomes = object<PruneChosenHomesRequest>({
  ...pruneHomesKeys,
  chosen: list(listedHome),
});
