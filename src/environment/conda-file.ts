import { InvalidFileError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { readCondaDependencies } from './conda-dependencies.ts';
import { readCondaKeys } from './conda-keys.ts';
import { findSelectors } from './conda-notices.ts';
import { findOddBlanks } from './conda-text.ts';
import type { Kernel } from './environment.ts';
import { isMapping, toProblem } from './finding.ts';
import type { LocatedYaml } from '../yaml/located-yaml.ts';
import { readQuickYaml } from '../yaml/quick-yaml.ts';
import type { ReadBeside } from './requirements-file.ts';
import { splitDocuments } from './split-documents.ts';
import { findTextProblems } from './text-problems.ts';

/** How a conda environment file is read. */
interface CondaFileOptions {
  /** The kernel's name, whatever the file says. */
  readonly name?: string | undefined;
  /** The kernel's name where the file has none that can be used. */
  readonly defaultName?: string | undefined;
  readonly readBeside: ReadBeside;
}

/** A kernel, and what is to be said about the file that it comes from, in the order of its lines. */
interface CondaImport {
  readonly kernel: Kernel;
  readonly notices: readonly Problem[];
}

/** Far more than the longest export there is, and read in well under a second. */
const MAX_LENGTH = 1024 ** 2;
const START = { line: 1, column: 1 };

/**
 * Reads a conda environment file, as conda prints it or people write it, as the kernel of an environment. `prefix` is
 * dropped, numbers among the variables become texts, files that `-r` names are read in.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every problem of the file
 * @see https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#creating-an-environment-file-manually
 */
export async function parseCondaFile(
  text: string,
  source: string,
  options: CondaFileOptions,
): Promise<CondaImport> {
  const fail = (problems: readonly Problem[]): never => {
    throw new InvalidFileError(source, inOrder(problems));
  };
  const [document, second] = splitDocuments(text);
  if (text.length > MAX_LENGTH) return fail([{ ...START, ...TOO_LONG }]);
  if (document === undefined) return fail([{ ...START, ...NO_DEPENDENCIES }]);
  const { readLocatedYaml } = await import('../yaml/located-yaml.ts');
  const yaml = readLocatedYaml(document.text, document);
  const { kernel, problems, notices } = await readKernel(yaml, options);
  const all = [
    ...oncePerLine(yaml.problems, findOddBlanks(text)),
    ...(second === undefined
      ? []
      : [{ line: second.line, column: second.column, ...SECOND_DOCUMENT }]),
    ...problems,
  ];
  if (all.length > 0) {
    const textProblems = findTextProblems(document.text, document);
    return fail(textProblems.length > 0 ? textProblems : all);
  }
  return {
    kernel,
    notices: inOrder([...yaml.warnings.map(ignored), ...findSelectors(text), ...notices]),
  };
}

/** Whether a text is a conda environment file and no profile: it has `dependencies` where a profile has its image. */
export async function isCondaFile(text: string): Promise<boolean> {
  const [document] = splitDocuments(text);
  if (document === undefined || text.length > MAX_LENGTH) return false;
  const value =
    readQuickYaml(document.text) ??
    (await import('../yaml/located-yaml.ts')).readLocatedYaml(document.text, START).value;
  return (
    isMapping(value) &&
    'dependencies' in value &&
    !('docker-image' in value) &&
    !('kernel' in value)
  );
}

interface ReadKernel extends CondaImport {
  readonly problems: readonly Problem[];
}

async function readKernel(yaml: LocatedYaml, options: CondaFileOptions): Promise<ReadKernel> {
  const { value } = yaml;
  const nothing = { kernel: { name: '' }, notices: [] };
  if (value === undefined && yaml.problems.length > 0) return { ...nothing, problems: [] };
  if (!isMapping(value) || !('dependencies' in value)) {
    const { problems = [] } = isMapping(value) ? readCondaKeys(value, yaml, options) : {};
    const misspelt = problems.filter(({ path, part }) => part === 'key' && path.length === 1);
    const located = misspelt.map((finding) => toProblem(finding, yaml.locate(finding)));
    return {
      ...nothing,
      problems:
        located.length > 0
          ? located
          : [{ ...yaml.locate({ path: [], part: 'value' }), ...NO_DEPENDENCIES }],
    };
  }
  const keys = readCondaKeys(value, yaml, options);
  const items = await readCondaDependencies(value['dependencies'], options.readBeside);
  const { name, channels, variables } = keys;
  return {
    kernel: {
      name,
      ...(channels.length > 0 ? { channels } : {}),
      dependencies: items.dependencies,
      ...(Object.keys(variables).length > 0 ? { variables } : {}),
    },
    problems: [...keys.problems, ...items.problems].map((finding) =>
      toProblem(finding, yaml.locate(finding)),
    ),
    notices: [...keys.notices, ...items.notices].map((finding) =>
      toProblem(finding, yaml.locate(finding)),
    ),
  };
}

function ignored({ line, column, message }: Problem): Problem {
  return { line, column, message, remedy: 'it is ignored' };
}

/** A blank that is none explains what is wrong with its line; of a tab the reader of YAML says as much. */
function oncePerLine(ofYaml: readonly Problem[], blanks: readonly Problem[]): readonly Problem[] {
  const isTold = ({ line }: Problem): boolean =>
    ofYaml.some((own) => own.line === line && own.message.includes('a tab'));
  const left = blanks.filter((blank) => !isTold(blank));
  return [...ofYaml.filter(({ line }) => left.every((blank) => blank.line !== line)), ...left];
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

const TOO_LONG = {
  message: 'the file is longer than 1 MiB',
  remedy: 'list only what is needed by name',
};
const NO_DEPENDENCIES = {
  message: 'this is not a conda environment file: it has no dependencies',
  remedy: 'write dependencies: and below it each package on a line of its own',
};
const SECOND_DOCUMENT = {
  message: 'a second document begins here',
  remedy: 'keep one environment in the file',
};
