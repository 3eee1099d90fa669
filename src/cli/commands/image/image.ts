import { Command } from 'commander';

import { CONTRACT, CONTRACT_LABEL } from '../../../launch/bootstrap.ts';
import type { Context } from '../../context.ts';
import { bakeCommand } from './bake.ts';

export function imageCommand(context: Context): Command {
  return new Command('image')
    .description('make images of environments')
    .addHelpText(
      'after',
      `
Images can be prepared for submarine, see docs/images.md. This version speaks contract ${CONTRACT} with the
bootstrap in an image, which says so by LABEL ${CONTRACT_LABEL}=${CONTRACT}. An older bootstrap is
replaced at the start of a container, where files can be mounted; a newer one is refused.

Examples:
  submarine image bake demo --tag demo:1
  submarine image bake demo --tag registry.example/ml/demo:1 --push`,
    )
    .addCommand(bakeCommand(context));
}
