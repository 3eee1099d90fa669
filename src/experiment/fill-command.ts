import { UsageError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { quote } from '../text/quote.ts';
import type { Experiment, ParameterValue, ParameterValues } from './experiment.ts';
import { isRequired, readValue, wanted } from './parameter-values.ts';
import { namedIn, parsePlaceholders } from './placeholders.ts';

/** One thing that is wrong with the values that are given. */
export interface ParameterProblem {
  readonly parameter: string;
  readonly reason: 'unknown' | 'missing' | 'invalid';
  /** What is wrong, and what to do. */
  readonly message: string;
  /** Of an unknown one: the parameter that was meant, where one is near. */
  readonly nearest?: string | undefined;
}

/** The values of parameters are not what the experiment takes: all that is wrong with them at once. */
export class ParametersError extends UsageError {
  readonly problems: readonly ParameterProblem[];

  constructor(experiment: string, problems: readonly ParameterProblem[]) {
    super(problems.map(({ message }) => message).join('\nsubmarine: '), undefined, {
      code: 'invalid-parameters',
      data: { experiment, problems },
    });
    this.problems = problems;
  }
}

/** A command with the values of its parameters. */
export interface FilledCommand {
  readonly command: readonly string[];
  /** Of all parameters that have one, those by default among them. */
  readonly values: ParameterValues;
}

/**
 * Puts values into the command of an experiment. A value is a part of one argument, whatever it holds, and reads as it
 * was given: `0.10` stays that. An argument that names a parameter without a value is left out.
 *
 * @param given - values, or texts of values as a person types them
 * @throws ParametersError with all that is unknown, missing or not of its type
 */
export function fillCommand(experiment: Experiment, given: ParameterValues): FilledCommand {
  const { name, command, parameters = {} } = experiment;
  const problems: ParameterProblem[] = Object.keys(given)
    .filter((key) => !Object.hasOwn(parameters, key))
    .map((key) => unknownParameter(key, Object.keys(parameters)));
  const values: [string, ParameterValue][] = [];
  const texts = new Map<string, string>();
  for (const [key, parameter] of Object.entries(parameters)) {
    const chosen = Object.hasOwn(given, key) ? given[key] : parameter.default;
    if (chosen === undefined) {
      if (!isRequired(parameter)) continue;
      const message = `missing parameter ${quote(key)}: ${wanted(parameter)}`;
      problems.push({ parameter: key, reason: 'missing', message });
      continue;
    }
    const read = readValue(chosen, parameter);
    if ('value' in read) {
      values.push([key, read.value]);
      texts.set(key, String(chosen));
    } else {
      const message = `invalid value ${read.message} for parameter ${quote(key)}: ${read.remedy}`;
      problems.push({ parameter: key, reason: 'invalid', message });
    }
  }
  if (problems.length > 0) throw new ParametersError(name, problems);
  const filled = command
    .filter((argument) => namedIn(argument).every((key) => texts.has(key)))
    .map((argument) => fill(argument, texts));
  return { command: filled, values: Object.fromEntries(values) };
}

function unknownParameter(key: string, known: readonly string[]): ParameterProblem {
  const meant = nearest(key, known);
  const list =
    known.length === 0 ? 'this experiment has no parameters' : `choose from ${known.join(', ')}`;
  const remedy = meant === undefined ? list : `did you mean ${quote(meant)}?`;
  const message = `there is no parameter ${quote(key)}: ${remedy}`;
  return { parameter: key, reason: 'unknown', message, nearest: meant };
}

function fill(argument: string, texts: ReadonlyMap<string, string>): string {
  const pieces = parsePlaceholders(argument);
  if ('message' in pieces) return argument;
  return pieces
    .map((piece) => ('parameter' in piece ? (texts.get(piece.parameter) ?? '') : piece.text))
    .join('');
}
