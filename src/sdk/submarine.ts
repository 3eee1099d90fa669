import type { StartedRun, Streams } from '../engines/engine.ts';
import type { EnvironmentDocument } from '../environment/environment.ts';
import type { ExperimentDocument } from '../experiment/experiment.ts';
import type { LockDiff } from '../lock/lock-diff.ts';
import type { ProfileDiff } from '../lock/profile-diff.ts';
import type { Added, AddRequest } from '../operations/environments/add-environments.ts';
import type { ChosenName } from '../operations/environments/choose-environment.ts';
import type { Deleted, DeleteRequest } from '../operations/environments/delete-environments.ts';
import type { DiffRequest } from '../operations/environments/diff-environments.ts';
import type { ExportRequest } from '../operations/environments/export-environment.ts';
import type { ListedEnvironment } from '../operations/environments/list-environments.ts';
import type { SaveRequest } from '../operations/environments/save-environment.ts';
import type { SelectRequest } from '../operations/environments/select-environment.ts';
import type { Call } from '../operations/events.ts';
import type { AddExperimentsRequest } from '../operations/experiments/add-experiments.ts';
import type { ListedExperiment } from '../operations/experiments/manage-experiments.ts';
import type { RunExperimentRequest } from '../operations/experiments/run-experiment.ts';
import type { BakePlan, BakeRequest } from '../operations/images/bake-image.ts';
import type { BuildRequest, BuiltKernel } from '../operations/kernels/build-kernel.ts';
import type { KernelList } from '../operations/kernels/list-kernels.ts';
import type { ListedHome } from '../operations/homes/list-homes.ts';
import type {
  PruneChosenHomesRequest,
  PruneHomesRequest,
} from '../operations/homes/prune-homes.ts';
import type { Usage } from '../operations/kernels/measure-usage.ts';
import type { EngineChoice } from '../operations/kernels/open-kernels.ts';
import type {
  PruneChoice,
  PruneChosenRequest,
  Pruned,
  PruneRequest,
} from '../operations/kernels/prune-kernels.ts';
import type { Verification, VerifyRequest } from '../operations/kernels/verify-kernels.ts';
import type {
  CheckLockRequest,
  LockEnvironmentRequest,
  MadeLock,
} from '../operations/locks/lock-environment.ts';
import type { ExamineRequest } from '../operations/doctor/examine.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import type { NotebookChoice } from '../operations/notebooks/find-notebook.ts';
import type {
  KnownNotebook,
  ListNotebooksRequest,
} from '../operations/notebooks/list-notebooks.ts';
import type { NotebookRequest } from '../operations/notebooks/notebook-request.ts';
import type { Notebook } from '../operations/notebooks/open-notebook.ts';
import type { StopNotebooksRequest } from '../operations/notebooks/stop-notebooks.ts';
import type { ExecInRunRequest } from '../operations/runs/exec-in-run.ts';
import type { RunChoice } from '../operations/runs/find-run.ts';
import type { LogsRequest } from '../operations/runs/follow-logs.ts';
import type {
  PrunableRuns,
  PruneRunsRequest,
  RemoveRunsRequest,
} from '../operations/runs/remove-runs.ts';
import type { StopRequest } from '../operations/runs/stop-runs.ts';
import type { WaitRequest } from '../operations/runs/wait-for-runs.ts';
import type { EnvironmentRun } from '../operations/runs/launched-run.ts';
import type { KnownRun } from '../operations/runs/known-runs.ts';
import type { DiffRunsRequest, RunDiff } from '../operations/runs/diff-runs.ts';
import type { ListRunsRequest } from '../operations/runs/list-runs.ts';
import type { Rerun, RerunRequest } from '../operations/runs/rerun.ts';
import type { RunRequest } from '../operations/runs/run-request.ts';

import type { RunRecord } from '../run-records/run-record.ts';

/** What goes with a call that starts a command. */
export interface RunCall extends Call, Partial<Omit<Streams, 'keys'>> {}

