/**
 * A process that fetches one archive for a build, for tests of other users and of what goes wrong: `STORE FOLDER URL
 * SHA256`. It prints the kind and the message of an error on stderr, and exits with 2 after one.
 */
import { provideArchives } from '../../src/downloads/provide-archives.ts';
import { SubmarineError } from '../../src/errors.ts';

const [store = '', folder = '', url = '', sha256] = process.argv.slice(2);

try {
  const options = { env: {}, home: '/nowhere', offline: false };
  await provideArchives([{ url, sha256, kind: 'conda' }], { store, folder }, options);
} catch (error) {
  if (!(error instanceof SubmarineError)) throw error;
  process.stderr.write(`${error.kind}: ${error.message}\n`);
  process.exitCode = 2;
}
