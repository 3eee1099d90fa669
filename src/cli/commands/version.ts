import { Command } from 'commander';

import type { Context } from '../context.ts';

export function versionCommand({ io, package: { version } }: Context): Command {
  return new Command('version')
    .description('print the version, as --version does')
    .action(() => io.out(version));
}
