import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';

/**
 * Asks the person whether something that cannot be undone shall be done.
 *
 * @throws UsageError where nobody can be asked
 */
export async function confirmed(question: string, { io }: Context): Promise<boolean> {
  if (!io.canAsk) {
    throw new UsageError('cannot ask for confirmation without a terminal', 'pass --yes');
  }
  return io.confirm(question);
}
