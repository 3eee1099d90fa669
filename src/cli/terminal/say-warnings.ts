import type { Warning } from '../../config/warning.ts';
import { escapeControls } from '../../text/quote.ts';
import type { Io } from './io.ts';

/** Says what is wrong and what to do: of what stands in a file in one line, else in two. */
export function sayWarnings(warnings: readonly Warning[], { note }: Io): void {
  for (const { place, message, remedy } of warnings) {
    if (place === undefined) {
      note(escapeControls(`submarine: warning: ${message}`));
      if (remedy !== '') note(`  ${escapeControls(remedy)}`);
    } else note(escapeControls(`${place}: warning: ${message}: ${remedy}`));
  }
}
