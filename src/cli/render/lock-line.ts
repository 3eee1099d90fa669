import { shellQuote } from '../../text/quote.ts';

/**
 * The line that locks an environment.
 *
 * @param platforms - all that are wanted, since those that are not named would be locked no longer; none for those that
 *   are locked already
 */
export function lockLine(name: string, platforms: readonly string[] = []): string {
  const options = [...new Set(platforms)].map((platform) => ` --platform ${platform}`);
  return `submarine env lock ${shellQuote(name)}${options.join('')}`;
}
