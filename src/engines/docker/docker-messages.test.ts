import { expect, test } from '@jest/globals';

import { explain, explainMissing, explainPush, isUnseenFile } from './docker-messages.ts';

// What docker 20.10 to 28 print.
test.each([
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'unavailable',
    'engine-unreachable',
    'the docker engine at unix:///var/run/docker.sock does not answer',
  ],
  [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://…": dial unix: connect: permission denied',
    'unavailable',
    'engine-not-permitted',
    'you are not allowed to use the docker engine',
  ],
  [
    'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
    'refused',
    'no-gpu-runtime',
    'the engine has no GPU runtime',
  ],
  [
    "Error response from daemon: pull access denied for nowhere, repository does not exist or may require 'docker login'",
    'refused',
    'pull-denied',
    'cannot pull img: it does not exist, or you are not allowed to pull it',
  ],
  [
    'Error response from daemon: manifest for img not found: manifest unknown',
    'refused',
    'image-not-found',
    'there is no image img',
  ],
  [
    'Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
    'refused',
    'registry-unreachable',
    'the registry of the image img cannot be reached',
  ],
  [
    'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /home/me/x y.',
    'refused',
    'mount-source-missing',
    'the engine does not see "/home/me/x y" of this machine',
  ],
  [
    'docker: Error response from daemon: driver failed: Bind for 127.0.0.1:80 failed: port is already allocated.',
    'refused',
    'port-taken',
    'the port is taken',
  ],
  [
    'docker: invalid containerPort: x.',
    'refused',
    'invalid-port',
    'the engine refused the port: invalid containerPort: x',
  ],
  [
    'docker: Error response from daemon: Conflict. The container name "/db" is already in use by container "1".',
    'refused',
    'container-name-taken',
    'a container named db already exists',
  ],
  [
    "docker: Error response from daemon: Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available.\nSee 'docker run --help'.",
    'refused',
    'invalid-amount',
    'the engine cannot give that: Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available.',
  ],
  [
    'docker: Error response from daemon: OCI runtime create failed: exec: "/submarine-bootstrap.sh": stat /submarine-bootstrap.sh: no such file or directory: unknown.',
    'invalid',
    'image-without-shell',
    'the image img has no /bin/sh',
  ],
  [
    '[FATAL tini (7)] exec /submarine-bootstrap.sh failed: No such file or directory',
    'invalid',
    'image-without-shell',
    'the image img has no /bin/sh',
  ],
  [
    "docker: Error response from daemon: something new.\nSee 'docker run --help'.",
    'refused',
    'engine-refused',
    'the engine refused: something new.',
  ],
])('%s', (said, kind, code, message) => {
  const error = explain(said, 'img');

  expect(error).toMatchObject({ kind, code, data: { engine: 'docker', image: 'img' } });
  expect(error.message).toContain(message);
});

test('the facts of a refusal are there for whoever words the remedy', () => {
  const said =
    'docker: Error response from daemon: Conflict. The container name "/db" is already in use by container "1".';

  expect(explain(said, 'img').data).toEqual({ engine: 'docker', image: 'img', name: 'db' });
});

test.each([
  ['/home/me/x', 'docker: '],
  ['/home/me/no such image, dial tcp', 'docker: '],
  ['/home/me/kernels/linux-64-glibc2.36/0a', ''],
])('a source of a mount that is not there is named: %s', (path, by) => {
  const said = `${by}Error response from daemon: invalid mount config for type "bind": bind source path does not exist: ${path}.
See 'docker run --help'.`;

  expect(isUnseenFile(said)).toBe(true);
  expect(explain(said, 'img')).toMatchObject({
    kind: 'refused',
    code: 'mount-source-missing',
    data: { path },
  });
});

test.each([
  ['denied: requested access to the resource is denied', 'ml/demo:1', undefined],
  ['no basic auth credentials', 'registry.example:5000/ml/demo:1', 'registry.example:5000'],
  ['unauthorized: authentication required', 'localhost/demo:1', 'localhost'],
])('a push that is refused (%s) is not about fetching', (said, image, host) => {
  expect(explainPush(said, image)).toMatchObject({
    kind: 'refused',
    code: 'push-denied',
    message: `cannot push ${image}: you are not allowed to write there`,
    data: { image, host },
  });
});

test('a registry that cannot be reached is one for a push, too', () => {
  expect(explainPush('dial tcp 127.0.0.1:5000: connect: connection refused', 'a/b')).toMatchObject({
    kind: 'refused',
    code: 'push-failed',
    message: 'the registry of the image a/b cannot be reached',
    data: { image: 'a/b', why: 'registry-unreachable' },
  });
});

test('an engine that does not answer is that for a push, too', () => {
  const said = 'Cannot connect to the Docker daemon at unix:///x.sock. Is it running?';

  expect(explainPush(said, 'a/b')).toMatchObject({
    kind: 'unavailable',
    code: 'engine-unreachable',
  });
});

test.each([
  ['ENOENT', 'unavailable', 'engine-not-installed', 'there is no docker on this machine'],
  ['EACCES', 'unavailable', 'engine-not-startable', 'docker cannot be started: spawn docker'],
  [
    'E2BIG',
    'usage',
    'arguments-too-long',
    'the arguments and variables are too long to hand to docker',
  ],
])('a client that cannot be started for %s: %s, %s, %s', (reason, kind, code, message) => {
  const cause = Object.assign(new Error('spawn docker'), { code: reason });

  expect(explainMissing(cause)).toMatchObject({ kind, code, message });
});
