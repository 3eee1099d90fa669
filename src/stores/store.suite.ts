import { beforeEach, describe, expect, test } from '@jest/globals';

import type { EnvironmentDocument } from '../environment/environment.ts';
import type { ExperimentDocument } from '../experiment/experiment.ts';
import { EnvironmentNotFoundError, ExperimentNotFoundError, InvalidDataError } from '../errors.ts';
import { EnvironmentChangedError, NameTakenError } from './store-errors.ts';
import type { Store } from './store.ts';

/** Opens the same store, empty before the first test, as another user of it would. */
export type OpenStore = () => Promise<Store>;

export function documentOf(name: string, image = 'alpine'): EnvironmentDocument {
  return {
    text: `name: ${name}\ndocker-image: ${image}\n`,
    environment: { name, 'docker-image': image },
  };
}

export function experimentOf(name: string, environment = 'demo'): ExperimentDocument {
  return {
    text: `kind: experiment\nname: ${name}\nenvironment: ${environment}\ncommand: [ls]\n`,
    experiment: { kind: 'experiment', name, environment, command: ['ls'] },
  };
}

/**
 * What every backend does, on a store that is made by the command alone.
 *
 * @param newStore - makes an empty store
 */
export function describeStore(backend: string, newStore: () => Promise<OpenStore>): void {
  let open: OpenStore;
  let store: Store;

  beforeEach(async () => {
    open = await newStore();
    store = await open();
  });

  const names = async (): Promise<readonly (string | undefined)[]> =>
    (await (await open()).list()).map(({ environment }) => environment?.name);

  describe(`${backend}: list and get`, () => {
    test('an empty store has nothing, and says so of a name', async () => {
      expect(await store.list()).toEqual([]);
      await expect(store.get('abc')).rejects.toThrow(EnvironmentNotFoundError);
    });

    test('list is sorted by name in the order of code points', async () => {
      await store.add(['b', 'B', 'a1', 'a', '9x', '10x'].map((name) => documentOf(name)));
      expect(await names()).toEqual(['10x', '9x', 'B', 'a', 'a1', 'b']);
    });

    test('names are each there once, sorted, also of documents that are not environments', async () => {
      expect(await store.names()).toEqual([]);
      await store.add(['b', 'a', '10x'].map((name) => documentOf(name)));
      const quoted = '{"name": "c", "docker-image": "x"}\n';
      await store.add([{ text: quoted, environment: { name: 'c', 'docker-image': 'x' } }]);
      expect(await (await open()).names()).toEqual(['10x', 'a', 'b', 'c']);
    });

    test('get gives the document to the byte', async () => {
      const text = '# of b\nname:   b # here\ndocker-image: "x"\n';
      const b = { text, environment: { name: 'b', 'docker-image': 'x' } };
      await store.add([documentOf('a'), b, documentOf('c')]);
      expect(await (await open()).get('b')).toMatchObject(b);
    });

    test('get names the nearest where there is none of that name, compared exactly', async () => {
      await store.add([documentOf('tensorflow')]);
      await expect(store.get('Tensorflow')).rejects.toMatchObject({
        kind: 'not-found',
        code: 'environment-not-found',
        data: { nearest: 'tensorflow' },
      });
    });

    test('the version stays as long as the document does', async () => {
      await store.add([documentOf('a'), documentOf('b')]);
      const { version } = await store.get('a');
      await store.add([documentOf('b', 'new'), documentOf('c')], { replace: true });
      expect((await (await open()).get('a')).version).toBe(version);
      await store.add([documentOf('a', 'new')], { replace: true });
      expect((await store.get('a')).version).not.toBe(version);
    });
  });

  describe(`${backend}: add and delete`, () => {
    test('add adds all or none, and names every name that is taken', async () => {
      await store.add([documentOf('a'), documentOf('b')]);
      const adding = store.add([documentOf('b'), documentOf('c'), documentOf('a')]);
      await expect(adding).rejects.toThrow(NameTakenError);
      await expect(adding).rejects.toMatchObject({
        kind: 'invalid',
        names: ['b', 'a'],
        message: 'the store already has environments "b", "a"',
      });
      expect(await names()).toEqual(['a', 'b']);
    });

    test('add replaces where asked, and adds the others', async () => {
      await store.add([documentOf('a'), documentOf('b')]);
      await store.add([documentOf('b', 'new'), documentOf('c')], { replace: true });
      expect((await store.get('b')).text).toBe(documentOf('b', 'new').text);
      expect(await names()).toEqual(['a', 'b', 'c']);
    });

    test('two of one name are refused', async () => {
      await expect(store.add([documentOf('x'), documentOf('x')])).rejects.toThrow(InvalidDataError);
      expect(await names()).toEqual([]);
    });

    test('delete deletes all or none', async () => {
      await store.add([documentOf('a'), documentOf('b'), documentOf('c')]);
      await expect(store.delete(['a', 'x'])).rejects.toThrow('no environment "x" in the store');
      expect(await names()).toEqual(['a', 'b', 'c']);
      await store.delete(['c', 'a', 'c']);
      expect(await names()).toEqual(['b']);
    });

    test('a dry run changes nothing, and is refused for the same reasons', async () => {
      const dryRun = { dryRun: true };
      await store.add([documentOf('a')]);
      await store.add([documentOf('b')], dryRun);
      await store.delete(['a'], dryRun);
      expect(await names()).toEqual(['a']);
      await expect(store.add([documentOf('a')], dryRun)).rejects.toThrow(NameTakenError);
      await expect(store.delete(['b'], dryRun)).rejects.toThrow(EnvironmentNotFoundError);
    });

    test('writers at once lose nothing', async () => {
      const all = Array.from(
        { length: 12 },
        (_, index) => `env-${String.fromCodePoint(97 + index)}`,
      );
      await Promise.all(all.map(async (name) => (await open()).add([documentOf(name)])));
      expect(await names()).toEqual(all);
    });
  });

  describeExperiments(backend, () => ({ store, open }));

  describe(`${backend}: locks`, () => {
    test('a lock is kept to the byte, and replaced', async () => {
      await store.add([documentOf('a'), documentOf('b')]);
      await store.writeLock('a', 'old\n');
      await store.writeLock('a', 'version: 1\n');
      expect(await (await open()).findLock('a')).toBe('version: 1\n');
      expect(await store.findLock('b')).toBeUndefined();
      expect(await store.getWithLock('a')).toEqual({
        ...(await store.get('a')),
        lock: 'version: 1\n',
      });
      expect(await store.getWithLock('b')).toMatchObject({ lock: undefined });
    });

    test('names that differ in case alone have locks of their own', async () => {
      const cased = ['demo', 'Demo', 'DEMO', 'dEMO'];
      await store.add(cased.map((name) => documentOf(name)));
      for (const name of cased) await store.writeLock(name, name);
      for (const name of cased) expect(await store.findLock(name)).toBe(name);
      const places = cased.map((name) => store.lockLocation(name).toLowerCase());
      expect(new Set(places).size).toBe(cased.length);
    });

    test('an environment is added together with its lock, or replaced', async () => {
      await store.add([documentOf('a')], { locks: new Map([['a', 'one\n']]) });
      expect(await store.getWithLock('a')).toMatchObject({ ...documentOf('a'), lock: 'one\n' });
      const locks = new Map([['a', 'two\n']]);
      await store.add([documentOf('b'), documentOf('a', 'new')], { replace: true, locks });
      expect(await store.getWithLock('a')).toMatchObject({
        ...documentOf('a', 'new'),
        lock: 'two\n',
      });
      expect(await store.findLock('b')).toBeUndefined();
    });

    test('an environment that is replaced alone keeps its lock', async () => {
      await store.add([documentOf('a')], { locks: new Map([['a', 'one\n']]) });
      await store.add([documentOf('a', 'new')], { replace: true });
      expect(await store.findLock('a')).toBe('one\n');
    });

    test('what is refused, and a dry run, leave the lock as it is', async () => {
      const locks = new Map([['a', 'new\n']]);
      await store.add([documentOf('a')], { dryRun: true, locks });
      await store.add([documentOf('a')], { locks: new Map([['a', 'old\n']]) });
      await expect(store.add([documentOf('a')], { locks })).rejects.toThrow(NameTakenError);
      expect(await store.findLock('a')).toBe('old\n');
    });

    test('a lock goes with its environment, and does not come back with its name', async () => {
      await store.add([documentOf('a'), documentOf('b')]);
      await store.writeLock('a', '1\n');
      await store.writeLock('b', '2\n');
      await store.delete(['a'], { dryRun: true });
      expect(await store.findLock('a')).toBe('1\n');
      await store.delete(['a']);
      await store.add([documentOf('a')]);
      expect(await store.findLock('a')).toBeUndefined();
      expect(await store.findLock('b')).toBe('2\n');
    });

    test('a lock is kept for an environment that is there, and for the version that is meant', async () => {
      await expect(store.writeLock('a', 'x')).rejects.toThrow(EnvironmentNotFoundError);
      await store.add([documentOf('a')]);
      const { version } = await store.get('a');
      await store.add([documentOf('a', 'new')], { replace: true });

      const writing = store.writeLock('a', 'x', { ifMatch: version });

      await expect(writing).rejects.toThrow(EnvironmentChangedError);
      await expect(writing).rejects.toMatchObject({ kind: 'busy', code: 'environment-changed' });
      expect(await store.findLock('a')).toBeUndefined();
      await store.writeLock('a', 'x', { ifMatch: (await store.get('a')).version });
      expect(await store.findLock('a')).toBe('x');
    });

    test('writers at once leave one whole lock', async () => {
      await store.add([documentOf('a')]);
      const texts = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(100_000));
      await Promise.all(texts.map(async (text) => (await open()).writeLock('a', text)));
      expect(texts).toContain(await store.findLock('a'));
    });

    test('a reader sees a document with its own lock while they are replaced', async () => {
      const image = 'i'.repeat(20);
      await store.add([documentOf('a', image)], { locks: new Map([['a', image]]) });
      const over = new AbortController();
      const write = async (): Promise<void> => {
        for (let round = 0; round < 20; round += 1) {
          const other = `image${round}`;
          const options = { replace: true, locks: new Map([['a', other]]) };
          await store.add([documentOf('a', other)], options);
        }
        over.abort();
      };
      const reader = await open();
      const read = async (): Promise<void> => {
        while (!over.signal.aborted) {
          const { environment, lock } = await reader.getWithLock('a');
          expect(lock).toBe(environment['docker-image']);
        }
      };
      await Promise.all([write(), read()]);
    });
  });
}

