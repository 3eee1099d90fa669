import { expect, test } from '@jest/globals';
import { hasExtras, packageName, refuseMatchSpec } from './match-spec.ts';

test.each([
  'numpy',
  'PyYAML',
  'r-vcfR',
  '_libgcc_mutex=0.1=main',
  '__cuda',
  'numpy=1.20',
  'numpy==1.20.3',
  'python=3.8.*',
  'openssl=1.0.2u=h0b31af3_0',
  'pandas==1.2.4=py37hf11a4ad_0',
  '_ipyw_jlab_nb_ext_conf=0.1.0=py37_0',
  're2=2022.04.01',
  'pip=18.1',
  'python>=3.6,<3.9',
  'numpy >=1.24.2, <2',
  'numpy >= 1.20',
  'pytorch== 1.5.*',
  'python =3.11,3.12',
  'torchvision>=*',
  'scipy~=1.4',
  'scipy!=1.4',
  'scipy>=1|<0.5',
  'scipy (>=1,<2)|>3',
  'jaxlib=*=*cuda*',
  'vtk * qt*',
  'python-eccodes 0.9.4',
  'numpy 1.20 py37_0',
  'numpy >=1.8,<2 *_cuda',
  'conda-forge::numpy',
  'conda-forge/linux-64::numpy=1.20',
  'conda-forge/label/test::openmm',
  'https://conda.example/channel::numpy',
  'numpy[version=">=1",build=py37_0]',
  "python[version='>=3.11.5']",
  "conda-forge::numpy[version='>=1.20,<2', channel=conda-forge]",
  'numpy=1.2[build=py*]',
  'black[jupyter]',
  'https://conda.example/noarch/tiny-1.0-0.tar.bz2',
  'https://conda.example/linux-64/tiny-1.0-0.conda',
  '  numpy  ',
  'version=1!2.0+local.1',
])('%s is a MatchSpec', (spec) => {
  expect(refuseMatchSpec(spec)).toBeUndefined();
});

test.each([
  ['', 'remove the line'],
  ['numpy >= ', 'a version behind it'],
  ['yte =', 'a version behind it'],
  ['fsspec!', 'a version behind it'],
  ['pandoc=<2.0.0', 'write "pandoc<=2.0.0"'],
  ['pandoc=>2', 'write "pandoc>=2"'],
  ['flake8=3.9,', 'leave out the ","'],
  ['python=3.9.5"', 'leave out the quote'],
  ['"python', 'made of'],
  ['{{ python }}', 'template'],
  ['python={{ python }}', 'template'],
  ['python=%PYTHON%', 'template'],
  ['openmm::conda-forge/label/test', 'conda-forge/label/test::openmm'],
  ['::numpy', 'channel::package'],
  ['seaborn  - networkit=10.1.*', 'each on a line of its own'],
  ['pip - a - b', 'write pip: and its lines below'],
  ['numpy\n  scipy', 'each on a line of its own'],
  ['numpy >=1 <2', 'comma'],
  ['numpy; python_version<"3.8"', 'name'],
  ['numpy 1 2 3', 'name=1.2=build'],
  ['\u00A0numpy', 'made of'],
  ['numpy\u00A0>=1', 'made of'],
  ['git+https://git.example/a/b', 'under pip:'],
  ['numpy@1.2', 'under pip:'],
  ['./wheel.whl', 'not in the image'],
  ['-e .', 'made of'],
  ['numpy:', 'colon'],
  ['gurobi:gurobi', 'write "gurobi::gurobi"'],
  ['gurobi:gurobi>=11', 'write "gurobi::gurobi>=11"'],
  ['numpy[version=">= "]', 'brackets'],
  ['numpy[version=>=1]x]', 'name'],
  ['https://conda.example/readme.html', '.conda'],
])('%j is refused with: %s', (spec, remedy) => {
  expect(refuseMatchSpec(spec)?.remedy).toContain(remedy);
});

test.each([
  'https://me:secret@conda.example/noarch/a-1-0.conda',
  'https://me:secret@conda.example/x::numpy',
  'https://conda.example/t/secret/x::numpy',
])('a secret is refused and not repeated', (spec) => {
  const refusal = refuseMatchSpec(spec);
  expect(refusal?.message).toContain('password or a token');
  expect(JSON.stringify(refusal)).not.toContain('secret');
});

test.each([
  ['numpy', 'numpy'],
  ['PyYAML>=1', 'pyyaml'],
  ['conda-forge::numpy=1', 'numpy'],
  ['https://conda.example/noarch/a-1-0.conda', undefined],
])('%s asks for %s', (spec, name) => {
  expect(packageName(spec)).toBe(name);
});

test.each([
  ['black[jupyter]', true],
  ["black[version='1']", false],
  ['black', false],
])('%s has extras: %s', (spec, expected) => {
  expect(hasExtras(spec)).toBe(expected);
});

test('a long line of nonsense is refused quickly', () => {
  const before = performance.now();
  for (const part of ['a.', '(', '=1,', '> ', ' -x', '1=', '[a', "'", '**', ',1']) {
    refuseMatchSpec(`numpy=1${part.repeat(20_000)}"`);
  }
  expect(performance.now() - before).toBeLessThan(20_000);
});
