import type { Command } from 'commander';

import { knownNames } from '../../operations/known-names.ts';
import { escapeControls } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import type { Candidate } from './complete-line.ts';
import { completeLine } from './complete-line.ts';
import type { Subject } from './subjects.ts';

/** Prints what can stand in the place of the last of these words; see `scripts.ts`. What cannot be found out is left out. */
export async function complete(
  words: readonly string[],
  program: Command,
  context: Context,
): Promise<void> {
  const { candidates, subject, before, given } = completeLine(words, program);
  const names = await named(subject, context).catch(() => []);
  const current = words.at(-1) ?? '';
  const all = [...candidates, ...names.filter(({ value }) => !given.includes(value))];
  const lines = all.flatMap(({ value, description }) => {
    const word = `${before}${value}`;
    return word.startsWith(current) && isPlain(value) ? [lineOf({ value: word, description })] : [];
  });
  const kind = subject === 'file' || subject === 'folder' ? subject : 'none';
  context.io.answer([...lines, `:${kind}\n`].join('\n'));
}

/** How long an engine is waited for: nobody waits for a key. */
const ENGINE_MS = 300;

async function named(subject: Subject, context: Context): Promise<readonly Candidate[]> {
  if (subject === 'none' || subject === 'file' || subject === 'folder') return [];
  const submarine = await context.looking();
  return knownNames(submarine, subject, { signal: AbortSignal.timeout(ENGINE_MS) });
}

/** A shell would have to be told how to write any other. */
function isPlain(value: string): boolean {
  return /^[\w@%+=:,./-]+$/.test(value);
}

/** A candidate as the scripts read it: no control character, and no second line, comes from a description. */
export function lineOf({ value, description = '' }: Candidate): string {
  const [first = ''] = description.split('\n');
  return `${value}\t${escapeControls(first).slice(0, LONGEST)}`;
}

const LONGEST = 60;
