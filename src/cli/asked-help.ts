import type { Command } from 'commander';

import { UsageError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { quote } from '../text/quote.ts';

/**
 * The command whose help `help env add` asks for; undefined for another command line.
 *
 * @throws UsageError when a command line begins with no command: with `--help` commander would print the help of another
 */
export function askedHelp(
  [first, ...others]: readonly string[],
  program: Command,
): Command | undefined {
  const isTopic = first === 'help';
  const words = first === undefined || isTopic ? others : [first, ...others];
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const command = find(program, firstOption < 0 ? words : words.slice(0, firstOption));
  return isTopic ? command : undefined;
}

/** What stands behind a command that takes arguments, or has no others, is its arguments. */
function find(command: Command, [word, ...others]: readonly string[]): Command {
  if (word === undefined || command.commands.length === 0) return command;
  if (word === 'help') return find(command, others);
  const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (next !== undefined) return find(next, others);
  if (command.registeredArguments.length > 0) return command;
  const near = nearest(
    word,
    command.commands.map((one) => one.name()),
  );
  throw new UsageError(
    `unknown command ${quote(word)}`,
    near === undefined ? `see: ${fullName(command)} --help` : `did you mean ${near}?`,
  );
}

/** As it is typed: `submarine env add`. */
export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
