import type { Command, Option } from 'commander';

import type { Subject } from './subjects.ts';
import { ARGUMENTS, HOLD_A_COMMAND, OPTIONS } from './subjects.ts';

/** A word that can stand where one is being typed, and what a person is told of it. */
export interface Candidate {
  readonly value: string;
  readonly description?: string | undefined;
}

/** What can stand where a word is being typed: words that are known, and what the subject names. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly subject: Subject;
  /** What stands before the value in the same word: `--env=`. */
  readonly before: string;
  /** What was given for the same argument already. */
  readonly given: readonly string[];
}

/**
 * What can stand in the place of the last of these words.
 *
 * @param words - what stands behind `submarine`; the last may be empty, or the beginning of a word
 */
export function completeLine(words: readonly string[], program: Command): Completion {
  const current = words.at(-1) ?? '';
  const state = readWords(words.slice(0, -1), program);
  const { command, waiting, given, isOwn } = state;
  if (waiting !== undefined) return valuesOf(waiting, '');
  const holder = HOLD_A_COMMAND[pathOf(command)] ?? Infinity;
  if (isCommandOfItsOwn(command, given) || (isOwn && given.length >= holder)) {
    return completion([], 'file');
  }
  if (current.startsWith('-') && !isOwn) return completeOption(current, command);
  const subcommands =
    given.length === 0 && !isOwn ? command.createHelp().visibleCommands(command) : [];
  return {
    ...completion(subcommands.map(candidateOf), argumentSubject(command, given.length)),
    given,
  };
}

interface State {
  readonly command: Command;
  /** The option whose value is being typed. */
  readonly waiting: Option | undefined;
  /** The arguments that stand before. */
  readonly given: readonly string[];
  /** Whether `--` stands before. */
  readonly isOwn: boolean;
}

function readWords(words: readonly string[], program: Command): State {
  let command = program;
  let waiting: Option | undefined;
  let given: string[] = [];
  for (const [index, word] of words.entries()) {
    if (waiting !== undefined) waiting = undefined;
    else if (isCommandOfItsOwn(command, given)) given.push(word);
    else if (word === '--') {
      return { command, waiting, given: [...given, ...words.slice(index + 1)], isOwn: true };
    } else if (word.startsWith('-') && word !== '-') {
      const option = findOption(command, word);
      if (option?.required === true && isWithoutValue(word)) waiting = option;
    } else {
      const next = given.length === 0 ? findCommand(command, word) : undefined;
      if (next === undefined) given.push(word);
      else [command, given] = [next, []];
    }
  }
  return { command, waiting, given, isOwn: false };
}

/** Whether what comes next belongs to a command that is to run in an environment. */
function isCommandOfItsOwn(command: Command, given: readonly string[]): boolean {
  return given.length > (HOLD_A_COMMAND[pathOf(command)] ?? Infinity);
}

function isWithoutValue(word: string): boolean {
  return word.startsWith('--') ? !word.includes('=') : word.length === 2;
}

function findCommand(command: Command, word: string): Command | undefined {
  return command.commands.find((one) => one.name() === word || one.aliases().includes(word));
}

function findOption(command: Command, word: string): Option | undefined {
  const flag = word.startsWith('--') ? word.replace(/=.*$/s, '') : word.slice(0, 2);
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function completeOption(current: string, command: Command): Completion {
  const at = current.indexOf('=');
  if (at > 0) {
    const option = findOption(command, current);
    return option === undefined
      ? completion([], 'none')
      : valuesOf(option, current.slice(0, at + 1));
  }
  const shown = command.options.filter(({ hidden }) => !hidden);
  const candidates = shown.flatMap(({ long, description }) =>
    long === undefined || long === null ? [] : [{ value: long, description }],
  );
  return completion([...candidates, { value: '--help', description: 'say what it does' }], 'none');
}

function valuesOf({ long, argChoices }: Option, before: string): Completion {
  const candidates = (argChoices ?? []).map((value) => ({ value }));
  const subject = argChoices === undefined ? (OPTIONS[long ?? ''] ?? 'none') : 'none';
  return { ...completion(candidates, subject), before };
}

function argumentSubject(command: Command, index: number): Subject {
  const subjects = ARGUMENTS[pathOf(command)] ?? [];
  const last = command.registeredArguments.at(-1);
  const isMore = index >= command.registeredArguments.length && last?.variadic !== true;
  return (isMore ? undefined : (subjects[index] ?? subjects.at(-1))) ?? 'none';
}

function candidateOf(command: Command): Candidate {
  return { value: command.name(), description: command.description() };
}

/** Without the program's name: `env add`. */
function pathOf(command: Command): string {
  const { parent } = command;
  if (parent === null) return '';
  return [pathOf(parent), command.name()].filter(Boolean).join(' ');
}

function completion(candidates: readonly Candidate[], subject: Subject): Completion {
  return { candidates, subject, before: '', given: [] };
}
