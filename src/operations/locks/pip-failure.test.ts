import { expect, test } from '@jest/globals';

import { pipFailure, pipFailureInShort } from './pip-failure.ts';

const NOTHING = [
  'ERROR: Could not find a version that satisfies the requirement six (from versions: none)',
  'ERROR: No matching distribution found for six',
];

const retry = (left: number, why: string): string =>
  `WARNING: Retrying (Retry(total=${left}, connect=None, read=None, redirect=None, status=None)) after connection broken by '${why}': /simple/six/`;

test('a package that an index does not have is the fault of the pip lines', () => {
  const said = [...NOTHING, '', '[notice] A new release of pip is available'].join('\n');

  expect(pipFailure('demo', said)).toMatchObject({
    message: `pip finds no packages for the pip lines of "demo"\n  | ${NOTHING.join('\n  | ')}`,
    remedy: expect.stringContaining('correct the lines under pip:'),
    kind: 'invalid',
  });
  expect(pipFailureInShort(said)).toBe('No matching distribution found for six');
});

test.each([
  [retry(4, 'NewConnectionError(...): Connection refused'), 'pip cannot reach its index'],
  [
    retry(4, 'SSLError(SSLCertVerificationError(1, ...))'),
    'a server has a certificate that pip does not trust',
  ],
  [
    'WARNING: 401 Error, Credentials not correct for https://pypi.example/simple/six/',
    'an index or proxy asks for a user and password, or refuses these',
  ],
])('a server that cannot be used is not: %s', (line, what) => {
  const again = line.startsWith('WARNING: Retrying') ? [retry(1, 'the same'), retry(0, 'it')] : [];
  const said = [line, ...again, ...NOTHING].join('\n');

  expect(pipFailure('demo', said).message).toBe(
    `the pip lines of "demo" cannot be locked: ${what}\n  | ${[line, ...NOTHING].join('\n  | ')}`,
  );
  expect(pipFailureInShort(said)).toBe(what);
});