/** The environments of a store. */
export interface Environments {
  /**
   * Adds the environments of a request: all of them, or none. A profile is a request.
   *
   * @throws NameTakenError with all names that the store holds already, without `replace`
   * @throws InvalidFileError with every problem of a file
   */
  add(request: AddRequest, call?: Call): Promise<Added>;
  /** Every document of the store, sorted by name; those that are not valid environments have their problems. */
  list(call?: Call): Promise<readonly ListedEnvironment[]>;
  /**
   * An environment by its name, else the one that is used where none is named. `run:ID` names that of a run, as it was.
   *
   * @throws EnvironmentNotFoundError when the store does not hold it
   */
  get(name?: string, call?: Call): Promise<EnvironmentDocument>;
  /**
   * Adds the environment that a run had, with the exact image and packages where those were locked.
   *
   * @throws SubmarineError of the kind `not-found` when there is no record of the run
   * @throws NameTakenError when the name exists, without `replace`
   */
  save(request: SaveRequest, call?: Call): Promise<EnvironmentDocument>;
  /** The name of the environment that is used where none is named, and what says so. */
  current(call?: Call): Promise<ChosenName | undefined>;
  /**
   * Deletes environments with their locks: all that are named, or none.
   *
   * @throws EnvironmentNotFoundError for the first name that the store does not hold
   */
  delete(request: string | readonly string[] | DeleteRequest, call?: Call): Promise<Deleted>;
  /**
   * Chooses the environment that is used where none is named. A request whose `name` is undefined chooses none, as
   * `clearSelection` does.
   *
   * @returns what wins over the selection here, where something does
   * @throws EnvironmentNotFoundError when the store does not hold it
   */
  select(request: string | SelectRequest, call?: Call): Promise<ChosenName | undefined>;
  /** Forgets which environment was selected. */
  clearSelection(): Promise<void>;
  /**
   * Writes down the exact image and packages of an environment. Nothing is written when it is aborted.
   *
   * @throws InvalidDataError when its packages cannot be found, or do not go together
   */
  lock(request: string | LockEnvironmentRequest, call?: Call): Promise<MadeLock>;
  /**
   * Refuses a lock that is not fresh and whole.
   *
   * @throws InvalidDataError when there is none, or it is stale or open
   */
  checkLock(request: string | CheckLockRequest, call?: Call): Promise<void>;
  /**
   * How the locks of two environments differ.
   *
   * @throws InvalidDataError when one has no lock, or neither has a platform that is asked for
   */
  diff(request: DiffRequest, call?: Call): Promise<LockDiff>;
  /**
   * What an environment says now and its lock does not.
   *
   * @throws InvalidDataError when it has no lock
   */
  diffFromLock(name: string, call?: Call): Promise<ProfileDiff>;
  /**
   * The kernel of an environment as a text in the format of another program.
   *
   * @throws InvalidDataError when it has no kernel, no lock where one is needed, or not the platform
   */
  export(request: string | ExportRequest, call?: Call): Promise<string>;
}

/** The experiments of a store: commands with named parameters, and the environments that they run in. */
export interface Experiments {
  /**
   * Adds the experiments of a file: all of them, or none. Environments in it are passed over, which an event tells.
   *
   * @throws NameTakenError with all names that the store holds already, without `replace`
   * @throws InvalidFileError with every problem of the file
   */
  add(request: AddExperimentsRequest, call?: Call): Promise<readonly ExperimentDocument[]>;
  /** Every experiment of the store, sorted by name; those that are not valid have their problems. */
  list(call?: Call): Promise<readonly ListedExperiment[]>;
  /**
   * An experiment by its name.
   *
   * @throws ExperimentNotFoundError when the store does not hold it
   */
  get(name: string, call?: Call): Promise<ExperimentDocument>;
  /**
   * Deletes experiments: all that are named, or none.
   *
   * @returns their names, each once
   * @throws ExperimentNotFoundError for the first name that the store does not hold
   */
  delete(
    request: string | readonly string[] | DeleteRequest,
    call?: Call,
  ): Promise<readonly string[]>;
  /**
   * Starts an experiment as a run, whose record says which one and with which values. What the request says besides wins
   * over what the experiment says.
   *
   * @throws ParametersError with all that is unknown, missing or not of its type
   */
  run(request: RunExperimentRequest, call?: RunCall): Promise<EnvironmentRun>;
  /** The exact command that `run` comes to; nothing is started or fetched. */
  show(request: RunExperimentRequest, call?: Call): Promise<string>;
}

