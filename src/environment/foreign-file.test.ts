import { describe, expect, test } from '@jest/globals';

import { parseCondaFile } from './conda-file.ts';
import { asCondaFile, findForeignKind } from './foreign-file.ts';

test.each([
  ['requirements', 'requirements.txt', '# ours\nnumpy==1\npandas\n'],
  ['requirements', 'a', 'numpy>=1,<2\n-r base.txt\n--pre\n'],
  ['requirements', 'reqs.txt', 'numpy=1\n'],
  ['conda-list', 'list.txt', '# platform: linux-64\nnumpy=1.20=py37_0\nsix=1.16=pypi_0\n'],
  ['explicit-list', 'spec.txt', '# x\n@EXPLICIT\nhttps://x.example/a-1-0.conda\n'],
  [
    'conda-lock',
    'x.yml',
    'version: 1\nmetadata:\n  channels: []\npackage:\n- name: a\n  manager: conda\n',
  ],
  ['pixi-lock', 'pixi.lock', 'version: 6\nenvironments:\n'],
  ['pixi-manifest', 'pixi.toml', '[workspace]\nname = "a"\n[dependencies]\npython = "*"\n'],
  ['pyproject', 'pyproject.toml', '[build-system]\nrequires = []\n[project]\nname = "a"\n'],
  [
    'dockerfile',
    'Dockerfile',
    '# syntax=docker/dockerfile:1\nFROM python:3.12\nRUN pip install a\n',
  ],
  ['dockerfile', 'x', 'ARG A=1\nFROM python:$A\n'],
  ['kubernetes-manifest', 'pod.yaml', 'apiVersion: v1\nkind: Pod\nspec: {}\n'],
  ['recipe', 'meta.yaml', '{% set v = "1" %}\npackage:\n  name: a\nbuild:\n  number: 0\n'],
  ['python-program', 'train.py', 'print(1)\n'],
  ['python-program', 'x', 'import os\nprint(1)\n'],
  ['notebook', 'a.ipynb', '{}'],
  [undefined, 'env.yaml', 'name: a\ndocker-image: b\n'],
  [undefined, 'environment.yml', 'name: a\nchannels: [conda-forge]\ndependencies:\n- numpy\n'],
  [undefined, 'env.yaml', 'name: a\nimage: b\n'],
  [undefined, 'empty', ''],
])('a %s is known: %s', (kind, source, text) => {
  expect(findForeignKind(text, source)).toBe(kind);
});

describe('a kernel is made of', () => {
  const read = async (text: string, kind: 'requirements' | 'conda-list') => {
    const options = { name: 'k', readBeside: async () => 'inner\n' };
    return (await parseCondaFile(asCondaFile(text, kind), 'f', options)).kernel.dependencies;
  };

  test('a requirements file', async () => {
    expect(
      await read('numpy==1 \\\n  ; x\n\n# no\n-r base.txt\n"a"', 'requirements').catch(
        (error: Error) => error.message,
      ),
    ).toContain('f:6:');
    expect(
      await read('numpy>=1, \\\n  <2\n\n# no\n-r base.txt\nlast # x\n', 'requirements'),
    ).toEqual(['python', 'pip', { pip: ['numpy>=1,   <2', 'inner', 'last'] }]);
  });

  test('what conda has listed', async () => {
    expect(
      await read('# x\nnumpy=1.20=py37_0\nsix=1.16=pypi_0\npip=20=py_0\n', 'conda-list'),
    ).toEqual(['numpy=1.20=py37_0', 'pip=20=py_0', { pip: ['six==1.16'] }]);
  });
});
