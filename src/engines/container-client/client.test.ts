import { expect, test } from '@jest/globals';

import { callDocker } from './docker-client.ts';

test('a client that is not there, and a line that is too long for one, are told in a line each', async () => {
  const missing = callDocker(['version'], { PATH: '/nowhere' });
  await expect(missing).rejects.toMatchObject({
    message: 'there is no docker on this machine',
    exitCode: 69,
  });

  const long = callDocker(['run', 'x'.repeat(2 ** 22)], process.env);
  await expect(long).rejects.toMatchObject({
    message: 'the arguments and variables are longer than this machine can hand to docker',
    hint: expect.stringContaining('mount it'),
    exitCode: 2,
  });
});
