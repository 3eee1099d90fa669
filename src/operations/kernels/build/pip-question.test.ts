import { expect, test } from '@jest/globals';

import { questionForKernel, questionForPlatform, wheelPlatforms } from './pip-question.ts';

const CONTENT = {
  dependencies: ['python', { pip: ['zebra', '--pre', 'ant==1'] }, { pip: ['--no-index'] }],
};

test('what was locked before holds as far as it has a version', () => {
  const kept = [
    { name: 'ant', version: '1.0', url: 'https://x.example/ant.whl' },
    { name: 'own', version: '0.1', url: 'git+https://x.example/own@0123' },
  ];

  expect(questionForKernel(CONTENT, kept)).toEqual({
    lines: ['--pre', '--no-index', 'ant==1', 'zebra'],
    constraints: ['ant==1.0'],
    options: [],
  });
});

test('what the kernel itself holds down holds, too', () => {
  const content = { dependencies: [{ pip: ['zebra', '-c ant<2', '-c https://x.example/c.txt'] }] };

  expect(questionForKernel(content, [])).toEqual({
    lines: ['-c https://x.example/c.txt', 'zebra'],
    constraints: ['ant<2'],
    options: [],
  });
});

test.each([
  ['own @ git+https://x.example/own', 'own @ git+https://x.example/own@0123'],
  ['own @ git+https://x.example/own@main', 'own @ git+https://x.example/own@0123'],
  ['git+https://x.example/own@v1#egg=own', 'git+https://x.example/own@0123#egg=own'],
  ['own[a] @ git+https://x.example/own ; x', 'own[a] @ git+https://x.example/own@0123 ; x'],
  ['own @ git+https://x.example/own-other', 'own @ git+https://x.example/own-other'],
  ['own @ git+https://x.example/own.git', 'own @ git+https://x.example/own.git'],
])('a repository stays at its commit: %s is asked for as %s', (line, expected) => {
  const kept = [
    { name: 'own', version: '0.1', url: 'git+https://x.example/own@0123#subdirectory=a' },
  ];

  expect(questionForKernel({ dependencies: [{ pip: [line] }] }, kept).lines).toEqual([expected]);
});

test('another platform is asked for by its wheels, with what conda has there', () => {
  const packages = ['python 3.11.2', 'numpy 1.26.4', 'nodejs 20_5', 'tool 1.0.post1'].map(
    (text) => {
      const [name = '', version = ''] = text.split(' ');
      return { name, version, build: '0', url: `https://x.example/${name}` };
    },
  );

  const kept = [{ name: 'ant', version: '1.0', url: 'https://x.example/ant.whl' }];

  const { constraints, options } = questionForPlatform(CONTENT, kept, {
    packages,
    virtualPackages: { __archspec: '1=aarch64', __glibc: '2.18' },
  });

  expect(constraints).toEqual(['python==3.11.2', 'numpy==1.26.4', 'tool==1.0.post1', 'ant==1.0']);
  expect(options).toEqual([
    ...['--platform', 'manylinux_2_18_aarch64', '--platform', 'manylinux_2_17_aarch64'],
    ...['--platform', 'manylinux2014_aarch64', '--platform', 'linux_aarch64'],
    ...['--python-version', '3.11', '--implementation', 'cp'],
    ...['--only-binary=:all:', '--ignore-installed'],
  ]);
});

test('an older libc leaves out what newer ones could', () => {
  expect(wheelPlatforms({ __archspec: '1=x86_64', __glibc: '2.6' })).toEqual([
    ...['manylinux_2_6_x86_64', 'manylinux_2_5_x86_64'],
    ...['manylinux1_x86_64', 'linux_x86_64'],
  ]);
});
