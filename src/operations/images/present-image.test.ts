import { describe, expect, test } from '@jest/globals';

import type { Engine, Images } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import type { ImageFacts } from '../../launch/launch-request.ts';
import type { LockedImage } from '../../lock/lock.ts';
import type { SubmarineEvent } from '../events.ts';
import type { ImageRequest } from './present-image.ts';
import { presentImage } from './present-image.ts';

const REFERENCE = 'registry.example:5000/ml/cuda:12.4';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const BY_DIGEST = `registry.example:5000/ml/cuda@${DIGEST}`;
const OTHER = `registry.example:5000/ml/cuda@sha256:${'b'.repeat(64)}`;
const MOVED = { type: 'warning', code: 'image-moved', image: REFERENCE, isGone: false };

function image(id: string, ...digests: string[]): ImageFacts {
  return { id, entrypoint: [], platform: 'linux/amd64', digests, labels: {} };
}

/** An engine that holds images by name, and can pull some. */
function engineWith(
  held: Record<string, ImageFacts>,
  pullable: Record<string, ImageFacts> = {},
): { engine: Engine; pulled: string[] } {
  const pulled: string[] = [];
  const images: Partial<Images> = {
    find: async (name) => held[name],
    pull: async (name) => {
      const facts = pullable[name];
      if (facts === undefined) {
        throw new SubmarineError({
          kind: 'refused',
          code: 'image-not-found',
          message: `no ${name}`,
        });
      }
      pulled.push(name);
      held[name] = facts;
    },
  };
  return { engine: { name: 'docker', images } as Engine, pulled };
}

async function present(
  engine: Engine,
  locked?: Omit<LockedImage, 'reference'>,
  more: Partial<ImageRequest> = {},
  events: SubmarineEvent[] = [],
) {
  const request: ImageRequest = {
    reference: REFERENCE,
    locked: locked && { reference: REFERENCE, ...locked },
    pull: 'missing',
    mustBeLocked: false,
    dryRun: false,
    beforePull: async () => {},
    ...more,
  };
  const { name, facts } = await presentImage(engine, request, {
    on: (event) => events.push(event),
  });
  const warnings = events.filter(({ type }) => type === 'warning');
  return { name, id: facts?.id, warnings };
}

describe('without a lock', () => {
  test('an image that is here is taken', async () => {
    const { engine, pulled } = engineWith({ [REFERENCE]: image('1') });

    expect(await present(engine)).toEqual({ name: REFERENCE, id: '1', warnings: [] });
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

  test('nothing is fetched that is refused before', async () => {
    const { engine, pulled } = engineWith({}, { [REFERENCE]: image('1') });
    const beforePull = () => Promise.reject(new Error('refused'));

    await expect(present(engine, undefined, { beforePull })).rejects.toThrow('refused');
    expect(pulled).toEqual([]);
  });

  test('one that must not be fetched is an error', async () => {
    const { engine } = engineWith({});

    await expect(present(engine, undefined, { pull: 'never' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'image-not-here',
      data: { engine: 'docker', image: REFERENCE },
    });
  });
});

describe('locked by a digest', () => {
  test('the image is started by that digest, also where the name still means it', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('1', OTHER, BY_DIGEST) });

    expect(await present(engine, { digest: DIGEST })).toEqual({
      name: BY_DIGEST,
      id: '1',
      warnings: [],
    });
  });

  test('by the name where the engine has it from another repository', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('1', `mirror.example/cuda@${DIGEST}`) });

    expect(await present(engine, { digest: DIGEST })).toMatchObject({
      name: REFERENCE,
      warnings: [],
    });
  });

  test('that the name means another one by now is said, and the locked one is fetched', async () => {
    const { engine, pulled } = engineWith(
      { [REFERENCE]: image('2', OTHER) },
      { [BY_DIGEST]: image('1', BY_DIGEST) },
    );

    const { name, id, warnings } = await present(engine, { digest: DIGEST }, { pull: 'always' });
    expect([name, id]).toEqual([BY_DIGEST, '1']);
    expect(warnings).toEqual([MOVED]);
    expect(pulled).toEqual([BY_DIGEST]);
  });

  test('where it cannot be had, nothing else is started in its place', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('2', OTHER) });

    const events: SubmarineEvent[] = [];
    await expect(present(engine, { digest: DIGEST }, {}, events)).rejects.toMatchObject({
      message: `no ${BY_DIGEST}; ${REFERENCE} is another image than when it was locked`,
      code: 'locked-image-not-here',
      kind: 'refused',
    });
    expect(events).toEqual([{ type: 'step', step: 'pulling', image: BY_DIGEST }]);
  });
});

describe('locked by the id of one engine', () => {
  test('the image is started by its name while that means it', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('sha256:1') });

    expect(await present(engine, { local: 'sha256:1' })).toMatchObject({
      name: REFERENCE,
      warnings: [],
    });
  });

  test('and by its id when the name means another', async () => {
    const { engine } = engineWith({
      [REFERENCE]: image('sha256:2'),
      'sha256:1': image('sha256:1'),
    });

    const { name, warnings } = await present(engine, { local: 'sha256:1' });
    expect(name).toBe('sha256:1');
    expect(warnings).toEqual([MOVED]);
  });

  test('and by its id when no image has the name any more', async () => {
    const { engine, pulled } = engineWith(
      { 'sha256:1': image('sha256:1') },
      { [REFERENCE]: image('2') },
    );

    const { name, warnings } = await present(engine, { local: 'sha256:1' });
    expect([name, pulled]).toEqual(['sha256:1', []]);
    expect(warnings).toEqual([{ ...MOVED, isGone: true }]);
  });

  test('on another engine a frozen start is refused', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('sha256:2') });

    await expect(
      present(engine, { local: 'sha256:1' }, { mustBeLocked: true }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('never pushed'),
      kind: 'invalid',
    });
  });

  test('on another engine the name decides, which is said', async () => {
    const { engine } = engineWith({ [REFERENCE]: image('sha256:2') });

    const { name, warnings } = await present(engine, { local: 'sha256:1' });
    expect(name).toBe(REFERENCE);
    expect(warnings).toEqual([{ type: 'warning', code: 'locked-image-missing', image: REFERENCE }]);
  });
});
