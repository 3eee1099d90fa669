import { expect, test } from '@jest/globals';

import { parsePipReport } from './pip-report.ts';

const SHA = 'a'.repeat(64);

function report(...items: readonly [name: string, info: object][]): string {
  return JSON.stringify({
    version: '1',
    pip_version: '24.0',
    install: items.map(([name, info]) => ({
      download_info: info,
      metadata: { name, version: '1.0', summary: 'unread' },
    })),
  });
}

test('archives, by name, have their address and hash', () => {
  const text = report(
    [
      'Zope.Interface',
      { url: 'https://x.example/z.whl', archive_info: { hashes: { sha256: SHA } } },
    ],
    ['a', { url: 'https://x.example/a.tar.gz', archive_info: { hash: `sha256=${SHA}` } }],
    ['b', { url: 'https://x.example/b.zip', archive_info: {}, subdirectory: 'python' }],
  );

  expect(parsePipReport(text)).toEqual([
    { name: 'a', version: '1.0', url: 'https://x.example/a.tar.gz', sha256: SHA },
    {
      ...{ name: 'b', version: '1.0', url: 'https://x.example/b.zip#subdirectory=python' },
      checksum: 'none',
    },
    { name: 'zope-interface', version: '1.0', url: 'https://x.example/z.whl', sha256: SHA },
  ]);
});

test.each([
  ['https://x.example/r.git', 'git+https://x.example/r.git@0123abc'],
  ['https://ann:secret@x.example/r.git', 'git+https://x.example/r.git@0123abc'],
  ['ssh://git@x.example/r.git', 'git+ssh://git@x.example/r.git@0123abc'],
  ['ssh://git:secret@x.example/r.git', 'git+ssh://git@x.example/r.git@0123abc'],
])('a repository %s is locked to its commit: %s', (url, expected) => {
  const text = report(['r', { url, vcs_info: { vcs: 'git', commit_id: '0123abc' } }]);

  expect(parsePipReport(text)).toEqual([{ name: 'r', version: '1.0', url: expected }]);
});

test('the part of a repository is kept', () => {
  const info = { url: 'https://x.example/r', vcs_info: { vcs: 'hg', commit_id: '1' } };

  expect(parsePipReport(report(['r', { ...info, subdirectory: 'p' }]))[0]?.url).toBe(
    'hg+https://x.example/r@1#subdirectory=p',
  );
});

test.each(['ann:secret', 'ann:s@cret', 'token'])(
  'the login %s of an index is not kept',
  (login) => {
    const info = { url: `https://${login}@x.example/a.whl`, archive_info: {} };

    expect(parsePipReport(report(['a', info]))[0]?.url).toBe('https://x.example/a.whl');
  },
);

test('a blank in an address and a hash in capitals are written as a lock has them', () => {
  const info = {
    url: 'file:///my wheels/a.whl',
    archive_info: { hashes: { sha256: SHA.toUpperCase() } },
  };

  expect(parsePipReport(report(['a', info]))).toEqual([
    { name: 'a', version: '1.0', url: 'file:///my%20wheels/a.whl', sha256: SHA },
  ]);
});

test.each([{}, { editable: true }])('a folder (%j) cannot be locked, which is said', (folder) => {
  const text = report(['own', { url: 'file:///src/own', dir_info: folder }]);

  expect(() => parsePipReport(text)).toThrow(
    'the pip package "own" is a folder, "file:///src/own", and cannot be locked',
  );
});

test('what no lock can hold is said to be so', () => {
  const info = { url: 'https://x.example/"a".whl', archive_info: {} };

  expect(() => parsePipReport(report(['a', info]))).toThrow(
    /^no lock can hold the version or the address of the pip package "a": /,
  );
});

test.each([
  '',
  'Would install x-1.0',
  '{}',
  '[]',
  '{"install": 3}',
  '{"install": [null]}',
  '{"install": [{"metadata": {"name": "a", "version": "1"}}]}',
  '{"install": [{"metadata": {"name": "a"}, "download_info": {"url": "https://x"}}]}',
])('what is no report (%j) asks for a newer pip', (text) => {
  expect(() => parsePipReport(text)).toThrow(/^pip printed no report but/);
});
