import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { isPlainText, readQuickYaml } from './quick-yaml.ts';

const PROFILE = `# of the ABC team
name: my_submarine_env   # unique
docker-image: "registry.example:5000/ml/cuda:12.4"
vm-image: 'ami-0abcd1234'

kernel:
  name: team_default_python_3.7
  channels: [conda-forge, defaults]
  dependencies:
  - python=3.7
  - conda-forge::numpy >=1.20,<2
  - pip:
    - tensorflow==2.0.0
    - --index-url https://pypi.example/simple
  variables: { OMP_NUM_THREADS: "4", A: b, C: '' } # some
description: the most common env, used by team "ABC" (it's good)
`;

test('the profiles that people write are of the subset', () => {
  expect(readQuickYaml(PROFILE)).toEqual(parse(PROFILE));
  expect(readQuickYaml(PROFILE.replaceAll('\n', '\r\n'))).toEqual(parse(PROFILE));
});

const SCALARS =
  `a 3.10 1 -1 +1 1e3 1_000 0o7 0x1F 0b1 017 1.5 .5 -.5 1. .inf -.Inf .nan ~ null Null true True yes no on off y
  2020-01-01 12:30 1:2:3 a:b a: :a a#b #a a\\b 'a' "a" 'a "a 'a''b' "a\\"b" 'a'b "a"b &a *a !a !!str | > |- @a \`a %a
  ?a - -a --a -- --- ... -1a 2to3 a,b ,a [a] [a,b] [] [a,] [1] [a:] [a:b] [a'] {a} {} {{a}} a] a} << = __proto__ constructor
  null: >=1 <2 =1 a=1=b_0 ~=1 * a* äöü 日本 \u00A0a a\u00A0 \u2028 \uFEFFa \u0085 \u0007 \t a\tb 😀 0.1.0=py37_0`
    .split(/[ \n]+/)
    .concat(
      '',
      ' ',
      'a b',
      'a  b',
      'a # b',
      'a: b',
      '"a" # b',
      "'a'  #b",
      '"a" b',
      '"a"#b',
      '[a, b] # c',
      '[a b]',
      '- a',
      '? a',
      '[ a , b ]',
      '["file:///opt/channel", conda-forge]',
      "[https://a.example/b, 'c d']",
      '["a, b", c]',
      '{a: b}',
      '{ a: "b c", d: e }',
      '{a: 1}',
      '{a: }',
      '{a}',
      '{ a: b, }',
      '{ a: b, a: c }',
      '{ a: "b, c: d" }',
      "{ a: 'b'' }",
      "{ a: '', b: '' } # c",
      '{ null: b }',
      '{ a: -b }',
      '{ a: - }',
      '{ a: b:c }',
      '{ a: "#" }',

      '-',
      'a #',
      'a - b',
      "it's",
      'a "b"',
    );

test.each(SCALARS)('what it reads of %j it reads as the yaml package does', (scalar) => {
  for (const text of [
    `a: ${scalar}`,
    `- ${scalar}\n`,
    `${scalar}: x\n`,
    `a:\n  b: ${scalar}\n  c: d`,
    `a:\n- ${scalar}\n-  ${scalar}\n`,
    `a: ${scalar}\n  x`,
    `- k: ${scalar}\n  l: ${scalar}\n`,
  ]) {
    expectSameAsYaml(text);
  }
});

test.each(SCALARS)('%j is plain only where YAML reads it back as it is', (scalar) => {
  if (!isPlainText(scalar)) return;
  expect(parse(`a: ${scalar}\nb: [x]`)).toEqual({ a: scalar, b: ['x'] });
  expect(parse(`- ${scalar}`, { version: '1.1' })).toEqual([scalar]);
  expect(readQuickYaml(`a: ${scalar}`)).toEqual({ a: scalar });
});

test('what it reads of any heap of lines it reads as the yaml package does', () => {
  const words = [
    'a',
    'b:',
    'c: d',
    '-',
    '- e',
    '- f:',
    '- g: h',
    '# i',
    '',
    '- - j',
    "'k'",
    'l: [m]',
    '- n #o',
    '-  p: q',
  ];
  const random = generator(11);
  let read = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const lines = Array.from(
      { length: 1 + random(7) },
      () => ' '.repeat(random(5)) + (words[random(words.length)] ?? ''),
    );
    read += expectSameAsYaml(lines.join('\n')) ? 1 : 0;
  }
  expect(read).toBeGreaterThan(200);
});

test.each([
  '---\na: 1',
  'a: b\n---\n',
  '%YAML 1.2\n',
  'a: b\na: c\n',
  '\ta: b\n',
  'a: b\rc: d',
  '\uFEFFa: b',
  '',
])('it leaves %j to the whole reader', (text) => {
  expect(readQuickYaml(text)).toBeUndefined();
});

test('any text is read or left alone quickly', () => {
  const before = performance.now();
  for (const part of [
    '- a: b\n',
    'a',
    ' ',
    "''",
    '[a,',
    '- ',
    'a: [b]\n',
    ': ',
    '# ',
    'a\n',
    '  - a\n',
  ]) {
    readQuickYaml(`a: ${part.repeat(100_000)}"`);
    readQuickYaml(part.repeat(100_000));
  }
  expect(performance.now() - before).toBeLessThan(20_000);
});

/** Returns whether the text was of the subset at all. */
function expectSameAsYaml(text: string): boolean {
  const value = readQuickYaml(text);
  if (value === undefined) return false;
  expect([text, value]).toEqual([text, parse(text)]);
  return true;
}

/** Numbers from 0 up to a limit, the same ones in each run. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
}
