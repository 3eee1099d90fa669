import { describe, expect, test } from '@jest/globals';

import { parseEnvironments } from '../environment/parse-environment.ts';
import { parseExperiment, parseExperiments } from './parse-experiment.ts';

const LEAST = 'kind: experiment\nname: train\nenvironment: demo\n';
const WHOLE = `${LEAST}command: [python, train.py, '--lr={lr}', '{{}}']
parameters:
  lr: { type: number, default: 0.1, minimum: 0, maximum: 1 }
`;

async function problemsOf(text: string): Promise<readonly string[]> {
  const { problems } = await parseExperiment(text);
  return problems.map(
    ({ line, column, message, remedy }) => `${line}:${column}: ${message}: ${remedy}`,
  );
}

describe('an experiment is read', () => {
  test('with parameters, whose braces are no template', async () => {
    expect(await parseExperiment(WHOLE)).toEqual({
      text: WHOLE,
      problems: [],
      experiment: {
        kind: 'experiment',
        name: 'train',
        environment: 'demo',
        command: ['python', 'train.py', '--lr={lr}', '{{}}'],
        parameters: { lr: { type: 'number', default: 0.1, minimum: 0, maximum: 1 } },
      },
    });
  });

  test.each([
    ['resources', 'resources: { memory: 8g, cpus: 0.5, gpus: all, shm-size: 1g }\n'],
    ['resources as numbers', 'resources: { cpus: 2, gpus: 1 }\n'],
    ['a time limit', 'timeout: 2h\n'],
    ['no code', 'code: false\n'],
    ['a repository', 'code: git+https://host.example/a/b.git@v1\n'],
    ['results', 'results: [out, ./more]\n'],
  ])('with %s', async (_what, more) => {
    expect(await problemsOf(`${LEAST}command: [ls]\n${more}`)).toEqual([]);
  });

  test('a notebook alone takes parameters that no argument names', async () => {
    const text = `${LEAST}command: [train.ipynb]\nparameters:\n  lr: { default: a }\n`;
    expect(await problemsOf(text)).toEqual([]);
  });
});

test.each([
  [
    'a key that is misspelt',
    `${LEAST}comand: [ls]\n`,
    ['4:1: there is no key "comand": did you mean "command"?'],
  ],
  [
    'a key of another tool',
    `${LEAST}command: [ls]\nouts: [x]\n`,
    ['5:1: there is no key "outs": did you mean "results"?'],
  ],
  [
    'a missing key',
    'kind: experiment\nname: train\ncommand: [ls]\n',
    ['1:1: the environment is missing: add a line such as: environment: my_env'],
  ],
  [
    'a command in one text',
    `${LEAST}command: python train.py\n`,
    [
      '4:10: "command" is a text: write a list, such as [python, train.py], and put what has braces in quotes',
    ],
  ],
  [
    'a placeholder without its parameter',
    `${LEAST}command: ['{rl}']\nparameters:\n  lr: { default: a }\n`,
    [
      '4:11: there is no parameter "rl": did you mean "lr"?',
      '6:3: no argument of the command has the parameter "lr": write {lr} in the command, or remove it',
    ],
  ],
  [
    'a brace that stands alone',
    `${LEAST}command: ['a{']\n`,
    ['4:11: unmatched { in the command: write {name} for a parameter, {{ or }} for a brace'],
  ],
  [
    'a default of another type',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { type: integer, default: '5' }\n`,
    ['6:32: "5" is not an integer: write a number, without quotes'],
  ],
  [
    'a default out of its range',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { type: integer, default: 5, maximum: 4 }\n`,
    ['6:32: the parameter cannot be "5": write a whole number of at most 4'],
  ],
  [
    'a default that is not among the choices',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { default: c, choices: [a, b] }\n`,
    ['6:17: the parameter cannot be "c": write a or b'],
  ],
  [
    'a number where no type is said',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { default: 5 }\n`,
    ['6:17: "5" is not a string: put it in quotes, or add: type: number'],
  ],
  [
    'a required parameter with a default',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { default: a, required: true }\n`,
    ['6:17: a required parameter cannot have a default: remove one of the two'],
  ],
  [
    'a range that is empty',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { type: number, minimum: 2, maximum: 1 }\n`,
    ['6:43: the maximum is less than the minimum: swap them'],
  ],
  [
    'a range of a text',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { minimum: 2 }\n`,
    ['6:17: minimum is for numbers: remove it, or add: type: number'],
  ],
  [
    'a type that there is not',
    `${LEAST}command: ['{n}']\nparameters:\n  n: { type: float }\n`,
    ['6:14: "float" is not a valid type: write string, integer, number or boolean'],
  ],
  [
    'resources and a time limit that are none',
    `${LEAST}command: [ls]\nresources: { memory: lots, ram: 1 }\ntimeout: soon\n`,
    [
      '5:22: "lots" is not a valid memory: write it as 512m or 8g',
      '5:28: there is no key "ram": the keys are memory, cpus, gpus, shm-size',
      '6:10: "soon" is not a valid timeout: write it as 90s, 30m or 12h',
    ],
  ],
])('%s is told with its place', async (_what, text, expected) => {
  expect(await problemsOf(text)).toEqual(expected);
});

const ENVIRONMENT = 'name: train\ndocker-image: alpine\n';

describe('of a file with both kinds', () => {
  const both = `${ENVIRONMENT}---\n${WHOLE}`;

  test('each reader takes its own, and one name may be that of both', async () => {
    expect((await parseExperiments(both, 'f')).map(({ text }) => text)).toEqual([WHOLE]);
    expect((await parseEnvironments(both, 'f')).map(({ text }) => text)).toEqual([ENVIRONMENT]);
  });

  test('problems have the lines of the file', async () => {
    const reading = parseExperiments(`${ENVIRONMENT}---\n${LEAST}`, 'f');
    await expect(reading).rejects.toThrow('f:4:1: the command is missing');
  });

  test('two experiments of one name are refused', async () => {
    const twice = parseExperiments(`${WHOLE}---\n${WHOLE}`, 'f');
    await expect(twice).rejects.toThrow(
      'f:9:1: the name "train" is taken by the experiment in line 2',
    );
  });

  test('a file without one is told', async () => {
    await expect(parseExperiments(ENVIRONMENT, 'f')).rejects.toThrow(
      'f:1:1: the file holds no experiment',
    );
  });
});
