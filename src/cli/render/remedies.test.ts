import { describe, expect, test } from '@jest/globals';

import { type ErrorData, InvalidFileError, SubmarineError } from '../../errors.ts';
import { fileLines, remedyFor, TABLES } from './remedies.ts';

function remedyOf(code: string, data: ErrorData = {}) {
  return remedyFor(new SubmarineError({ kind: 'refused', code, message: 'no', data }));
}

test.each([
  [undefined, 'log in: docker login, or choose a name of your own'],
  [
    'registry.example:5000',
    'log in: docker login registry.example:5000, or choose a name of your own',
  ],
  ['localhost', 'log in: docker login localhost, or choose a name of your own'],
])('a push that a registry (%s) refuses is a matter of logging in', (host, remedy) => {
  expect(remedyOf('push-denied', { image: 'ml/demo:1', host })).toBe(remedy);
});

test('an image that could not be pushed is still here', () => {
  expect(remedyOf('push-failed', { image: 'a/b', why: 'registry-unreachable' })).toBe(
    'check the network and the name; the image is built, so push it again: docker push a/b',
  );
});

test('arguments that are too long are put into a file', () => {
  expect(remedyOf('arguments-too-long')).toBe(
    'put what is long into a file, and mount it: -v ./folder:/folder',
  );
});

describe('another command in a container', () => {
  test.each([
    ['container-paused', 'let it go on: docker unpause train'],
    ['container-not-running', 'start another: submarine run'],
    ['no-such-user', 'write numbers, for example --user 1000:1000'],
    ['no-such-folder', 'name one that is in the container by --workdir'],
    ['container-without-bootstrap', "use the engine's own command: docker exec train"],
    ['exec-refused', 'see what it says: docker exec train true'],
  ])('is helped on after %s', (code, remedy) => {
    expect(remedyOf(code, { engine: 'docker', container: 'train' })).toBe(remedy);
  });
});

test.each([
  ...['engine-not-permitted', 'engine-unreachable', 'engine-not-installed', 'engine-not-startable'],
  ...[
    'client-killed',
    'no-gpu-runtime',
    'pull-denied',
    'image-not-found',
    'image-not-for-platform',
  ],
  ...['registry-unreachable', 'engine-full', 'port-taken', 'invalid-port', 'mount-source-missing'],
  ...['container-name-taken', 'image-without-shell', 'invalid-engine-option', 'invalid-amount'],
  ...['image-for-another-processor', 'engine-refused', 'out-of-memory'],
])('whatever an engine refuses, something can be done: %s', (code) => {
  expect(remedyOf(code, { engine: 'docker', image: 'img', name: 'db' })).toMatch(/\w/);
});

test.each<[string, ErrorData, string]>([
  ['nothing-running', {}, 'start one, for example: submarine run -- sleep 1h'],
  ['no-code-to-read', {}, 'leave out --code-read-only or --no-code'],
  ['container-foreign', { container: 'db' }, "use the engine's own command: docker exec db"],
  [
    'image-not-here',
    { engine: 'docker', image: 'alpine:3' },
    'fetch it: docker pull alpine:3, or leave --pull never and --offline out',
  ],
  [
    'locked-image-not-here',
    { why: 'image-not-found' },
    'check the name in the environment, or build the image first; to take what it is now, lock again',
  ],
  ['lock-refused', { name: 'demo' }, 'lock it: submarine env lock demo, or leave --frozen out'],
  [
    'lock-refused',
    { name: 'demo', platforms: ['linux-64'] },
    'lock it: submarine env lock demo --platform linux-64, or leave --frozen out',
  ],
])('of %s with %j is said what to type', (code, data, words) => {
  expect(remedyOf(code, data)).toBe(words);
});

test('what an error says itself holds where the command line has nothing to add', () => {
  const facts = { kind: 'usage', code: 'usage', message: 'invalid port "x"' } as const;

  expect(remedyFor(new SubmarineError({ ...facts, remedy: 'write it as 8080:80' }))).toBe(
    'write it as 8080:80',
  );
  expect(remedyFor(new SubmarineError(facts))).toBeUndefined();
});

test.each([
  ['lock-file-damaged', '/s.yaml.lock/demo.yaml', 'lock anew: submarine env lock demo'],
  [
    'lock-file-newer',
    '/s.yaml.lock/+G+P+U.yaml',
    'update it, or lock anew: submarine env lock GPU',
  ],
  ['lock-file-damaged', 'a', 'lock anew: submarine env lock NAME'],
  ['conda-file-without-name', 'e.yml', 'give it a name with --kernel NAME'],
  ['not-by-schema', 'e.yml', 'see: submarine env schema'],
  [undefined, 'e.yml', 'mend it'],
])('a problem %s of the file %s ends in: %s', (code, source, words) => {
  const problem = { line: 2, column: 3, message: 'no', remedy: 'mend it', code };
  const error = new InvalidFileError(source, [problem, { ...problem, line: 4 }]);

  expect(fileLines(error)).toBe(`${source}:2:3: no: ${words}\n${source}:4:3: no: ${words}`);
});

test('the words of an error alone say the remedy, too', () => {
  const problem = { line: 2, column: 3, message: 'no', remedy: 'mend it', code: 'not-by-schema' };

  expect(new InvalidFileError('e.yml', [problem]).message).toBe('e.yml:2:3: no: mend it');
});

test('no two errors have one code', () => {
  const codes = TABLES.flatMap((table) => Object.keys(table));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});
