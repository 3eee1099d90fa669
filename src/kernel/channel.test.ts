import { expect, test } from '@jest/globals';
import { refuseChannel } from './channel.ts';

test.each([
  'conda-forge',
  'defaults',
  'nodefaults',
  'R',
  'conda-forge/label/cf201901',
  'pkgs/main',
  'https://repo.example/pkgs/main',
  'https://repo.example/pkgs/main/',
  'http://repo.example:8080/x',
  'file:///opt/channel',
])('%s is a channel', (text) => {
  expect(refuseChannel(text)).toBeUndefined();
});

test.each([
  ['', 'remove the line'],
  ['-c', 'such as conda-forge'],
  ['conda forge', 'such as conda-forge'],
  ['a,b', 'such as conda-forge'],
  ['{{ channel }}', 'such as conda-forge'],
  ['/home/me/channel', 'file://'],
  ['./channel', 'file://'],
  ['~/channel', 'file://'],
  [String.raw`C:\channel`, 'file://'],
])('%j is refused with: %s', (text, remedy) => {
  expect(refuseChannel(text)?.remedy).toContain(remedy);
});

test.each(['https://me:secret@repo.example/x', 'https://repo.example/t/secret/x'])(
  'a secret is refused and not repeated',
  (text) => {
    const refusal = refuseChannel(text);
    expect(refusal?.message).toContain('password or a token');
    expect(JSON.stringify(refusal)).not.toContain('secret');
  },
);
