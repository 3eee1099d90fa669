import { expect, test } from '@jest/globals';

import type { ExecRequest } from '../engine.ts';
import { explainExec } from './exec-refusals.ts';

const REQUEST: ExecRequest = {
  execId: 'x1',
  command: ['true'],
  terminal: false,
  variables: [],
  user: { name: 'nobody2' },
  workdir: '/nope',
};
const OCI = 'OCI runtime exec failed: exec failed: unable to start container process: ';

test.each([
  [
    126,
    `${OCI}chdir to cwd ("/nope") set in config.json failed: no such file or directory: unknown\n`,
    'no-such-folder',
    'there is no folder "/nope" to work in',
  ],
  [
    126,
    'unable to find user nobody2: no matching entries in passwd file\n',
    'no-such-user',
    'there is no user "nobody2" in the container',
  ],
  [
    126,
    `${OCI}exec: "/submarine-bootstrap.sh": stat /submarine-bootstrap.sh: no such file or directory: unknown\n`,
    'container-without-bootstrap',
    'the container train no longer has the bootstrap',
  ],
  [
    126,
    `${OCI}open /dev/pts/0: operation not permitted: unknown\n`,
    'exec-refused',
    'the engine cannot start a command in the container train',
  ],
  [
    1,
    'Error response from daemon: Container 1f2e is paused, unpause the container before exec\n',
    'container-paused',
    'the container train is paused',
  ],
  [
    1,
    'Error response from daemon: container 1f2e is not running\n',
    'container-not-running',
    'the container train is no longer running',
  ],
  [
    1,
    'Error response from daemon: No such container: train\n',
    'container-not-running',
    'the container train is no longer running',
  ],
])('a client that ends with %d and says %j: %s, %s', (exitCode, said, code, message) => {
  const error = explainExec(exitCode, said, 'train', REQUEST);

  expect(error).toMatchObject({ kind: 'refused', code, message });
  // Those of a command that was not started are docker's own, and kept.
  expect(error?.data).toEqual({
    engine: 'docker',
    container: 'train',
    ...(exitCode === 1 ? {} : { exitCode }),
  });
});

test.each([
  [1, 'Error response from daemon: manifest unknown\n'],
  [127, 'Error response from daemon: container 1f2e is not running\n'],
  [0, `${OCI}chdir to cwd ("/nope")\n`],
  [126, 'unable to find the file\n'],
  [126, ''],
])('with %d a command may say %j itself', (exitCode, said) => {
  expect(explainExec(exitCode, said, 'train', REQUEST)).toBeUndefined();
});
