import { expect, test } from '@jest/globals';

import { withoutCredentials } from './credentials.ts';

test.each([
  ['https://ann:pw@host.example/x', 'https://host.example/x'],
  ['https://ann:p@w@host.example/x', 'https://host.example/x'],
  ['https://host.example/t/tk-12-34/x/label/y', 'https://host.example/x/label/y'],
  ['https://host.example/conda/t/tk-12-34', 'https://host.example/conda'],
  ['file:///srv/t', 'file:///srv/t'],
])('%s without its credentials is %s', (address, expected) => {
  expect(withoutCredentials(address)).toBe(expected);
});
