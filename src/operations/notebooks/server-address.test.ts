import { expect, test } from '@jest/globals';

import { notebookUrl } from './server-address.ts';

test.each([
  ['127.0.0.1:32768', '127.0.0.1:32768'],
  ['0.0.0.0:8899', '127.0.0.1:8899'],
  ['[::]:8899', '[::1]:8899'],
  ['10.0.0.2:8899', '10.0.0.2:8899'],
])('a server that is published at %s is opened at %s', (address, shown) => {
  expect(notebookUrl(address, 'abc')).toBe(`http://${shown}/lab?token=abc`);
});