interface Opened {
  readonly store: Store;
  readonly open: OpenStore;
}

function describeExperiments(backend: string, opened: () => Opened): void {
  const names = async (): Promise<readonly (string | undefined)[]> =>
    (await (await opened().open()).experiments.list()).map(({ experiment }) => experiment?.name);

  describe(`${backend}: experiments`, () => {
    test('an empty store has none, and says so of a name', async () => {
      const { experiments } = opened().store;
      expect(await experiments.list()).toEqual([]);
      await expect(experiments.get('abc')).rejects.toThrow(ExperimentNotFoundError);
    });

    test('an experiment and an environment may have one name, and know nothing of each other', async () => {
      const { store, open } = opened();
      await store.add([documentOf('a')], { locks: new Map([['a', 'lock\n']]) });
      await store.experiments.add([experimentOf('a'), experimentOf('b')]);
      const other = await open();
      expect((await other.list()).map(({ text }) => text)).toEqual([documentOf('a').text]);
      expect(await other.get('a')).toMatchObject(documentOf('a'));
      expect(await other.experiments.get('a')).toMatchObject(experimentOf('a'));
      await expect(store.get('b')).rejects.toMatchObject({ data: { name: 'b' } });
      await expect(store.delete(['b'])).rejects.toThrow(EnvironmentNotFoundError);
      await store.experiments.delete(['a']);
      expect(await store.getWithLock('a')).toMatchObject({ ...documentOf('a'), lock: 'lock\n' });
      await store.delete(['a']);
      expect(await names()).toEqual(['b']);
    });

    test('a lock is that of the environment, also behind an experiment of its name', async () => {
      const { store } = opened();
      await store.experiments.add([experimentOf('a')]);
      await store.add([documentOf('a')], { locks: new Map([['a', 'one\n']]) });
      expect(await store.findLock('a')).toBe('one\n');
      await store.experiments.add([experimentOf('a', 'other')], { replace: true });
      expect(await store.findLock('a')).toBe('one\n');
    });

    test('add adds all or none, and names every name that is taken', async () => {
      const { experiments } = opened().store;
      await experiments.add([experimentOf('a'), experimentOf('b')]);
      const adding = experiments.add([experimentOf('b'), experimentOf('c'), experimentOf('a')]);
      await expect(adding).rejects.toThrow(NameTakenError);
      await expect(adding).rejects.toThrow('the store already has experiments "b", "a"');
      await experiments.add([experimentOf('b', 'new')], { replace: true });
      expect((await experiments.get('b')).text).toBe(experimentOf('b', 'new').text);
      expect(await names()).toEqual(['a', 'b']);
      await expect(experiments.add([experimentOf('x'), experimentOf('x')])).rejects.toThrow(
        'two of the experiments to add are named "x"',
      );
    });

    test('delete deletes all or none, and names the nearest', async () => {
      const { experiments } = opened().store;
      await experiments.add([experimentOf('train'), experimentOf('test')]);
      await expect(experiments.delete(['test', 'trian'])).rejects.toMatchObject({
        kind: 'not-found',
        code: 'experiment-not-found',
        data: { name: 'trian', nearest: 'train' },
      });
      await experiments.delete(['test']);
      expect(await names()).toEqual(['train']);
    });

    test('a dry run changes nothing', async () => {
      const { experiments } = opened().store;
      await experiments.add([experimentOf('a')]);
      await experiments.add([experimentOf('b')], { dryRun: true });
      await experiments.delete(['a'], { dryRun: true });
      expect(await names()).toEqual(['a']);
    });

    test('the version stays as long as the document does', async () => {
      const { experiments } = opened().store;
      await experiments.add([experimentOf('a')]);
      const { version } = await experiments.get('a');
      await opened().store.add([documentOf('a')]);
      expect((await experiments.get('a')).version).toBe(version);
      await experiments.add([experimentOf('a', 'new')], { replace: true });
      expect((await experiments.get('a')).version).not.toBe(version);
    });

    test('writers of both kinds at once lose nothing', async () => {
      const { open } = opened();
      const all = ['a', 'b', 'c', 'd', 'e'];
      await Promise.all(
        all.flatMap((name) => [
          (async () => (await open()).add([documentOf(name)]))(),
          (async () => (await open()).experiments.add([experimentOf(name)]))(),
        ]),
      );
      expect(await names()).toEqual(all);
      expect(await opened().store.list()).toHaveLength(all.length);
    });
  });
}
