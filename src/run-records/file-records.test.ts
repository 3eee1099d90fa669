import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { fileRecords } from './file-records.ts';
import { digestOf } from './kept-texts.ts';
import type { RecordedEnd, RunRecord } from './run-record.ts';
import { endReason } from './run-record.ts';
import type { RunRecords } from './run-records.ts';

let state: string;
let folder: string;
let records: RunRecords;

beforeEach(async () => {
  state = await temporaryDirectory();
  folder = join(state, 'runs');
  records = fileRecords(state);
});

function recordOf(id: string, more: Partial<RunRecord> = {}): RunRecord {
  const document = 'name: demo # it\'s: "quoted"\n';
  return {
    ...{ id, name: `submarine-demo-${id}`, host: 'host', user: 'me' },
    environment: { name: 'demo', document, digest: digestOf(document) },
    image: { reference: 'alpine', id: 'sha256:1' },
    request: {
      ...{ kind: 'run', command: ['echo', 'a: b\n---\n', '\u{2028}é'], variables: { A: null } },
      ...{ mounts: [], ports: [], code: undefined, pull: 'missing', offline: false },
      ...{ noNewPrivileges: true, extras: {}, verbose: false, terminal: false, watched: false },
    },
    engine: { name: 'docker', id: 'e' },
    startedAt: new Date('2026-01-02T03:04:05.678Z'),
    ...more,
  };
}

const END: RecordedEnd = {
  reason: 'exit',
  at: new Date('2026-01-02T03:05:00.000Z'),
  exitCode: 3,
  installed: ['humanize 4.10.0'],
  results: { '/out': { 'a b': 'ff' } },
};

