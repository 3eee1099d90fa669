import { expect, test } from '@jest/globals';

import { findLogin } from './netrc.ts';

const TEXT = `
# machine host.example login wrong password wrong
machine other.example
    login bob account x password "two words \\"quoted\\""
macdef init
machine host.example login in-a-macro password no

machine host.example login ann password s#cret
default login anonymous password me@example
`;

test.each([
  ['host.example', { user: 'ann', password: 's#cret' }],
  ['other.example', { user: 'bob', password: 'two words "quoted"' }],
  ['elsewhere.example', { user: 'anonymous', password: 'me@example' }],
])('the login for %s is %j', (host, expected) => {
  expect(findLogin(TEXT, host)).toEqual(expected);
});

test('a machine that is not there has no login', () => {
  expect(findLogin('machine a login b password c', 'host.example')).toBeUndefined();
  expect(findLogin('machine host.example', 'host.example')).toBeUndefined();
  expect(findLogin('', 'host.example')).toBeUndefined();
});
