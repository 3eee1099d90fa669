import { isAbsolute, resolve } from 'node:path';

import { InvalidDataError } from '../../errors.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { isInside, realTarget } from '../../files/confined.ts';
import { isRemoteCode } from '../../git/remote-code.ts';
import { quote } from '../../text/quote.ts';
import type { RunRequest } from '../runs/run-request.ts';
import type { Submarine } from '../submarine.ts';

/** Where an experiment runs, and what is compared of it. */
export type ExperimentFolders = Pick<RunRequest, 'code' | 'results'>;

/**
 * The folders of an experiment: its code from the folder of the store's file on, its results from the code folder on. Of
 * a project that is not trusted both stay in the project, as the `code` of its configuration does.
 *
 * @param given - what the request says, which wins
 * @throws InvalidDataError when one leads out of such a project
 */
export async function experimentFolders(
  experiment: Experiment,
  given: ExperimentFolders,
  submarine: Submarine,
): Promise<ExperimentFolders> {
  const project = await submarine.untrustedProject();
  const code = given.code ?? codeOf(experiment, project, submarine);
  const results = given.results ?? resultsOf(experiment, code, project, submarine);
  return { code, results };
}

function codeOf(
  { name, code }: Experiment,
  project: string | undefined,
  { store, caller }: Submarine,
): string | false | undefined {
  if (code === undefined) return undefined;
  if (typeof code !== 'string') return false;
  if (isRemoteCode(code)) {
    // The user's own logins would fetch it.
    if (project !== undefined) throw leavesProject(name, code, project);
    return code;
  }
  // What the user's own store lies in is no code, and no container may write there.
  if (!isAbsolute(code) && store.folder === caller.folders.data) throw inOwnStore(name, code);
  const folder = resolve(store.folder ?? caller.cwd, code);
  if (project === undefined) return folder;
  if (!isInside(folder, project)) throw leavesProject(name, code, project);
  // What is mounted is what was looked at, whatever becomes of a link.
  return realTarget(folder);
}

function resultsOf(
  { name, results }: Experiment,
  code: RunRequest['code'],
  project: string | undefined,
  { settings, caller }: Submarine,
): readonly string[] | undefined {
  const named = code ?? settings.code ?? '.';
  const isFolder = named !== false && !isRemoteCode(named);
  const base = isFolder ? resolve(caller.cwd, named) : caller.cwd;
  return results?.map((folder) => {
    const place = resolve(base, folder);
    if (project !== undefined && !isInside(place, base)) throw leavesProject(name, folder, project);
    return place;
  });
}

function inOwnStore(experiment: string, folder: string): InvalidDataError {
  return new InvalidDataError(
    `the code folder ${quote(folder)} of the experiment ${quote(experiment)} is relative, and your own store lies in no project`,
    undefined,
    { code: 'experiment-code-relative', data: { experiment, folder } },
  );
}

function leavesProject(experiment: string, folder: string, project: string): InvalidDataError {
  return new InvalidDataError(
    `the experiment ${quote(experiment)} leads out of its project, to ${quote(folder)}`,
    undefined,
    { code: 'experiment-leaves-project', data: { experiment, folder, project } },
  );
}