/** Commands in containers. */
export interface Runs {
  /**
   * Starts a command in an environment: its kernel is entered, and built first where it is not there. What the command
   * writes goes nowhere unless the call has streams for it.
   *
   * @throws SubmarineError when the request, the environment or its lock is not what it should be, or no engine answers;
   *   what the engine or the build refuses later is told by `ended`
   */
  run(request: RunRequest, call?: RunCall): Promise<EnvironmentRun>;
  /**
   * Starts another command in a running container, in the activated environment of its own one.
   *
   * @throws SubmarineError of the kind `not-found` when there is no such container, `refused` when it is not running; one
   *   that was started a moment ago may not be yet
   */
  exec(request: ExecInRunRequest, call?: RunCall): Promise<StartedRun>;
  /** The runs and notebooks of the engine that have not ended, whoever started them, newest first; with `all` every one that is known. */
  list(request?: ListRunsRequest, call?: Call): Promise<readonly KnownRun[]>;
  /**
   * Copies what a run has written, with `follow` until it ends.
   *
   * @throws SubmarineError of the kind `not-found` when there is no such run, or nothing was kept of what it printed
   */
  logs(request: LogsRequest, call?: Omit<RunCall, 'stdin'>): Promise<void>;
  /**
   * Follows a run that was started before: what it prints from now on, until it ends.
   *
   * @throws SubmarineError of the kind `refused` when it is not running
   */
  attach(request: RunChoice, call?: Omit<RunCall, 'stdin'>): Promise<StartedRun>;
  /**
   * Waits until runs have ended; they then have their exit codes.
   *
   * @throws SubmarineError of the kind `busy` when one is still running after the time
   */
  wait(request: WaitRequest, call?: Call): Promise<readonly KnownRun[]>;
  /** Asks commands to end, kills those that take too long, and waits until all have ended. */
  stop(request: StopRequest, call?: Call): Promise<readonly KnownRun[]>;
  /**
   * Removes the containers of runs that have ended, with what they printed; their records stay.
   *
   * @throws SubmarineError of the kind `refused` when one is running, without `force`
   */
  remove(request: RemoveRunsRequest, call?: Call): Promise<readonly KnownRun[]>;
  /** What `prune` would remove: of the user's own runs that have ended. */
  choosePrunable(request?: PruneRunsRequest, call?: Call): Promise<PrunableRuns>;
  /** Removes the containers of the user's runs that have ended, and their records where that is asked for. */
  prune(request?: PruneRunsRequest, call?: Call): Promise<PrunableRuns>;
  /**
   * The record of a run of this user.
   *
   * @throws SubmarineError of the kind `not-found` when there is none
   */
  get(request: RunChoice, call?: Call): Promise<RunRecord>;
  /**
   * How the code folder of a run differed from its commit, as `git diff` has it, its first MiB; undefined where that is not
   * known.
   */
  readCodeDiff(request: RunChoice, call?: Call): Promise<string | undefined>;
  /** How two runs of this user differ: image, packages, code, command, options, end and results. */
  diff(request: DiffRunsRequest, call?: Call): Promise<RunDiff>;
  /**
   * Starts the command of a run again, in the image and the kernel that it had, whatever has become of its environment.
   *
   * @throws InvalidDataError when something cannot be as it was, without `allowChanges`; a kernel that was not locked and
   *   is gone cannot be made again at all
   */
  rerun(request: RerunRequest, call?: RunCall): Promise<Rerun>;
  /** The exact command that `rerun` comes to. */
  showRerun(request: RerunRequest, call?: Call): Promise<string>;
  /** The exact command that `run` comes to; nothing is started or fetched. */
  show(request: RunRequest, call?: Call): Promise<string>;
  /** The exact command that `exec` comes to. */
  showExec(request: ExecInRunRequest, call?: Call): Promise<string>;
}

