import { expect, test } from '@jest/globals';

import type { KnownRun } from '../../operations/runs/known-runs.ts';
import { formatTable } from '../../text/table.ts';
import { runTable } from './runs.ts';

function run(more: Partial<KnownRun> = {}): KnownRun {
  return {
    ...{ id: '0a1b2c3d', name: 'submarine-demo-0a1b2c3d', environment: 'demo', kind: 'run' },
    ...{ image: 'alpine', command: `python train.py ${'--option '.repeat(20)}`, status: 'running' },
    ...{ startedAt: new Date(Date.now() - 90_000), isOwn: true },
    ...more,
  };
}

async function lines(columns: number | undefined, runs = [run()], wide = false) {
  return formatTable(runTable(runs, { wide, columns }));
}

test('a table takes what there is of a terminal, and the commands get what is left', async () => {
  const [headings, row] = await lines(120);
  expect(headings).toMatch(
    /^ID +NAME +ENVIRONMENT +KIND +COMMAND +STATUS +EXIT +STARTED +DURATION$/,
  );
  expect(row).toMatch(
    /^0a1b2c3d {2}submarine-demo-0a1b2c3d {2}demo .*python train.*\.\.\. {2}running .*1m 30s$/,
  );
  expect(row?.length).toBeLessThanOrEqual(120);
});

test('on a narrow terminal names go that say nothing new, and others stay', async () => {
  const [, own, given] = await lines(80, [run(), run({ id: '0a1b2c3e', name: 'mine' })]);
  expect(own).not.toContain('submarine-demo');
  expect(given).toContain('mine');
});

test('a file gets 32 letters of a command, and a wide table all of them', async () => {
  expect((await lines(undefined))[1]).toContain(`python train.py --option --op...`);
  expect((await lines(80, [run()], true))[1]).toMatch(/(?:--option ){20}/);
});

test('what would move the cursor is shown as what it is', async () => {
  expect((await lines(120, [run({ command: 'echo \u001b[2J' })]))[1]).toContain(
    String.raw`\u{1b}[2J`,
  );
});
