import { describe, expect, test } from '@jest/globals';

import type { Engine } from '../engines/engine.ts';
import { SubmarineError } from '../errors.ts';
import type { ImageFacts } from '../launch/launch-request.ts';
import type { LockedImage } from '../lock/lock.ts';
import type { ImageRequest } from './present-image.ts';
import { presentImage } from './present-image.ts';

const REFERENCE = 'registry.example:5000/ml/cuda:12.4';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const BY_DIGEST = `registry.example:5000/ml/cuda@${DIGEST}`;
const OTHER = `registry.example:5000/ml/cuda@sha256:${'b'.repeat(64)}`;

function image(id: string, ...digests: string[]): ImageFacts {
  return { id, entrypoint: [], platform: 'linux/amd64', digests, labels: {} };
}

/** An engine that holds images by name, and can pull some. */
function engineWith(
  held: Record<string, ImageFacts>,
  pullable: Record<string, ImageFacts> = {},
): { engine: Engine; pulled: string[] } {
  const pulled: string[] = [];
  const engine: Partial<Engine> = {
    findImage: async (name) => held[name],
    pullImage: async (name) => {
      const facts = pullable[name];
      if (facts === undefined) throw new SubmarineError(`no ${name}`, '', 125);
      pulled.push(name);
      held[name] = facts;
    },
  };
  return { engine: engine as Engine, pulled };
}

async function present(engine: Engine, locked?: Omit<LockedImage, 'reference'>, more = {}) {
  const notes: string[] = [];
  const request: ImageRequest = {
    reference: REFERENCE,
    locked: locked && { reference: REFERENCE, ...locked },
    pull: 'missing',
    frozen: false,
    dryRun: false,
    note: (line) => notes.push(line),
    ...more,
  };
  const { name, facts } = await presentImage(engine, request);
  return { name, id: facts?.id, notes };
}

describe('without a lock', () => {
  test('an image that is here is taken', async () => {
    const { engine, pulled } = engineWith({ [REFERENCE]: image('1') });

    expect(await present(engine)).toEqual({ name: REFERENCE, id: '1', notes: [] });
    expect(pulled).toEqual([]);
  });

  test('one that is not here is fetched, but not by a dry run', async () => {
    const { engine, pulled } = engineWith({}, { [REFERENCE]: image('1') });

    expect(await present(engine, undefined, { dryRun: true })).toMatchObject({ id: undefined });
    expect(await present(engine)).toMatchObject({ id: '1' });
    expect(pulled).toEqual([REFERENCE]);
  });

  test('one that is here for another platform is fetched for the one that is asked for', async () => {
    const arm = { ...image('2'), platform: 'linux/arm64' };
    const { engine, pulled } = engineWith({ [REFERENCE]: image('1') }, { [REFERENCE]: arm });

    expect(await present(engine, undefined, { platform: 'linux/amd64' })).toMatchObject({
      id: '1',
    });
    expect(pulled).toEqual([]);
    expect(await present(engine, undefined, { platform: 'linux/arm64/v8' })).toMatchObject({
      id: '2',
    });
    expect(pulled).toEqual([REFERENCE]);
  });

  test('one that must not be fetched is an error with the line to type', async () => {
    const { engine } = engineWith({});

    await expect(present(engine, undefined, { pull: 'never' })).rejects.toMatchObject({
      exitCode: 125,
      hint: expect.stringContaining(`docker pull ${REFERENCE}`),
    });
  });
});

describe('locked by a digest', () => {
  test('the image is started by that digest, also where the name still means it', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('1', OTHER, BY_DIGEST) });

    expect(await present(engine, { digest: DIGEST })).toEqual({
      name: BY_DIGEST,
      id: '1',
      notes: [],
    });
  });

  test('by the name where the engine has it from another repository', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('1', `mirror.example/cuda@${DIGEST}`) });

    expect(await present(engine, { digest: DIGEST })).toMatchObject({ name: REFERENCE, notes: [] });
  });

  test('that the name means another one by now is said, and the locked one is fetched', async () => {
    const { engine, pulled } = engineWith(
      { [REFERENCE]: image('2', OTHER) },
      { [BY_DIGEST]: image('1', BY_DIGEST) },
    );

    const { name, id, notes } = await present(engine, { digest: DIGEST }, { pull: 'always' });
    expect([name, id]).toEqual([BY_DIGEST, '1']);
    expect(notes).toEqual([expect.stringContaining('another image than when it was locked')]);
    expect(pulled).toEqual([BY_DIGEST]);
  });

  test('where it cannot be had, nothing else is started in its place', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('2', OTHER) });

    const notes: string[] = [];
    const note = (line: string) => notes.push(line);
    await expect(present(engine, { digest: DIGEST }, { note })).rejects.toMatchObject({
      message: `no ${BY_DIGEST}; ${REFERENCE} is another image than when it was locked`,
      hint: expect.stringContaining('lock again'),
      exitCode: 125,
    });
    expect(notes).toEqual([]);
  });
});

describe('locked by the id of one engine', () => {
  test('the image is started by its name while that means it', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('sha256:1') });

    expect(await present(engine, { local: 'sha256:1' })).toMatchObject({
      name: REFERENCE,
      notes: [],
    });
  });

  test('and by its id when the name means another', async () => {
    const { engine } = engineWith({
      [REFERENCE]: image('sha256:2'),
      'sha256:1': image('sha256:1'),
    });

    const { name, notes } = await present(engine, { local: 'sha256:1' });
    expect(name).toBe('sha256:1');
    expect(notes).toEqual([expect.stringContaining('the locked one runs')]);
  });

  test('and by its id when no image has the name any more', async () => {
    const { engine, pulled } = engineWith(
      { 'sha256:1': image('sha256:1') },
      { [REFERENCE]: image('2') },
    );

    const { name, notes } = await present(engine, { local: 'sha256:1' });
    expect([name, pulled]).toEqual(['sha256:1', []]);
    expect(notes).toEqual([expect.stringContaining('is no image any more; the locked one runs')]);
  });

  test('on another engine a frozen start is refused', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('sha256:2') });

    await expect(present(engine, { local: 'sha256:1' }, { frozen: true })).rejects.toMatchObject({
      message: expect.stringContaining('never pushed'),
      exitCode: 65,
    });
  });

  test('on another engine the name decides, which is said', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('sha256:2') });

    const { name, notes } = await present(engine, { local: 'sha256:1' });
    expect(name).toBe(REFERENCE);
    expect(notes[0]).toContain('never pushed');
  });
});
