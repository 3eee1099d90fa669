import type { Command } from 'commander';

/** Gives a command the options that every command takes, so that they may stand on either side of its name. */
export function addGlobalOptions(command: Command): void {
  command
    .option('--store <path>', 'the file that holds the environments')
    .option('--verbose', 'say what is done, and give the causes of errors')
    .option('--no-color', 'use no colours');
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
