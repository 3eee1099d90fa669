import { resolve } from 'node:path';
import { cwd, env, getegid, geteuid, version } from 'node:process';

import type { FileUser } from './config/file-owner.ts';
import { userFolders } from './config/paths.ts';
import type { Settings } from './config/settings.ts';
import type { ExamineRequest } from './operations/doctor/examine.ts';
import { examine } from './operations/doctor/examine.ts';
import { addEnvironments } from './operations/environments/add-environments.ts';
import { chosenEnvironment, findChosenName } from './operations/environments/choose-environment.ts';
import type { DeleteRequest } from './operations/environments/delete-environments.ts';
import { deleteEnvironments } from './operations/environments/delete-environments.ts';
import { diffEnvironments, diffFromLock } from './operations/environments/diff-environments.ts';
import { exportEnvironment } from './operations/environments/export-environment.ts';
import { listEnvironments } from './operations/environments/list-environments.ts';
import { saveEnvironment } from './operations/environments/save-environment.ts';
import { selectEnvironment } from './operations/environments/select-environment.ts';
import type { Call } from './operations/events.ts';
import { addExperiments } from './operations/experiments/add-experiments.ts';
import {
  deleteExperiments,
  getExperiment,
  listExperiments,
} from './operations/experiments/manage-experiments.ts';
import { runExperiment, showExperimentRun } from './operations/experiments/run-experiment.ts';
import { listHomes } from './operations/homes/list-homes.ts';
import { choosePrunableHomes, pruneHomes } from './operations/homes/prune-homes.ts';
import { bakeImage, planBakedImage } from './operations/images/bake-image.ts';
import { buildKernel, showKernelBuild } from './operations/kernels/build-kernel.ts';
import { clearPackages } from './operations/kernels/clear-packages.ts';
import { listKernels } from './operations/kernels/list-kernels.ts';
import { measureUsage } from './operations/kernels/measure-usage.ts';
import { choosePrunable, pruneKernels } from './operations/kernels/prune-kernels.ts';
import { verifyKernels } from './operations/kernels/verify-kernels.ts';
import { requireFreshLock, lockEnvironment } from './operations/locks/lock-environment.ts';
import { findNotebook } from './operations/notebooks/find-notebook.ts';
import { listNotebooks } from './operations/notebooks/list-notebooks.ts';
import { openNotebook, showNotebook } from './operations/notebooks/open-notebook.ts';
import { stopNotebooks } from './operations/notebooks/stop-notebooks.ts';
import { object, optional, record, text, whole } from './operations/requests/check.ts';
import { attachToRun } from './operations/runs/attach-to-run.ts';
import { diffRuns } from './operations/runs/diff-runs.ts';
import { execInRun, showExec } from './operations/runs/exec-in-run.ts';
import { followLogs } from './operations/runs/follow-logs.ts';
import { listRuns } from './operations/runs/list-runs.ts';
import { choosePrunableRuns, pruneRuns, removeRuns } from './operations/runs/remove-runs.ts';
import { findRecord, readCodeDiff } from './operations/runs/recorded-run.ts';
import { rerun, showRerun } from './operations/runs/rerun.ts';
import { showRun, startRun } from './operations/runs/start-run.ts';
import { stopRuns } from './operations/runs/stop-runs.ts';
import { waitForRuns } from './operations/runs/wait-for-runs.ts';
import type { Submarine as Opened } from './operations/submarine.ts';
import { openSubmarine as open } from './operations/submarine.ts';
import { bind, byName, streaming, withoutRequest } from './sdk/bind.ts';
import { CALL, REQUESTS, SETTINGS } from './sdk/requests.ts';
import type { Kernels, Runs, Submarine } from './sdk/submarine.ts';
import type { Variables } from './variables.ts';

export {
  EnvironmentNotFoundError,
  ExperimentNotFoundError,
  InterruptedError,
  InvalidDataError,
  InvalidFileError,
  SubmarineError,
  UsageError,
} from './errors.ts';
export { ParametersError } from './experiment/fill-command.ts';
export { NameTakenError } from './stores/store-errors.ts';
export type * from './sdk/types.ts';

/** Whose environments, engine and kernels are used. What is left out is what the command would take. */
export interface SubmarineOptions {
  /**
   * The path of the file that holds the environments, or a URL: `file:`. By default `SUBMARINE_STORE` of the variables,
   * the `store` of the settings, or the user's own.
   */
  readonly store?: string | undefined;
  /**
   * What else configuration files could say, in the place of these files: none is read then. By default the nearest
   * `.submarinerc` from the folder up, laid over the user's own file.
   */
  readonly settings?: Settings | undefined;
  /**
   * The variables that everything else reads: the engine's client (`PATH`, `DOCKER_HOST`), proxies, `XDG_CONFIG_HOME`
   * and its like, `SUBMARINE_STORE`, `SUBMARINE_ENV`, `CONDARC` … By default those of the process, as they are when
   * `openSubmarine` is called.
   */
  readonly variables?: Variables | undefined;
  /** The user's home folder, with everything of the user below it. By default `HOME` of the variables. */
  readonly home?: string | undefined;
  /** The folder that relative paths start from, and that a run mounts as its code. By default the process's. */
  readonly folder?: string | undefined;
  /** As whom files are obeyed and containers run. By default the process's user. */
  readonly user?: FileUser | undefined;
  /** The folder for kernels, which containers write to. By default the `cache` of the settings, or the user's own. */
  readonly cacheFolder?: string | undefined;
}

