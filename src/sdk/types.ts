export type { FileUser } from '../config/file-owner.ts';
export type { Settings } from '../config/settings.ts';
export type {
  KeyListener,
  LogOptions,
  Pausing,
  RunEnd,
  RunInfo,
  StartedRun,
  Streams,
} from '../engines/engine.ts';
export type { DocumentKind } from '../environment/document-kind.ts';
export type {
  Dependency,
  Environment,
  EnvironmentDocument,
  Kernel,
  ParsedDocument,
} from '../environment/environment.ts';
export type {
  Experiment,
  ExperimentDocument,
  Parameter,
  ParameterValue,
  ParameterValues,
  ParsedExperiment,
  Resources,
} from '../experiment/experiment.ts';
export type { ParameterProblem } from '../experiment/fill-command.ts';
export type { Overrides } from '../environment/override-document.ts';
export type { ErrorData, ErrorDetails, ErrorFacts, ErrorKind, Problem } from '../errors.ts';
export type { AbandonedBuild, CachedKernel } from '../kernel-cache/cached-kernel.ts';
export type { KernelContent } from '../kernel/kernel-content.ts';
export type { CodeState } from '../git/code-state.ts';
export type {
  EndReason,
  RecordedEnd,
  RecordedEnvironment,
  RecordedImage,
  RecordedCode,
  RecordedKernel,
  RecordedRequest,
  RunRecord,
} from '../run-records/run-record.ts';
export type {
  CodeSource,
  Extras,
  LaunchedExperiment,
  LaunchRequest,
} from '../launch/launch-request.ts';
export type { Mount } from '../launch/mounts.ts';
export type { Port } from '../launch/ports.ts';
export type { SecretFile, SecretOrigin } from '../launch/secrets.ts';
export type { Variable, VariableSource } from '../launch/variables.ts';
export type { Gpus, User } from '../launch/resources.ts';
export type { DependencyChange } from '../lock/content-changes.ts';
export type {
  DiffPackage,
  DiffSummary,
  LockDiff,
  PackageChange,
  PackageFile,
  PlatformDiff,
} from '../lock/lock-diff.ts';
export type { LockState } from '../lock/lock-state.ts';
export type {
  Lock,
  LockedImage,
  LockedPackage,
  LockedRequirement,
  PlatformLock,
} from '../lock/lock.ts';
export type { ProfileChange, ProfileDiff } from '../lock/profile-diff.ts';
export type { Added, AddRequest } from '../operations/environments/add-environments.ts';
export type { ChosenName } from '../operations/environments/choose-environment.ts';
export type { Deleted, DeleteRequest } from '../operations/environments/delete-environments.ts';
export type { DiffRequest } from '../operations/environments/diff-environments.ts';
export type { DocumentSource } from '../operations/environments/documents-to-add.ts';
export type { ExportFormat, ExportRequest } from '../operations/environments/export-environment.ts';
export type { FileSource, GivenFile } from '../operations/environments/given-file.ts';
export type { ListedEnvironment } from '../operations/environments/list-environments.ts';
export type { SaveRequest } from '../operations/environments/save-environment.ts';
export type { SelectRequest } from '../operations/environments/select-environment.ts';
export type { AddExperimentsRequest } from '../operations/experiments/add-experiments.ts';
export type { ListedExperiment } from '../operations/experiments/manage-experiments.ts';
export type { RunExperimentRequest } from '../operations/experiments/run-experiment.ts';
export type { Call, Step, SubmarineEvent, Warning } from '../operations/events.ts';
export type { KeptHome } from '../operations/homes/home-folder.ts';
export type { ListedHome } from '../operations/homes/list-homes.ts';
export type {
  PruneChosenHomesRequest,
  PruneHomesRequest,
} from '../operations/homes/prune-homes.ts';
export type { BakePlan, BakeRequest } from '../operations/images/bake-image.ts';
export type { BuildRequest, BuiltKernel } from '../operations/kernels/build-kernel.ts';
export type { KernelList, ListedKernel } from '../operations/kernels/list-kernels.ts';
export type { Usage, UsagePart } from '../operations/kernels/measure-usage.ts';
export type { EngineChoice } from '../operations/kernels/open-kernels.ts';
export type {
  PruneChoice,
  PruneChosenRequest,
  Pruned,
  PruneRequest,
  StayingKernel,
} from '../operations/kernels/prune-kernels.ts';
export type {
  Verification,
  VerifiedKernel,
  VerifyRequest,
} from '../operations/kernels/verify-kernels.ts';
export type {
  CheckLockRequest,
  LockEnvironmentRequest,
  MadeLock,
} from '../operations/locks/lock-environment.ts';
export type { LockChoice } from '../operations/locks/lock-work.ts';
export type { ExamineRequest } from '../operations/doctor/examine.ts';
export type { Finding, Subject } from '../operations/doctor/finding.ts';
export type { NotebookChoice } from '../operations/notebooks/find-notebook.ts';
export type {
  KnownNotebook,
  ListNotebooksRequest,
} from '../operations/notebooks/list-notebooks.ts';
export type { JupyterOptions } from '../launch/jupyter.ts';
export type { NotebookRequest } from '../operations/notebooks/notebook-request.ts';
export type { Notebook } from '../operations/notebooks/open-notebook.ts';
export type { StopNotebooksRequest } from '../operations/notebooks/stop-notebooks.ts';
export type { ExecInRunRequest } from '../operations/runs/exec-in-run.ts';
export type { EnvironmentRun } from '../operations/runs/launched-run.ts';
export type { RunChoice } from '../operations/runs/find-run.ts';
export type { LogsRequest } from '../operations/runs/follow-logs.ts';
export type {
  PrunableRuns,
  PruneRunsRequest,
  RemoveRunsRequest,
} from '../operations/runs/remove-runs.ts';
export type { StopRequest } from '../operations/runs/stop-runs.ts';
export type { WaitRequest } from '../operations/runs/wait-for-runs.ts';
export type { KnownRun } from '../operations/runs/known-runs.ts';
export type {
  Change,
  CommitState,
  DiffRunsRequest,
  RunDiff,
} from '../operations/runs/diff-runs.ts';
export type { ResultsDiff } from '../operations/runs/diff-results.ts';
export type { ListRunsRequest } from '../operations/runs/list-runs.ts';
export type { Rerun, RerunRequest } from '../operations/runs/rerun.ts';
export type { RunOrder } from '../operations/runs/run-choices.ts';
export type {
  ContainerRequest,
  ImageChoice,
  LockPolicy,
  NotebookExecution,
  RunRequest,
  SecretSource,
} from '../operations/runs/run-request.ts';
export type {
  Environments,
  Experiments,
  Images,
  Kernels,
  Machine,
  Homes,
  Notebooks,
  RunCall,
  Runs,
  Submarine,
} from './submarine.ts';
export type { Variables } from '../variables.ts';
