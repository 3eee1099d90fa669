import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { ConfigurationFile } from './explorer.ts';
import type { FileUser } from './file-owner.ts';
import { whyForeign } from './file-owner.ts';
import type { UserFolders } from './paths.ts';
import type { ProjectFile } from './project-files.ts';
import { isThere, projectFilesAbove, projectFolder } from './project-files.ts';
import type { Settings } from './settings.ts';
import type { Warning } from './warning.ts';
import { errorWarnings } from './warning.ts';

export interface Configuration {
  /** What holds: the project's settings laid key by key over the user's own. */
  readonly settings: Settings;
  readonly project?: Project | undefined;
  /** The path of the user's own file, where there is one. */
  readonly userFile?: string | undefined;
  readonly warnings: readonly Warning[];
}

/** The project whose file was read. */
interface Project {
  /** The path of its file, without links. */
  readonly file: string;
  /** The folder that its settings may not lead out of. */
  readonly folder: string;
  /** What its file alone sets. */
  readonly settings: Settings;
}

interface ReadOptions {
  readonly cwd: string;
  /** Who obeys the files; undefined where files have no owners. */
  readonly user: FileUser | undefined;
  /** Whether a broken file of a project is a warning, and the user's own settings hold alone. */
  readonly tolerant?: boolean;
}

/** The user's own file, in the user's configuration folder. */
const USER_FILES = ['config.yaml', 'config.yml', 'config.json', 'config'];

/**
 * Reads the configuration: the nearest project file from the working directory up to the home folder or the root, and
 * the user's own file. A project file on which somebody else decides is passed by, unless the user accepted its text.
 *
 * @throws InvalidFileError with every problem of a file
 * @throws InvalidDataError when a file is not a regular one, too large, or cannot be read
 */
export async function readConfiguration(
  options: ReadOptions,
  folders: UserFolders,
): Promise<Configuration> {
  const { home, config } = folders;
  const candidates = projectFilesAbove(options.cwd, home);
  const userPath = USER_FILES.map((name) => join(config, name)).find(isThere);
  // cosmiconfig takes 24 ms to load, so it is loaded only where there is something to read.
  if (candidates.length === 0 && userPath === undefined) return { settings: {}, warnings: [] };
  const warnings: Warning[] = [];
  const user = userPath === undefined ? {} : await readUserSettings(userPath, home);
  const userFile = userPath ?? join(config, 'config.yaml');
  try {
    const file = await chooseProjectFile(candidates, options, folders, warnings);
    if (file === undefined) return { settings: user, userFile: userPath, warnings };
    const project = await readProject(file, { home, userFile }, warnings);
    return { settings: { ...user, ...project.settings }, project, userFile: userPath, warnings };
  } catch (error) {
    if (options.tolerant !== true || !(error instanceof InvalidDataError)) throw error;
    // What is broken, the error names: the project's file, or the list of those that were accepted.
    const message = 'no configuration of a project is used';
    const unused = { message, remedy: 'your own settings hold until this is repaired' };
    return {
      ...{ settings: user, userFile: userPath },
      warnings: [...warnings, ...errorWarnings(error), unused],
    };
  }
}

async function readUserSettings(path: string, home: string): Promise<Settings> {
  const { loadConfigurationFile } = await import('./explorer.ts');
  const { parseSettings } = await import('./parse-settings.ts');
  return parseSettings(await loadConfigurationFile(path), { home }).settings;
}

async function readProject(
  file: ConfigurationFile,
  { home, userFile }: { readonly home: string; readonly userFile: string },
  warnings: Warning[],
): Promise<Project> {
  const { parseSettings } = await import('./parse-settings.ts');
  const folder = projectFolder(file.path);
  const parsed = parseSettings(file, { home, project: { folder, userFile } });
  warnings.push(...parsed.warnings);
  return { file: file.path, folder, settings: parsed.settings };
}

/** The nearest that may be obeyed; those that may not are among the warnings. */
async function chooseProjectFile(
  candidates: readonly ProjectFile[],
  { user }: ReadOptions,
  { state }: UserFolders,
  warnings: Warning[],
): Promise<ConfigurationFile | undefined> {
  for (const candidate of candidates) {
    const foreign = user === undefined ? undefined : whyForeign(candidate, user);
    if (foreign === 'gone') continue;
    if (foreign === undefined) {
      const { findConfigurationFile } = await import('./explorer.ts');
      const file = await findConfigurationFile(candidate.path);
      if (file !== undefined) return file;
      continue;
    }
    const accepted = await findAccepted(candidate, state);
    if (typeof accepted === 'object') return accepted;
    const since = accepted === undefined ? '' : 'it has changed since you accepted it, and ';
    warnings.push({
      message: `ignoring ${quote(candidate.path)}: ${since}${foreign.why}`,
      foreignFolder: candidate.folder,
    });
  }
  return undefined;
}

async function findAccepted({ folder, path }: ProjectFile, state: string) {
  const { createTrust } = await import('./trust.ts');
  // The folder may be gone by now.
  const place = await realpath(folder).catch(() => folder);
  return createTrust(state).find(join(place, relative(folder, path)));
}
