import { expect, test } from '@jest/globals';

import { explainPush } from './docker-push.ts';

test.each([
  ['denied: requested access to the resource is denied', 'ml/demo:1', 'docker login, or'],
  [
    'no basic auth credentials',
    'registry.example:5000/ml/demo:1',
    'docker login registry.example:5000, or',
  ],
  ['unauthorized: authentication required', 'localhost/demo:1', 'docker login localhost, or'],
])('a push that is refused (%s) is no matter of fetching', (said, image, hint) => {
  const error = explainPush(said, image);

  expect(error.message).toBe(
    `the registry does not take the image ${image}: you may not write there`,
  );
  expect(error.hint).toContain(hint);
  expect(error.exitCode).toBe(125);
});

test('a registry that cannot be reached is one for a push, too', () => {
  expect(explainPush('dial tcp 127.0.0.1:5000: connect: connection refused', 'a/b')).toMatchObject({
    message: 'the registry of the image a/b cannot be reached',
    hint: 'check the network and the name; the image is here, so hand it over by: docker push a/b',
  });
});
