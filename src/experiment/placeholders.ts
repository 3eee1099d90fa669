import type { Refusal } from '../text/refusal.ts';

/** A piece of an argument: a text as it is, or the name of a parameter whose value stands there. */
export type Piece = { readonly text: string } | { readonly parameter: string };

const PIECE = /\{\{|\}\}|\{([A-Za-z_][\w.-]*)\}|[{}]|[^{}]+/g;

/**
 * Cuts an argument of a command at its placeholders: `--lr={lr}`. `{{` and `}}` are a brace each.
 *
 * @returns what is wrong instead, where a brace stands alone
 */
export function parsePlaceholders(argument: string): readonly Piece[] | Refusal {
  const pieces: Piece[] = [];
  for (const [found, parameter] of argument.matchAll(PIECE)) {
    if (parameter !== undefined) pieces.push({ parameter });
    else if (found === '{' || found === '}') {
      return {
        message: `unmatched ${found} in the command`,
        remedy: 'write {name} for a parameter, {{ or }} for a brace',
      };
    } else pieces.push({ text: found === '{{' || found === '}}' ? found.slice(1) : found });
  }
  return pieces;
}

/** The names that an argument refers to; none where it cannot be read. */
export function namedIn(argument: string): readonly string[] {
  const pieces = parsePlaceholders(argument);
  if ('message' in pieces) return [];
  return pieces.flatMap((piece) => ('parameter' in piece ? [piece.parameter] : []));
}