/**
 * Opens a store, for a user. Nothing is printed, no handler is set and no state is shared: several may be open in one
 * process, and know nothing of each other.
 *
 * @param call - `on` is told of the warnings of configuration files, of changes to the store of a project, and of other
 *   writers that are waited for
 * @throws InvalidDataError when a configuration file is not what it should be
 * @throws UsageError when there is no such kind of store
 */
export async function openSubmarine(
  options: SubmarineOptions = {},
  call: Pick<Call, 'on'> = {},
): Promise<Submarine> {
  checkOptions(options, '');
  CALL(call, 'call');
  const { store, settings, cacheFolder } = options;
  const opened = await open(toCaller(options), { store, settings, cacheFolder }, call);
  const runs = bindRuns(opened);
  return {
    environments: bind(opened, REQUESTS.environments, {
      add: addEnvironments,
      list: withoutRequest(listEnvironments),
      get: chosenEnvironment,
      save: saveEnvironment,
      current: withoutRequest(findChosenName),
      delete: byNames(deleteEnvironments),
      select: byName(selectEnvironment),
      clearSelection: ({ selection }: Opened) => selection.clear(),
      lock: byName(lockEnvironment),
      checkLock: byName(requireFreshLock),
      diff: diffEnvironments,
      diffFromLock: byName(diffFromLock),
      export: byName(exportEnvironment),
    }),
    experiments: bind(opened, REQUESTS.experiments, {
      add: addExperiments,
      list: withoutRequest(listExperiments),
      get: getExperiment,
      delete: byNames(deleteExperiments),
      run: streaming(runExperiment),
      show: showExperimentRun,
    }),
    run: (request, call) => runs.run(request, call),
    runs,
    notebooks: bind(opened, REQUESTS.notebooks, {
      open: streaming(openNotebook),
      list: listNotebooks,
      get: findNotebook,
      stop: stopNotebooks,
      show: showNotebook,
    }),
    kernels: bindKernels(opened),
    homes: bind(opened, REQUESTS.homes, {
      list: listHomes,
      choosePrunable: choosePrunableHomes,
      prune: pruneHomes,
    }),
    images: bind(opened, REQUESTS.images, { bake: bakeImage, planBake: planBakedImage }),
    machine: bind(opened, REQUESTS.machine, {
      examine: (submarine: Opened, request: Omit<ExamineRequest, 'node'> = {}, call?: Call) =>
        examine(submarine, { ...request, node: version }, call),
    }),
  };
}

function bindRuns(opened: Opened): Runs {
  return bind(opened, REQUESTS.runs, {
    run: streaming(startRun),
    exec: streaming(execInRun),
    list: listRuns,
    logs: streaming(followLogs),
    attach: streaming(attachToRun),
    wait: waitForRuns,
    stop: stopRuns,
    remove: removeRuns,
    choosePrunable: choosePrunableRuns,
    prune: pruneRuns,
    get: findRecord,
    readCodeDiff,
    diff: diffRuns,
    rerun: streaming(rerun),
    showRerun,
    show: showRun,
    showExec,
  });
}

function bindKernels(opened: Opened): Kernels {
  return bind(opened, REQUESTS.kernels, {
    build: streaming(buildKernel),
    showBuild: showKernelBuild,
    list: listKernels,
    verify: byName(verifyKernels),
    choosePrunable,
    prune: pruneKernels,
    clearPackages,
    usage: measureUsage,
  });
}

const checkOptions = object<SubmarineOptions>({
  store: text,
  settings: object<Settings>(SETTINGS),
  variables: record(optional(text)),
  home: text,
  folder: text,
  user: object<FileUser>({ uid: whole(0), gid: whole(0) }, ['uid', 'gid']),
  cacheFolder: text,
});

function toCaller({ variables = { ...env }, home, folder, user }: SubmarineOptions) {
  return {
    variables: home === undefined ? variables : { ...variables, HOME: resolve(home) },
    cwd: resolve(folder ?? cwd()),
    folders: userFolders(home === undefined ? variables : { HOME: resolve(home) }),
    // Windows knows no numbers.
    user: user ?? (geteuid && getegid && { uid: geteuid(), gid: getegid() }),
    bootstrap: new URL('../bootstrap/', import.meta.url),
  };
}

/** An operation whose request may be a name, or names. */
function byNames<Result>(
  operation: (submarine: Opened, request: DeleteRequest, call?: Call) => Promise<Result>,
) {
  return (
    submarine: Opened,
    request: string | readonly string[] | DeleteRequest,
    call?: Call,
  ): Promise<Result> => operation(submarine, toDeleteRequest(request), call);
}

function toDeleteRequest(request: string | readonly string[] | DeleteRequest): DeleteRequest {
  if (typeof request === 'string') return { names: [request] };
  return 'names' in request ? request : { names: request };
}
