import { Command } from 'commander';
import type { Context } from '../../context.ts';
export function addCommand(_context: Context): Command {
  return new Command('add');
}
