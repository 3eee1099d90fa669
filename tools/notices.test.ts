import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../test/support/bed.ts';
import { thirdPartyNotices } from './notices.js';

const MIT = `Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person. IN NO EVENT SHALL
THE AUTHORS BE LIABLE FOR ANY CLAIM OR OTHER
DEALINGS IN THE SOFTWARE.
`;

let folder = '';
let supplements = '';

beforeEach(async () => {
  folder = await temporaryDirectory();
  supplements = join(folder, 'licences');
  await mkdir(supplements);
});

/** Makes a package with these files and returns the path of a module in it. */
async function addPackage(name: string, license: string, files: Record<string, string>) {
  const path = join(folder, 'node_modules', name);
  await mkdir(path, { recursive: true });
  const manifest = JSON.stringify({ name, version: '1.2.0', license });
  for (const [file, text] of Object.entries({ ...files, 'package.json': manifest })) {
    await writeFile(join(path, file), text);
  }
  return join(path, 'lib/index.js');
}

test('each package stands there once, with the text of every licence and notice file', async () => {
  const one = await addPackage('@some/one', 'MIT', {
    'licence.md': MIT,
    NOTICE: 'Made at Example.',
    'THIRD-PARTY-LICENSE': 'Of others.',
    'license.js': 'no text',
    'README.md': 'nor this',
  });
  const two = await addPackage('two', 'MIT', { COPYING: MIT });

  const notices = await thirdPartyNotices(
    [two, one, one, join(folder, 'src/main.ts')],
    supplements,
  );

  expect(notices).toBe(`# Third-party notices

The files of this folder contain code of these packages.

## @some/one 1.2.0 (MIT)

Made at Example.

Of others.

${MIT}
## two 1.2.0 (MIT)

${MIT}`);
});

test("the bundler's own helpers bring its licence", async () => {
  const notices = await thirdPartyNotices(['\0rolldown/runtime.js'], supplements);

  expect(notices).toMatch(/^## rolldown \S+ \(MIT\)\n\n.*VoidZero.*Evan Wallace/ms);
});

test('a supplement is the licence of a package without one, and follows that of another', async () => {
  const bare = await addPackage('bare', 'MIT', {});
  const vendor = await addPackage('vendor', 'MIT', { LICENSE: MIT });
  await writeFile(join(supplements, 'a.md'), `# bare 1.2.0\n\n${MIT}`);
  await writeFile(join(supplements, 'b.md'), '# vendor 1.2.0\n\n### llhttp\n\nIts licence.\n');

  const notices = await thirdPartyNotices([bare, vendor], supplements);

  expect(notices).toContain(`## bare 1.2.0 (MIT)\n\n${MIT}`);
  expect(notices).toContain(`## vendor 1.2.0 (MIT)\n\n${MIT}\n### llhttp\n\nIts licence.\n`);
});

test.each([
  ['no licence file', {}],
  ['an empty one', { LICENSE: '\n' }],
  ['a heading alone', { LICENSE: '# MIT License\n\nCopyright (c) 2026 Somebody\n' }],
  ['a text that breaks off', { LICENSE: MIT.slice(0, 150) }],
  ['a reference to the text', { LICENSE: 'MIT: https://opensource.org/license/mit\n' }],
  ['the text of another licence', { LICENSE: 'Permission to use, copy, modify it.\n' }],
])('a bundled package with %s is refused', async (_, files: Record<string, string>) => {
  const path = await addPackage('bad', 'MIT', files);

  await expect(thirdPartyNotices([path], supplements)).rejects.toMatchObject({
    message: 'bad 1.2.0 is in the bundle without the full text of its licence (MIT)',
    hint: 'copy the text from its repository to a file in tools/licences that begins with: # bad 1.2.0',
  });
});

test('the licence of vendored code does not stand in for that of the package', async () => {
  const path = await addPackage('bad', 'MIT', {});
  await writeFile(join(supplements, 'bad.md'), `# bad 1.2.0\n\n### llhttp\n\n${MIT}`);

  await expect(thirdPartyNotices([path], supplements)).rejects.toThrow(
    'bad 1.2.0 is in the bundle',
  );
});

test('a supplement for another version is refused', async () => {
  const path = await addPackage('moved', 'MIT', { LICENSE: MIT });
  await writeFile(join(supplements, 'moved.md'), '# moved 1.1.9\n\n### llhttp\n');

  await expect(thirdPartyNotices([path], supplements)).rejects.toMatchObject({
    message: 'tools/licences/moved.md is for moved 1.1.9, but moved 1.2.0 is in the bundle',
    hint: 'bring its texts up to date with that version, and then its first line',
  });
});

test('a licence whose text is not known is refused', async () => {
  const path = await addPackage('odd', 'SSPL-1.0', { LICENSE: MIT });

  await expect(thirdPartyNotices([path], supplements)).rejects.toThrow(
    'odd 1.2.0 has the licence SSPL-1.0, which this build does not know',
  );
});

test("rattler's notice has its own licence and every crate that its WebAssembly names", async () => {
  const path = fileURLToPath(
    new URL('../node_modules/@conda-org/rattler/dist/js_rattler_bg.wasm', import.meta.url),
  );
  // Its panic messages hold the paths of the sources it was compiled from.
  const paths = /index\.crates\.io-[0-9a-f]+\/(\S+?)-(\d+\.\d+\.[^/]+)\//g;
  const crates = [...(await readFile(path, 'latin1')).matchAll(paths)].map(
    ([, name, version]) => `- ${name} ${version} *`,
  );

  const lines = (await thirdPartyNotices([path])).split('\n');

  expect(lines).toContain('Copyright (c) 2023, Prefix GmbH');
  expect(new Set(crates).size).toBeGreaterThan(50);
  expect(crates.filter((crate) => !lines.some((line) => line.startsWith(crate)))).toEqual([]);
});
