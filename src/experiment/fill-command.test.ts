import { expect, test } from '@jest/globals';

import type { Experiment, Parameter, ParameterValues } from './experiment.ts';
import { fillCommand, ParametersError } from './fill-command.ts';

function experimentOf(
  command: readonly string[],
  parameters: Readonly<Record<string, Parameter>>,
): Experiment {
  return { kind: 'experiment', name: 'train', environment: 'demo', command, parameters };
}

test('a value is a part of one argument, whatever it holds', () => {
  const experiment = experimentOf(['sh', '-c', 'echo "$1"', '{a}', 'x={a}'], { a: {} });
  const odd = '$(rm -rf /) "\' {b}\n;';
  expect(fillCommand(experiment, { a: odd })).toEqual({
    command: ['sh', '-c', 'echo "$1"', odd, `x=${odd}`],
    values: { a: odd },
  });
});

test('doubled braces are braces', () => {
  const experiment = experimentOf(['{{"lr": {lr}}}', '{{{lr}}}'], { lr: { type: 'number' } });
  expect(fillCommand(experiment, { lr: 1 }).command).toEqual(['{"lr": 1}', '{1}']);
});

test('a number stays as it was typed, and is recorded as a number', () => {
  const experiment = experimentOf(['{lr}'], { lr: { type: 'number' } });
  expect(fillCommand(experiment, { lr: '1e-3' })).toEqual({
    command: ['1e-3'],
    values: { lr: 0.001 },
  });
});

test('defaults are values, and an argument without a value is left out', () => {
  const experiment = experimentOf(['run', '--n={n}', '--from={from}'], {
    n: { type: 'integer', default: 3 },
    from: { required: false },
  });
  expect(fillCommand(experiment, {})).toEqual({ command: ['run', '--n=3'], values: { n: 3 } });
  expect(fillCommand(experiment, { from: '' }).command).toEqual(['run', '--n=3', '--from=']);
});

test('all that is wrong is told together, with the nearest name', () => {
  const experiment = experimentOf(['{learning_rate}', '{epochs}', '{opt}', '{data}'], {
    learning_rate: { type: 'number', default: 1, minimum: 0 },
    epochs: { type: 'integer', default: 1 },
    opt: { choices: ['adam', 'sgd'], default: 'adam' },
    data: {},
  });
  const given = { learning_rat: '1', epochs: '1.5', opt: 'adagrad', learning_rate: '-1' };
  let thrown: unknown;
  try {
    fillCommand(experiment, given);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ParametersError);
  expect((thrown as ParametersError).problems.map(({ message }) => message)).toEqual([
    'there is no parameter "learning_rat": did you mean "learning_rate"?',
    'invalid value "-1" for parameter "learning_rate": write a number of at least 0',
    'invalid value "1.5" for parameter "epochs": write a whole number',
    'invalid value "adagrad" for parameter "opt": write adam or sgd',
    'missing parameter "data": write a text',
  ]);
});

test.each<[string, Parameter, ParameterValues]>([
  ['an empty number', { type: 'number' }, { a: '' }],
  ['a number that is none', { type: 'number' }, { a: 'NaN' }],
  ['a number without end', { type: 'number' }, { a: '1e999' }],
  ['a whole number that is not exact', { type: 'integer' }, { a: '9007199254740993' }],
  ['an exponent for a whole number', { type: 'integer' }, { a: '2e3' }],
  ['yes for true', { type: 'boolean' }, { a: 'yes' }],
  ['a NUL', {}, { a: 'x\0' }],
  ['a number for a text', {}, { a: 1 }],
  ['more than the maximum', { type: 'number', minimum: 0, maximum: 1 }, { a: 1.01 }],
])('%s is refused', (_what, parameter, given) => {
  expect(() => fillCommand(experimentOf(['{a}'], { a: parameter }), given)).toThrow(
    ParametersError,
  );
});

test('names that every object has are parameters like others', () => {
  const experiment = experimentOf(['{constructor}'], { constructor: { default: 'x' } });
  expect(fillCommand(experiment, {}).command).toEqual(['x']);
  expect(() => fillCommand(experiment, { toString: 'x' })).toThrow('no parameter "toString"');
});
