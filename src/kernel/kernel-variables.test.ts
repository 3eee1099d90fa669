import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { shellAssignments } from './kernel-variables.ts';

test('variables become lines that a shell can read', () => {
  expect(shellAssignments({ A: "it's", _b1: '' })).toBe("export A='it'\\''s'\nexport _b1=''\n");
});

test('a shell reads every value back as it was', () => {
  const value = `it's "$HOME" \`id\` \\ \n\t* ü ${'x'.repeat(1000)}'`;
  const script = `${shellAssignments({ A: value })}printf %s "$A"`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
});

test.each(['', '1A', 'A-B', 'A B', 'A\nB', 'A=B', 'ä', 'A;id'])('%j names no variable', (name) => {
  expect(() => shellAssignments({ [name]: 'x' })).toThrow('is not a valid variable name');
});

test.each(['SUBMARINE_', 'SUBMARINE_DIGEST', 'boot_given', 'IFS', 'BASH_VERSION'])(
  '%s is not handed to the shell that would obey it',
  (name) => {
    expect(() => shellAssignments({ [name]: 'x' })).toThrow(
      `the variable name "${name}" is reserved`,
    );
  },
);

test.each(['SUBMARINE', 'submarine_x', 'MY_SUBMARINE_X', 'boot', 'IFS_', 'PATH', 'BASH_ENV'])(
  '%s is a name like any other',
  (name) => {
    expect(shellAssignments({ [name]: 'x' })).toBe(`export ${name}='x'\n`);
  },
);

test('a NUL is refused', () => {
  expect(() => shellAssignments({ A: 'x\0y' })).toThrow('NUL');
});
