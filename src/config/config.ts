import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { UserFolders } from './paths.ts';
import type { Settings } from './settings.ts';

/** Where a project's file may lie in a folder, in the order in which they are looked for. */
const PROJECT_FILES = ['', '.json', '.yaml', '.yml'].flatMap((ending) => [
  `.submarinerc${ending}`,
  `.config/submarinerc${ending}`,
]);
/** The user's own file, in the user's configuration folder. */
const USER_FILES = ['config.yaml', 'config.yml', 'config.json', 'config'];

/**
 * Reads the settings: those of the nearest project file, from the working directory up to the home folder or the
 * root, laid key by key over those of the user's own file.
 *
 * @throws InvalidFileError with every problem of a file
 */
export async function readSettings(
  { cwd }: { readonly cwd: string },
  { home, config }: UserFolders,
): Promise<Settings> {
  const hasProjectFile = anyProjectFile(cwd, home);
  const userPath = USER_FILES.map((name) => join(config, name)).find((path) => existsSync(path));
  // cosmiconfig takes 24 ms to load, so it is loaded only where there is something for it to find.
  if (!hasProjectFile && userPath === undefined) return {};
  const { openExplorer } = await import('./explorer.ts');
  const { parseSettings } = await import('./settings.ts');
  const explorer = openExplorer({ searchPlaces: PROJECT_FILES, stopDir: home });
  const userFile = userPath ?? join(config, 'config.yaml');
  const [user, project] = await Promise.all([
    userPath === undefined ? undefined : explorer.load(userPath),
    hasProjectFile ? explorer.search(cwd) : undefined,
  ]);
  return {
    ...(user && parseSettings(user, { home })),
    ...(project && parseSettings(project, { home, userFile })),
  };
}

function anyProjectFile(cwd: string, home: string): boolean {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (PROJECT_FILES.some((name) => existsSync(join(folder, name)))) return true;
    if (folder === resolve(home) || folder === dirname(folder)) return false;
  }
}
