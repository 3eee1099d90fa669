import { readdir, readFile } from 'node:fs/promises';

import { expect, test } from '@jest/globals';

import { ASSEMBLED, PARTS } from './bootstrap-parts.js';

test('every part of the bootstrap is in a script', async () => {
  const used = new Set(Object.values(ASSEMBLED).flat());

  expect((await readdir(PARTS)).toSorted()).toEqual(
    [...used].map((name) => `${name}.sh`).toSorted(),
  );
});

test('the bootstrap says its contract in its head, and the example images say it too', async () => {
  const script = await readFile(new URL('../submarine-bootstrap.sh', PARTS), 'utf8');
  const examples = new URL('../../examples/images/', PARTS);

  const [, version] = /^# contract (\d+)$/m.exec(script) ?? [];
  expect(script).toContain(`\nboot_contract=${version}\n`);
  for (const name of await readdir(examples)) {
    const recipe = await readFile(new URL(`${name}/Dockerfile`, examples), 'utf8');
    expect(recipe).toContain(`\nLABEL submarine.bootstrap=${version}\n`);
  }
});