describe('a record', () => {
  test('is read as it was written, with its end or without', async () => {
    for (const record of [recordOf('0123abcd'), recordOf('0123abcd', { end: END })]) {
      await records.write(record);
      expect(await records.find('0123abcd')).toEqual(JSON.parse(JSON.stringify(record), revive));
    }
    expect(await records.find('ffffffff')).toBeUndefined();
  });

  test('is YAML, for nobody but its user', async () => {
    const before = process.umask(0);
    await records.write(recordOf('0123abcd', { end: END }));
    process.umask(before);
    const path = join(folder, '0123abcd.yaml');
    const { parse } = await import('yaml');

    expect(parse(await readFile(path, 'utf8'))).toMatchObject({
      ...{ version: 1, id: '0123abcd', request: { command: ['echo', 'a: b\n---\n', '\u{2028}é'] } },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['that was cut off', (text: string) => text.slice(0, -5)],
    ['that lost its last line end', (text: string) => text.trimEnd()],
    ['of another run', (text: string) => text.replace('0123abcd"', '0123abce"')],
    ['that lacks what it needs', (text: string) => text.replace(/^image: .*\n/m, '')],
    ['whose request is none', (text: string) => text.replace(/^request: .*$/m, 'request: {}')],
    ['of no time', (text: string) => text.replace(/^startedAt: .*$/m, 'startedAt: "x"')],
    ['that is empty', () => ''],
    ['that is no YAML of ours', () => '# A run\nid: [\n'],
  ])('%s is damaged', async (_, change) => {
    await records.write(recordOf('0123abcd', { end: END }));
    const path = join(folder, '0123abcd.yaml');
    await writeFile(path, change(await readFile(path, 'utf8')));

    await expect(records.find('0123abcd')).rejects.toMatchObject({ code: 'record-damaged' });
    expect(await records.list()).toEqual({
      records: [],
      damaged: [{ id: '0123abcd', message: expect.stringContaining('is damaged') }],
    });
  });

  test('that is a link is not read', async () => {
    await records.write(recordOf('0123abcd'));
    await symlink(join(folder, '0123abcd.yaml'), join(folder, 'ffffffff.yaml'));
    await expect(records.find('ffffffff')).rejects.toMatchObject({ code: 'record-unreadable' });
  });
});

test('a record is changed by one at a time, who sees what the one before has made of it', async () => {
  await records.write(recordOf('0123abcd'));
  const work = async (now = recordOf('ffffffff')) => ({ ...now, name: `${now.name}+` });

  await Promise.all([1, 2, 3, 4].map(() => records.change('0123abcd', work)));

  expect((await records.find('0123abcd'))?.name).toBe('submarine-demo-0123abcd++++');
});

function revive(key: string, value: unknown): unknown {
  return ['startedAt', 'at'].includes(key) ? new Date(String(value)) : value;
}

test('records are listed newest first, and what is none is passed over', async () => {
  const older = recordOf('aaaaaaaa', { startedAt: new Date('2025-01-01T00:00:00Z') });
  await records.write(older);
  await records.write(recordOf('bbbbbbbb'));
  await writeFile(join(folder, 'notes.txt'), 'mine');

  const { records: listed } = await records.list();
  expect(listed.map(({ id }) => id)).toEqual(['bbbbbbbb', 'aaaaaaaa']);
});

test('where there is no folder there are no records', async () => {
  expect(await records.list()).toEqual({ records: [], damaged: [] });
});

describe('a lock', () => {
  test('is kept once, and goes with the last record that has it', async () => {
    const lock = await records.locks.keep('packages: []\n');
    expect(await records.locks.keep('packages: []\n')).toBe(lock);
    const kernel = { digest: 'd', lock };
    await records.write(recordOf('aaaaaaaa', { kernel }));
    await records.write(recordOf('bbbbbbbb', { kernel }));

    await records.remove(['aaaaaaaa']);
    expect(await records.locks.find(lock)).toBe('packages: []\n');
    await records.remove(['bbbbbbbb']);
    expect(await records.locks.find(lock)).toBeUndefined();
    expect(await readdir(join(folder, 'locks'))).toEqual([]);
  });

  test('stays while a record cannot be read that may need it', async () => {
    const lock = await records.locks.keep('packages: []\n');
    await writeFile(join(folder, 'cccccccc.yaml'), 'cut');
    await records.write(recordOf('aaaaaaaa', { kernel: { digest: 'd', lock } }));
    await records.remove(['aaaaaaaa']);
    expect(await records.locks.find(lock)).toBe('packages: []\n');
  });

  test('that was changed is refused', async () => {
    const lock = await records.locks.keep('packages: []\n');
    await writeFile(join(folder, 'locks', `${lock.replace('sha256:', '')}.yaml`), 'other\n');
    await expect(records.locks.find(lock)).rejects.toMatchObject({ code: 'recorded-lock-changed' });
  });
});

test('a folder that others could write to is not believed', async () => {
  await mkdir(folder, { recursive: true });
  await records.write(recordOf('aaaaaaaa'));
  await chmod(folder, 0o777);
  await records.write(recordOf('bbbbbbbb'));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test.each([
  [{ exitCode: 0, tookMs: 1 }, undefined, 'exit'],
  [{ exitCode: 124, tookMs: 1 }, undefined, 'exit'],
  [{ exitCode: 124, tookMs: 999 }, 1000, 'exit'],
  [{ exitCode: 124, tookMs: 1000 }, 1000, 'timeout'],
  [{ exitCode: 137, tookMs: 11_000 }, 1000, 'timeout'],
  [{ exitCode: 137, tookMs: 1 }, 1000, 'signal'],
  [{ exitCode: 137, outOfMemory: true, tookMs: 1 }, undefined, 'out-of-memory'],
  [{ exitCode: 143, tookMs: 1 }, undefined, 'signal'],
  [{ exitCode: 255, tookMs: 1 }, undefined, 'exit'],
] as const)('%j with a limit of %s ms ends by %s', (end, limit, reason) => {
  expect(endReason(end, limit)).toBe(reason);
});

describe('the token of a notebook', () => {
  test('is for nobody but its user, and goes when it is no longer needed', async () => {
    const { tokens } = records;
    expect(await tokens.ids()).toEqual([]);
    for (const id of ['0123abcd', '1123abcd', '2123abcd']) await tokens.keep(id, `of ${id}`);

    expect(await tokens.find('0123abcd')).toBe('of 0123abcd');
    expect((await stat(join(state, 'notebooks/0123abcd'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(state, 'notebooks'))).mode & 0o777).toBe(0o700);
    await records.remove(['0123abcd']);
    await tokens.removeOthers(new Set(['2123abcd']));
    expect(await tokens.ids()).toEqual(['2123abcd']);
    expect(await tokens.find('0123abcd')).toBeUndefined();
  });
});
