import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { bakeCommand } from './bake.ts';

export function imageCommand(context: Context): Command {
  return new Command('image')
    .description('make images of environments')
    .addHelpText(
      'after',
      `
Examples:
  submarine image bake demo --tag demo:1
  submarine image bake demo --tag registry.example/ml/demo:1 --push`,
    )
    .addCommand(bakeCommand(context));
}
