import { expect, test } from '@jest/globals';
import { isPipOption, requirementsFile } from './pip-line.ts';
import { refusePipLine } from './pip-requirement.ts';

test.each([
  'numpy',
  'tensorflow==2.0.0',
  'torch==1.5.1+cu101',
  'numpy>=1.20,<2',
  'numpy >= 1.20 , < 2',
  'numpy (>=1.20)',
  'numpy==1.*',
  'numpy~=1.4',
  'numpy===1.4-odd',
  'fastapi[all]==0.1',
  'uvicorn [standard] >=0.1',
  'numpy; python_version < "3.8"',
  'numpy==1 ; sys_platform == "linux"',
  'a @ https://files.example/a-1.0.zip',
  'a[b] @ git+https://git.example/a/b.git@v1',
  'https://files.example/a-1.0-py3-none-any.whl',
  'https://files.example/a.whl#sha256=abc',
  'git+https://git.example/a/b.git@tag#egg=x&subdirectory=y',
  'git+ssh://git@git.example/a/b.git',
  '-e git+https://git.example/a/b.git#egg=b',
  '--editable=git+https://git.example/a/b.git#egg=b',
  '--index-url https://pypi.example/simple',
  '--extra-index-url=https://pypi.example/simple',
  '-i https://pypi.example/simple',
  '-f https://files.example/whl',
  '--find-links https://files.example/whl',
  '--trusted-host pypi.example',
  '--pre',
  '--pre --index-url https://a.example/simple --extra-index-url https://b.example/simple',
  '-i https://a.example/simple --trusted-host=a.example',
  'torch==1 --extra-index-url https://a.example/whl --pre',
  'numpy --config-settings="--global-option=x y"',
  '--extra https://b.example/simple',
  '-c numpy<2',
  '--constraint=numpy>=1,<2',
  '-c "numpy>=1, <2"',
  '-c https://files.example/constraints.txt',
  '--no-binary :all:',
  '-r https://files.example/requirements.txt',
  'torch==1.5.0 -f https://files.example/whl.html',
  'numpy==1 --hash=sha256:abc --hash=sha256:def',
])('%s is a pip line', (line) => {
  expect(refusePipLine(line)).toBeUndefined();
});

test.each([
  ['', 'remove the line'],
  ['-e .', 'remove it'],
  ['-e ./package', 'remove it'],
  ['--editable .[dev]', 'remove it'],
  ['.', 'remove it'],
  ['.[dev]', 'remove it'],
  ['./wheel.whl', 'remove it'],
  ['../package', 'remove it'],
  ['/home/me/package', 'remove it'],
  ['~/package', 'remove it'],
  [String.raw`C:\package`, 'remove it'],
  ['file:///home/me/a.whl', 'remove it'],
  ['a @ file:///home/me/a.whl', 'remove it'],
  ['wheels/a.whl', 'remove it'],
  ['a-1.0-py3-none-any.whl', 'remove it'],
  ['--find-links ./wheels', 'remove it'],
  ['-r requirements.txt', 'lines of that file'],
  ['-c constraints.txt', 'lines of that file'],
  ['--user', 'leave out --user'],
  ['numpy --no-deps', 'leave out --no-deps'],
  ['--frobnicate', 'options of a pip list'],
  ['-x', 'options of a pip list'],
  ['-e git+https://git.example/a', '#egg=NAME'],
  ['--trusted-host', 'a value behind'],
  ['--pre numpy', '"numpy" on a line of its own'],
  ['--index-url https://a.example/simple --trusted-host a.example pkg', '"pkg" on a line'],
  ['protobuf=3.20.1', '"protobuf==3.20.1"'],
  ['zlib==1.2.11=h0b31af3_1006', 'conda lines'],
  ['zlib=1.2.11=h0b31af3_1006', 'conda lines'],
  ['x~=latest', '~=1.2'],
  ['x>', 'a version behind it'],
  ['x==', 'a version behind it'],
  ['numpy - pandas', 'line of its own'],
  ['numpy\npandas', 'line of its own'],
  ['numpy pandas', 'write it as'],
  ['{{ numpy }}', 'template'],
  ['numpy==', 'a version behind it'],
])('%j is refused with: %s', (line, remedy) => {
  expect(refusePipLine(line)?.remedy).toContain(remedy);
});

test.each([
  '--index-url https://me:secret@pypi.example/simple',
  '--extra-index-url https://pypi-secret@pypi.example/simple',
  'git+https://ghp_secret@git.example/a/b.git',
  'git+https://0123456789secret0123@git.example/a/b.git',
  'a @ git+ssh://git:secret@git.example/a',
])('a secret is refused and not repeated', (line) => {
  const refusal = refusePipLine(line);
  expect(refusal?.message).toContain('password or a token');
  expect(JSON.stringify(refusal)).not.toContain('secret');
});

test.each([
  ['-r requirements.txt', 'requirements.txt'],
  ['--requirement=a/b.txt', 'a/b.txt'],
  ['-r file:requirements.txt', 'requirements.txt'],
  ['-rbase.txt', 'base.txt'],
  ['requests', undefined],
])('%s reads in %s', (line, file) => {
  expect(requirementsFile(line)).toBe(file);
});

test.each([
  ['--index-url https://x', true],
  ['--pre', true],
  ['-e git+https://x', false],
  ['numpy', false],
])('%s is an option for the whole list: %s', (line, expected) => {
  expect(isPipOption(line)).toBe(expected);
});

test('a long line of nonsense is refused quickly', () => {
  const before = performance.now();
  for (const part of ['a.', '==1,', ' --x y', '[a', '; ', ' @ ', '- ', 'a b ']) {
    refusePipLine(`numpy${part.repeat(20_000)}"`);
  }
  expect(performance.now() - before).toBeLessThan(20_000);
});
