import { expect, test } from '@jest/globals';

import { pipeOwner } from './secret-route.ts';

const HERE = { remote: false, sharesPipes: true, mapsUsers: false };
const ROOTLESS = { ...HERE, mapsUsers: true };

test.each([
  ['the caller', HERE, { own: 1000, uid: 1000 }, 1000],
  ['another user, where root calls', HERE, { own: 0, uid: 12_345 }, 12_345],
  ['root, where root calls', HERE, { own: 0, uid: 0 }, 0],
  ['another user than the caller', HERE, { own: 1000, uid: 12_345 }, undefined],
  ['root, where somebody else calls', HERE, { own: 1000, uid: 0 }, undefined],
  ['a user whom only the image knows', HERE, { own: 0, uid: undefined }, undefined],
  ['root of a rootless engine, who is the caller', ROOTLESS, { own: 1000, uid: 0 }, 1000],
  ['another user of a rootless engine', ROOTLESS, { own: 1000, uid: 1000 }, undefined],
  ['a container on another kernel', { ...HERE, sharesPipes: false }, { own: 0, uid: 0 }, undefined],
  ['a container elsewhere', { ...HERE, remote: true }, { own: 0, uid: 0 }, undefined],
])('a pipe for %s', (_, facts, { own, uid }, owner) => {
  expect(pipeOwner(uid, facts, own)).toBe(owner);
});
