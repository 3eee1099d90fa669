import { expect, test } from '@jest/globals';

import { explain } from './docker-messages.ts';

// What docker 20.10 to 28 print.
test.each([
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    69,
    'the docker engine at unix:///var/run/docker.sock does not answer',
  ],
  [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://…": dial unix: connect: permission denied',
    69,
    'you may not use the docker engine',
  ],
  [
    'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
    125,
    'the engine has no GPU runtime',
  ],
  [
    "Error response from daemon: pull access denied for nowhere, repository does not exist or may require 'docker login'",
    125,
    'the registry does not give out the image img',
  ],
  [
    'Error response from daemon: manifest for img not found: manifest unknown',
    125,
    'there is no image img',
  ],
  [
    'Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
    125,
    'the registry of the image img cannot be reached',
  ],
  [
    'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /home/me/x y.',
    125,
    'the engine does not see "/home/me/x y" of this machine',
  ],
  [
    'docker: Error response from daemon: driver failed: Bind for 127.0.0.1:80 failed: port is already allocated.',
    125,
    'the port is taken',
  ],
  ['docker: invalid containerPort: x.', 125, 'that is no port: invalid containerPort: x'],
  [
    'docker: Error response from daemon: Conflict. The container name "/db" is already in use by container "1".',
    125,
    'there is a container of the name db already',
  ],
  [
    'docker: Error response from daemon: OCI runtime create failed: exec: "/submarine-bootstrap.sh": stat /submarine-bootstrap.sh: no such file or directory: unknown.',
    65,
    'the image img has no /bin/sh',
  ],
  [
    '[FATAL tini (7)] exec /submarine-bootstrap.sh failed: No such file or directory',
    65,
    'the image img has no /bin/sh',
  ],
  [
    "docker: Error response from daemon: something new.\nSee 'docker run --help'.",
    125,
    'the engine refused: something new.',
  ],
])('%s', (said, exitCode, message) => {
  const error = explain(said, 'img');

  expect(error.message).toContain(message);
  expect(error.exitCode).toBe(exitCode);
  expect(error.hint).not.toBe('');
});
