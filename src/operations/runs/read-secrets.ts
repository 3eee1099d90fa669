import { resolve } from 'node:path';

import { InterruptedError, UsageError } from '../../errors.ts';
import { readAnyFile } from '../../files/any-file.ts';
import { fileReason } from '../../files/file-reason.ts';
import { NotRegularError, readRegularFile } from '../../files/regular-file.ts';
import type { SecretFile } from '../../launch/secrets.ts';
import { MAX_SECRET_BYTES } from '../../launch/secrets.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Caller } from '../submarine.ts';
import type { SecretSource } from './run-request.ts';

/**
 * Reads secrets where they are kept.
 *
 * @throws UsageError when one is not there, cannot be read or is too large
 */
export async function readSecrets(
  sources: Readonly<Record<string, SecretSource>>,
  caller: Pick<Caller, 'cwd' | 'variables'>,
  call?: Call,
): Promise<readonly SecretFile[]> {
  const read = Object.entries(sources).map(async ([name, source]) => {
    const secret = await readSecret(name, source, caller, call);
    if (secret.bytes.length <= MAX_SECRET_BYTES) return secret;
    throw new UsageError(
      `the secret ${quote(name)} is larger than 1 MiB`,
      'mount a file of that size, read-only',
      { code: 'secret-too-large', data: { name } },
    );
  });
  return Promise.all(read);
}

async function readSecret(
  name: string,
  source: SecretSource,
  { cwd, variables }: Pick<Caller, 'cwd' | 'variables'>,
  call: Call | undefined,
): Promise<SecretFile> {
  if ('value' in source) return { name, bytes: Buffer.from(source.value) };
  if ('variable' in source) {
    const value = variables[source.variable];
    if (value === undefined) throw notThere(name, `there is no variable ${source.variable}`);
    return { name, bytes: Buffer.from(value), from: source };
  }
  const file = resolve(cwd, source.file);
  const bytes = await readFileOrPipe(file, call).catch((cause: unknown) => {
    if (cause instanceof InterruptedError) throw cause;
    throw notThere(name, `cannot read ${quote(file)}: ${fileReason(cause)}`, cause);
  });
  return { name, bytes, from: { file } };
}

/** A pipe may be that of a shell's `<(…)`. */
async function readFileOrPipe(file: string, call: Call | undefined): Promise<Buffer> {
  try {
    // One byte more than may be shows that there are more.
    return await readRegularFile(file, { maxBytes: MAX_SECRET_BYTES + 1 });
  } catch (error) {
    if (!(error instanceof NotRegularError) || error.kind !== 'a FIFO') throw error;
    return readAnyFile(file, call?.signal);
  }
}

function notThere(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError(`the secret ${quote(name)} is not there: ${why}`, undefined, {
    code: 'secret-not-there',
    data: { name },
    cause,
  });
}
