import { expect, test } from '@jest/globals';

import { toSolverSpec } from './solver-spec.ts';

test.each([
  ['numpy', { spec: 'numpy', name: 'numpy' }],
  ['NumPy>=1.20,<2', { spec: 'numpy >=1.20,<2', name: 'numpy' }],
  ['numpy=1.20=py37_0', { spec: 'numpy =1.20=py37_0', name: 'numpy' }],
  ['black[jupyter]', { spec: 'black', name: 'black' }],
  ['conda-forge::numpy=1', { spec: 'numpy =1', name: 'numpy', channel: 'conda-forge' }],
  ['conda-forge/linux-64::numpy', { spec: 'numpy', name: 'numpy', channel: 'conda-forge' }],
  ['https://a.example/x::numpy', { spec: 'numpy', name: 'numpy', channel: 'https://a.example/x' }],
  ['numpy[channel=conda-forge]', { spec: 'numpy', name: 'numpy', channel: 'conda-forge' }],
  [
    `numpy[version='>=1,<2', channel="conda-forge", build=py_0]`,
    { spec: `numpy [version='>=1,<2', build=py_0]`, name: 'numpy', channel: 'conda-forge' },
  ],
  [
    'https://a.example/x/linux-64/my-tool-1.2-h_0.tar.bz2#d41d8cd98f00b204e9800998ecf8427e',
    {
      spec: 'my-tool ==1.2 h_0 [md5=d41d8cd98f00b204e9800998ecf8427e]',
      name: 'my-tool',
      channel: 'https://a.example/x',
      file: 'my-tool-1.2-h_0.tar.bz2',
    },
  ],
])('%s is handed over as %j', (text, expected) => {
  expect(toSolverSpec(text)).toEqual(expected);
});
