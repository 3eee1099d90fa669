import { expect, test } from '@jest/globals';

import type { ExecRequest } from '../engine.ts';
import { explainRefusal } from './exec-refusals.ts';

const REQUEST: ExecRequest = {
  execId: 'x1',
  container: 'train',
  command: ['true'],
  terminal: false,
  variables: [],
  user: 'nobody2',
  workdir: '/nope',
};
const OCI = 'OCI runtime exec failed: exec failed: unable to start container process: ';

test.each([
  [
    126,
    `${OCI}chdir to cwd ("/nope") set in config.json failed: no such file or directory: unknown\n`,
    'there is no folder "/nope" to work in',
  ],
  [
    126,
    'unable to find user nobody2: no matching entries in passwd file\n',
    'there is no user "nobody2" in the container',
  ],
  [
    126,
    `${OCI}exec: "/submarine-bootstrap.sh": stat /submarine-bootstrap.sh: no such file or directory: unknown\n`,
    'the container train has no bootstrap any more',
  ],
  [
    126,
    `${OCI}open /dev/pts/0: operation not permitted: unknown\n`,
    'the engine cannot start a command in the container train',
  ],
  [
    1,
    'Error response from daemon: Container 1f2e is paused, unpause the container before exec\n',
    'the container train is paused',
  ],
  [
    1,
    'Error response from daemon: container 1f2e is not running\n',
    'the container train runs no more',
  ],
  [1, 'Error response from daemon: No such container: train\n', 'the container train runs no more'],
])('a client that ends with %d and says %j: %s', (exitCode, said, message) => {
  const error = explainRefusal(exitCode, said, REQUEST);

  expect(error?.message).toBe(message);
  expect(error?.hint).not.toBe('');
  expect(error?.exitCode).toBe(exitCode === 1 ? 125 : exitCode);
});

test.each([
  [1, 'Error response from daemon: manifest unknown\n'],
  [127, 'Error response from daemon: container 1f2e is not running\n'],
  [0, `${OCI}chdir to cwd ("/nope")\n`],
  [126, 'unable to find the file\n'],
  [126, ''],
])('with %d a command may say %j itself', (exitCode, said) => {
  expect(explainRefusal(exitCode, said, REQUEST)).toBeUndefined();
});
