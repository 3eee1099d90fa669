import { expect, test } from '@jest/globals';

import { userFolders } from '../config/paths.ts';
import { temporaryDirectory } from '../../test/support/bed.ts';
import { openSubmarine } from './submarine.ts';

test('an engine is opened once, whether it is named, set or neither', async () => {
  const home = await temporaryDirectory();
  const caller = {
    ...{ variables: {}, cwd: home, folders: userFolders({ HOME: home }), user: undefined },
    bootstrap: new URL('../../bootstrap/', import.meta.url),
  };

  const submarine = await openSubmarine(caller, { settings: {} });

  expect(submarine.engine('docker')).toBe(submarine.engine());
  expect(await submarine.engine()).toMatchObject({ name: 'docker' });
  await expect(submarine.engine('/tmp/evil')).rejects.toMatchObject({ kind: 'usage' });
});
