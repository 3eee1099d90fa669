import { expect, test } from '@jest/globals';

import { explainBuild, findLog } from './build-failure.ts';

const FAILED = {
  base: 'alpine:3.20',
  exitCode: 65,
  said: "The command '/bin/sh /submarine-bake/submarine-bake.sh' returned a non-zero code: 65\n",
  errors: '',
  logPath: '/home/me/logs/1.log',
};

const NOT_FOUND = `submarine: warning: odd
submarine: kernel "team" could not be built: no channel or index has such a package
  | ResolvePackageNotFound:
  |   - no-such-package
  check the spelling, the version, and the channels
  log: /submarine/logs/1.log
`;

test("a kernel that cannot be built is explained in the bootstrap's words, with the log that was kept", () => {
  const error = explainBuild({ ...FAILED, errors: NOT_FOUND });

  expect(error.message.split('\n')).toEqual([
    'kernel "team" could not be built: no channel or index has such a package',
    '  | ResolvePackageNotFound:',
    '  |   - no-such-package',
  ]);
  expect(error.remedy).toBe(
    'check the spelling, the version, and the channels\n  log: /home/me/logs/1.log',
  );
  expect(error).toMatchObject({
    kind: 'invalid',
    code: 'kernel-not-built',
    data: { logPath: '/home/me/logs/1.log' },
  });
});

test('without a log none is named', () => {
  const failed = { ...FAILED, errors: NOT_FOUND, logPath: undefined };

  expect(explainBuild(failed).remedy).toBe('check the spelling, the version, and the channels');
});

test.each([
  [65, 'invalid'],
  [66, 'not-found'],
  [73, 'cannot-write'],
  [137, 'refused'],
])('the code %d of the bootstrap becomes an error of the kind %s', (exitCode, kind) => {
  expect(explainBuild({ ...FAILED, exitCode, errors: NOT_FOUND }).kind).toBe(kind);
});

test.each([
  [
    'OCI runtime create failed: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
    'image-without-shell',
    'the image alpine:3.20 has no /bin/sh, so no environment can be made in it',
  ],
  [
    'Error processing tar file: no space left on device',
    'engine-full',
    'the engine has no space left',
  ],
  ['something new', 'engine-refused', 'the engine refused: something new'],
])('what the builder says is explained: %s', (words, code, message) => {
  const said = `DEPRECATED: The legacy builder is deprecated.\n            More of it.\n\n${words}\n`;

  expect(explainBuild({ ...FAILED, exitCode: 1, said })).toMatchObject({ code, message });
});

test('the log is found among what the steps printed', () => {
  const plain =
    'Step 1\n\nsubmarine-log begins\nCollecting\n\nfailed\n\nsubmarine-log ends\nRemoving\n';

  expect(findLog(plain)).toBe('Collecting\n\nfailed\n');
  expect(findLog('Step 1\n\nsubmarine-log begins\n\nsubmarine-log ends\n')).toBeUndefined();
  expect(findLog('Step 1\n')).toBeUndefined();
});
