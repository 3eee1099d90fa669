import type { SubmarineEvent } from '../../operations/events.ts';
import { escapeControls, quote } from '../../text/quote.ts';
import { stepWords } from '../render/steps.ts';
import { warningLines } from '../render/warnings.ts';
import type { Io } from './io.ts';

/** Writes over the line of progress that stands there. */
const CLEAR = '\r\u001B[K';

/** Says events: warnings always, steps and their progress where a person looks on. */
export function eventSayer(io: Io): (event: SubmarineEvent) => void {
  const toldChanges = new Set<string>();
  let isDrawing = false;
  const note = (line: string): void => {
    if (isDrawing) io.talk(CLEAR);
    isDrawing = false;
    io.note(line);
  };
  return (event) => {
    switch (event.type) {
      case 'warning':
        for (const line of warningLines(event)) note(escapeControls(line));
        break;
      case 'step': {
        if (!io.stderrIsTerminal) break;
        if ('progress' in event && event.progress !== undefined) {
          io.talk(`${CLEAR}${escapeControls(event.progress)}`);
          isDrawing = true;
          break;
        }
        const words = stepWords(event);
        if (words !== undefined) note(escapeControls(words));
        break;
      }
      case 'build-output':
        io.talk(event.text);
        break;
      case 'store-changed':
        // Once a command, however many environments it changes.
        if (!toldChanges.has(event.path)) {
          note(`submarine: changed the store of this project, ${quote(event.path)}`);
        }
        toldChanges.add(event.path);
        break;
      case 'command':
        if (event.replacesEntrypoint) {
          note(
            "submarine: the image's entrypoint is not the bootstrap, so the bootstrap replaces it",
          );
        }
        note(`+ ${event.line}`);
        break;
    }
  };
}
