import type { DocumentKind } from '../../environment/document-kind.ts';
import { documentsOfKind } from '../../environment/parse-file.ts';
import type { StreamPart } from '../../environment/split-documents.ts';
import { InvalidDataError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';

/**
 * The documents of a kind in a file that is taken in. Those of another kind are told, and passed over.
 *
 * @param source - the name of the file in messages
 * @throws InvalidDataError when it holds another kind alone
 */
export async function ownDocuments(
  text: string,
  source: string,
  kind: DocumentKind,
  call?: Call,
): Promise<readonly StreamPart[]> {
  const { parts, others } = await documentsOfKind(text, kind);
  if (others === 0) return parts;
  const other = kind === 'environment' ? 'experiment' : 'environment';
  if (parts.length === 0) {
    throw new InvalidDataError(`${quote(source)} holds ${other}s, and no ${kind}`, undefined, {
      code: 'other-kind-of-document',
      data: { source, kind: other },
    });
  }
  warn(call, { code: 'other-kind-left-out', source, kind: other, count: others });
  return parts;
}
