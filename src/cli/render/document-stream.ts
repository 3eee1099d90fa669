/** Documents one after another, as one file has them. */
export function documentStream(documents: readonly { readonly text: string }[]): string {
  return documents.map(({ text }) => (text.endsWith('\n') ? text : `${text}\n`)).join('---\n');
}
