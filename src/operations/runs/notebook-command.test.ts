import { expect, test } from '@jest/globals';

import { notebookCommand } from './notebook-command.ts';

test('what comes of a notebook lies beside it, and is never written over it', () => {
  expect(notebookCommand(['a/n.ipynb'], {})).toEqual(['a/n.ipynb', 'a/n.executed.ipynb']);
  for (const executed of ['n.ipynb', './n.ipynb', 'a/../n.ipynb']) {
    expect(() => notebookCommand(['n.ipynb'], { executed })).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'notebook-written-over' }),
    );
  }
});