/** JupyterLab in environments. */
export interface Notebooks {
  /**
   * Opens JupyterLab in an environment, on 127.0.0.1 alone where no other `host` is given. Its `url` is its address with
   * the token, when it answers.
   *
   * @throws SubmarineError as `run` does; UsageError when the engine is on another machine
   */
  open(request: NotebookRequest, call?: Omit<RunCall, 'stdin'>): Promise<Notebook>;
  /** The notebooks of the engine that are running, whoever started them, newest first; with their addresses, where they are this user's. */
  list(request?: ListNotebooksRequest, call?: Call): Promise<readonly KnownNotebook[]>;
  /**
   * A notebook that is running, with its address.
   *
   * @throws SubmarineError of the kind `not-found` when there is no such notebook
   */
  get(request?: NotebookChoice, call?: Call): Promise<KnownNotebook>;
  /**
   * Ends the servers of notebooks, and waits until their containers have ended.
   *
   * @throws SubmarineError of the kind `not-found` when one is not running
   */
  stop(request: StopNotebooksRequest, call?: Call): Promise<readonly KnownRun[]>;
  /** The exact command that `open` comes to. */
  show(request: NotebookRequest, call?: Call): Promise<string>;
}

/** The kernels that were built, and those to be built. */
export interface Kernels {
  /**
   * Builds the kernel of an environment, where it is not there already; it ends when the kernel is there.
   *
   * @throws InvalidDataError when there is no kernel to build
   * @throws SubmarineError when it cannot be built
   */
  build(request: BuildRequest, call?: Omit<RunCall, 'stdin' | 'stdout'>): Promise<BuiltKernel>;
  /** The exact commands of the containers that `build` comes to, as far as they are known beforehand. */
  showBuild(request: BuildRequest, call?: Call): Promise<string>;
  /** The kernels that were built, the one used last first. */
  list(request?: EngineChoice, call?: Call): Promise<KernelList>;
  /**
   * Compares kernels with their records, file by file, and with their locks.
   *
   * @throws SubmarineError of the kind `not-found` when the kernel that is named is not built
   */
  verify(request?: string | VerifyRequest, call?: Call): Promise<Verification>;
  /** What `prune` would remove: never a kernel that is in use or being built. */
  choosePrunable(request?: PruneRequest, call?: Call): Promise<PruneChoice>;
  /** Removes kernels: those that are named, else those that nobody uses. */
  prune(request?: PruneChosenRequest, call?: Call): Promise<Pruned>;
  /**
   * Removes what builds have fetched; kernels do not need it.
   *
   * @returns how much was freed, in bytes
   */
  clearPackages(request?: EngineChoice, call?: Call): Promise<number>;
  /** What takes room, and how much of it could be freed. */
  usage(request?: EngineChoice, call?: Call): Promise<Usage>;
}

/** What environments keep between their runs: caches, JupyterLab's settings, IPython's history. */
export interface Homes {
  /** Those of this user's environments, of whatever store, with what they take. */
  list(request?: EngineChoice, call?: Call): Promise<readonly ListedHome[]>;
  /** What `prune` would remove: never one that a container has. */
  choosePrunable(request?: PruneHomesRequest, call?: Call): Promise<readonly ListedHome[]>;
  /**
   * Removes those whose environments are gone, and with `unusedMs` also those that were not used for so long.
   *
   * @returns those that were removed
   * @throws SubmarineError of the kind `cannot-write` when another user's files are in the way
   */
  prune(request?: PruneChosenHomesRequest, call?: Call): Promise<readonly ListedHome[]>;
}

/** Images of environments. */
export interface Images {
  /**
   * Makes an image in which the kernel of an environment is built already.
   *
   * @returns its name; of one that was pushed, the name with its digest
   * @throws InvalidDataError when there is no kernel to build
   */
  bake(request: BakeRequest, call?: Call): Promise<string>;
  /** What `bake` would do; nothing is fetched or built. */
  planBake(request: BakeRequest, call?: Call): Promise<BakePlan>;
}

/** This machine, its engine and the user's settings. */
export interface Machine {
  /**
   * Looks at all that operations need, and says of each whether it works. Nothing is changed, fetched or started.
   *
   * @throws InterruptedError when it is aborted; all else is a finding
   */
  examine(request?: Omit<ExamineRequest, 'node'>, call?: Call): Promise<readonly Finding[]>;
}

/** Everything that can be done, for one user and one store. */
export interface Submarine {
  readonly environments: Environments;
  readonly experiments: Experiments;
  /** The same as `runs.run`. */
  readonly run: Runs['run'];
  readonly runs: Runs;
  readonly notebooks: Notebooks;
  readonly kernels: Kernels;
  readonly homes: Homes;
  readonly images: Images;
  readonly machine: Machine;
}
