import type { Command } from 'commander';

import type { GlobalOptions } from '../context.ts';

/** Gives a command the options that every command takes, so that they may stand on either side of its name. */
export function addGlobalOptions(command: Command): void {
  command
    .option('--store <path>', 'the file that holds the environments')
    .option('--verbose', 'say what is done, and give the causes of errors')
    .option('--no-color', 'use no colours');
}

/** What the command line says of those options; of two, the one nearer to the command's own wins. */
export function readGlobalOptions(command: Command): GlobalOptions {
  const outer = command.parent === null ? {} : readGlobalOptions(command.parent);
  const given = ['store', 'verbose', 'color'].filter(
    (name) => command.getOptionValueSource(name) === 'cli',
  );
  return {
    ...outer,
    ...Object.fromEntries(given.map((name) => [name, command.getOptionValue(name)])),
  };
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
