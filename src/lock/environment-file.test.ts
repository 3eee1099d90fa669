import { expect, test } from '@jest/globals';

import { formatEnvironmentFile } from './environment-file.ts';
import type { LockedPackage } from './lock.ts';

const KERNEL = {
  name: 'team',
  channels: ['conda-forge'],
  dependencies: [
    'nvidia::cuda-nvcc',
    'python=3.11',
    { pip: ['--pre', 'requests', 'tool @ git+https://git.example/tool', 'x @ https://x/x.tar.gz'] },
  ],
  variables: { OMP_NUM_THREADS: '4' },
};

function packageOf(name: string, version: string): LockedPackage {
  return { name, version, build: 'h0_0', url: `https://x/linux-64/${name}-${version}-h0_0.conda` };
}

test('a kernel without a lock is written as its profile has it', () => {
  expect(formatEnvironmentFile(KERNEL, undefined)).toBe(`name: team
channels: [conda-forge]
dependencies:
  - nvidia::cuda-nvcc
  - python=3.11
  - pip:
      - --pre
      - requests
      - tool @ git+https://git.example/tool
      - x @ https://x/x.tar.gz
variables:
  OMP_NUM_THREADS: "4"
`);
});

test('a kernel with a lock is written with the version and build of every package', () => {
  const hash = { sha256: 'ab'.repeat(32) };
  const platform = {
    virtualPackages: {},
    packages: [packageOf('python', '3.11.9'), packageOf('cuda-nvcc', '12.4')],
    pip: [
      { name: 'Requests', version: '2.31.0', url: 'https://x/r.whl', ...hash },
      { name: 'tool', version: '1', url: 'git+https://git.example/tool@0123' },
      { name: 'x', version: '1', url: 'https://x/x.tar.gz', ...hash },
    ],
  };

  expect(formatEnvironmentFile(KERNEL, platform)).toBe(`name: team
channels: [conda-forge]
dependencies:
  - python=3.11.9=h0_0
  - nvidia::cuda-nvcc=12.4=h0_0
  - pip:
      - --pre
      - requests==2.31.0
      - tool @ git+https://git.example/tool@0123
      - x @ https://x/x.tar.gz
variables:
  OMP_NUM_THREADS: "4"
`);
  expect(formatEnvironmentFile(KERNEL, { ...platform, pip: 'open' })).toContain('- requests\n');
});

test('constraints are left out, for which no other program has a place', () => {
  const kernel = {
    name: 'k',
    dependencies: ['python', { pip: ['-c numpy<2', 'a', '-c https://x/c.txt'] }],
  };

  expect(formatEnvironmentFile(kernel, undefined)).toBe(
    'name: k\ndependencies:\n  - python\n  - pip:\n      - a\n      - -c https://x/c.txt\n',
  );
});
