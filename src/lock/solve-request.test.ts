import { expect, test } from '@jest/globals';

import { solveRequestLines } from './solve-request.ts';

test('channels keep their order, specs have that of the specification, and pip lines are left out', () => {
  const text = solveRequestLines({
    channels: ['team', 'conda-forge', 'nodefaults'],
    dependencies: ['python=3.11', ' numpy >=1.20,<2', { pip: ['requests'] }, 'pip>=24', 'numpy'],
  });

  expect(text).toBe(`submarine-solve 1
channel team
channel conda-forge
channel nodefaults
spec numpy
spec numpy >=1.20,<2
spec pip>=24
spec python=3.11
`);
});

test.each([
  [['python', { pip: ['requests'] }], true],
  [[{ pip: ['requests'] }], true],
  [['pip-tools', { pip: ['requests'] }], true],
  [['conda-forge::pip', { pip: ['requests'] }], false],
  [['https://x.example/c/noarch/pip-24.0-py_0.conda#abc', { pip: ['requests'] }], false],
  [['python', { pip: [] }], false],
  [['python'], false],
])('of %j it is %s that pip is asked for besides', (dependencies, isAdded) => {
  expect(/^spec pip$/m.test(solveRequestLines({ dependencies }))).toBe(isAdded);
});

test('a kernel that asks for nothing has no lines', () => {
  expect(solveRequestLines({})).toBe('submarine-solve 1\n');
});
