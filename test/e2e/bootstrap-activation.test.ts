import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel, readEnvironment, start } from '../support/bootstrap.ts';

jest.setTimeout(120_000);

const AWKWARD_VALUES = String.raw`export QUOTE="it's" DOLLAR='$HOME ${'`id`'} $(id)' EQUALS='a=b=c' EMPTY=''
export BACKSLASH='a\b\n' DOUBLE='"' LINES='one
export FORGED=two

three
' ACCENT='é'
`;

/** Kernels by name, each with its scripts in activate.d. */
const KERNELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  none: {},
  // conda sorts by bytes: B before a.
  ordered: {
    'a.sh': 'export ORDER="${ORDER}a"; not_exported=1\n',
    'B.sh': 'export ORDER="${ORDER}B"\n',
    'b c.sh': 'export ORDER="${ORDER}b" SEEN="${not_exported-}"\n',
    'z.csh': 'exit 1\n',
  },
  values: { 'a.sh': AWKWARD_VALUES },
  path: {
    'a.sh': 'export PATH="/first:$PATH:/last" GIVEN="changed"; unset REMOVED; set -- other words\n',
  },
  talks: { 'a.sh': 'echo out; echo err >&2; read -r line; export LINE="<$line>"; cat\n' },
  fails: {
    'a.sh': 'export BEFORE=1; x=$no_such_variable; false\n',
    'b.sh': 'export AFTER=1\n',
  },
};

/** Those that only bash reads. */
const BASH_KERNELS: typeof KERNELS = {
  bashy: {
    'a.sh': `function f() { local -a words=(1 2 3); export COUNT=\${#words[@]}; }
f
export FROM="\${BASH_SOURCE[0]}"
if [[ $FROM == *a.sh ]]; then export MATCHES=yes; fi
`,
  },
  broken: { 'a.sh': 'export BEFORE=1\nif then fi\n', 'b.sh': 'export AFTER=1\n' },
  options: { 'a.sh': 'set -e -u -f; IFS=:; shopt -s nullglob\n', 'b.sh': 'export AFTER="$PATH"\n' },
};

const SURVIVORS: typeof KERNELS = {
  exits: {
    'a.sh': 'export BEFORE=1\nset -- other words\nexit 3\nexport NEVER=1\n',
    'b.sh': 'export MIDDLE=1; exit 0\n',
    'c.sh': 'export AFTER=1\n',
  },
};

const STATE = {
  env_vars: { SENTENCE: 'two "words", $HOME', LINES: 'one\ntwo\t\\', ACCENT: 'é', GIVEN: 'kernel' },
};

let folder: string;

beforeAll(async () => {
  folder = await temporaryDirectory();
  for (const [name, scripts] of Object.entries({ ...KERNELS, ...BASH_KERNELS, ...SURVIVORS })) {
    const files = Object.entries(scripts).map(([file, text]) => [
      `etc/conda/activate.d/${file}`,
      text,
    ]);
    await makeKernel(join(folder, 'envs', name), Object.fromEntries(files));
  }
  await makeKernel(join(folder, 'envs', 'stateful'), {
    'conda-meta/state': JSON.stringify(STATE),
    'etc/conda/env_vars.d/package.json': '{"FROM_PACKAGE": "1", "lower": "2"}',
  });
  await makeKernel(join(folder, 'envs', 'active'), {
    'etc/conda/activate.d/a.sh': 'export AGAIN="${AGAIN-}x"\n',
    'etc/conda/deactivate.d/a.sh': 'unset REMOVED; export ORDER="${ORDER}1"\n',
    'etc/conda/deactivate.d/b.sh': 'export ORDER="${ORDER}2"\n',
  });
});

/** Runs one command for many kernels in one container and returns what each printed into its file. */
async function environments(
  side: 'ours' | 'conda',
  image: string,
  kernels: readonly string[],
  options: readonly string[] = [],
): Promise<Readonly<Record<string, Record<string, string>>>> {
  const out = await mkdtempIn(folder);
  const one = {
    ours: '/submarine-bootstrap.sh --kernel "$kernel" -- env -0',
    conda: `bash -c 'eval "$(/opt/conda/bin/conda shell.posix activate "$0")" </dev/null >&2; env -0' "$kernel"`,
  }[side];
  const command = [
    'sh',
    '-c',
    `for kernel do ${one} >"/out/$kernel" 2>"/out/$kernel.err"; done`,
    'sh',
  ];
  await start({
    image,
    command: [...command, ...kernels],
    variables: { CONDA_ENVS_DIRS: '/envs', REMOVED: '1', ORDER: '', GIVEN: 'before' },
    options: [
      ...[`--mount=type=bind,source=${join(folder, 'envs')},target=/envs,readonly`],
      ...[`--mount=type=bind,source=${out},target=/out`, ...options],
    ],
  });
  const read = kernels.map(async (kernel) => [
    kernel,
    readEnvironment(await readFile(join(out, kernel), 'utf8')),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

let count = 0;

async function mkdtempIn(parent: string): Promise<string> {
  count += 1;
  const made = join(parent, `out-${count}`);
  await mkdir(made);
  return made;
}

describe("the environment equals the one of conda's own activation", () => {
  const everywhere = [...Object.keys(KERNELS), 'stateful', 'variables', 'plain', 'base'];
  const inBash = [...everywhere, ...Object.keys(BASH_KERNELS), 'bash'];
  const nested = ['--env', 'CONDA_SHLVL=1', '--env', 'CONDA_PREFIX=/envs/active'].concat(
    ['--env', 'CONDA_DEFAULT_ENV=active', '--env', 'CONDA_PROMPT_MODIFIER=(active) '],
    ['--env', 'PATH=/usr/local/bin:/envs/active/bin:/usr/bin:/bin'],
  );

  test.each([
    ['dash, with bash in the image', images.test, inBash],
    ['bash as sh', images.shBash, inBash],
    ['dash without bash', images.shDash, everywhere.filter((name) => name !== 'ordered')],
    ['busybox without bash', images.shBusybox, everywhere.filter((name) => name !== 'ordered')],
  ])('%s', async (_, image, kernels) => {
    const [ours, conda] = await Promise.all([
      environments('ours', image, kernels),
      environments('conda', images.test, kernels),
    ]);

    for (const kernel of kernels) expect([kernel, ours[kernel]]).toEqual([kernel, conda[kernel]]);
    expect(Object.keys(conda['none'] ?? {})).toContain('CONDA_PREFIX');
  });

  test.each([images.test, images.shBash, images.shDash])(
    'inside an environment that is active already, in %s',
    async (image) => {
      const kernels = ['none', 'values', 'stateful', 'path', 'active', 'base'];
      const [ours, conda] = await Promise.all([
        environments('ours', image, kernels, nested),
        environments('conda', images.test, kernels, nested),
      ]);

      for (const kernel of kernels) expect([kernel, ours[kernel]]).toEqual([kernel, conda[kernel]]);
      expect(conda['none']).toMatchObject({ CONDA_SHLVL: '2', ORDER: '21' });
    },
  );
});

test.each([
  ['dash and bash', images.test, '1'],
  ['bash', images.shBash, '1'],
  ['dash', images.shDash, undefined],
  ['busybox', images.shBusybox, undefined],
])(
  'with %s neither an exit, a failure nor a syntax error ends the start',
  async (_, image, kept) => {
    const ours = await environments('ours', image, ['exits', 'broken', 'fails']);
    const errors = await Promise.all(
      ['exits', 'broken', 'fails'].map((name) =>
        readFile(join(folder, `out-${count}`, `${name}.err`), 'utf8'),
      ),
    );

    expect(ours['exits']).toMatchObject({ BEFORE: '1', MIDDLE: '1', AFTER: '1' });
    expect(ours['exits']).not.toHaveProperty('NEVER');
    expect(ours['broken']).toMatchObject({
      AFTER: '1',
      ...(kept === undefined ? {} : { BEFORE: kept }),
    });
    expect(ours['fails']).toMatchObject({ BEFORE: '1', AFTER: '1' });
    for (const text of errors) {
      expect(text).toMatch(
        /^submarine: warning: the script \/envs\/\w+\/etc\/conda\/activate.d\/a\.sh /m,
      );
    }
  },
);

test("the kernel's variables are set as they stand, and what the user gave wins", async () => {
  const assignments = String.raw`export A='it'\''s'
export B='$HOME $(id)'
export C='one
export D=forged
'
export GIVEN='kernel'
export EMPTY='kernel'
`;
  const variables = {
    SUBMARINE_VARIABLES: assignments,
    SUBMARINE_GIVEN: 'GIVEN EMPTY LINE NOT_THERE',
    ...{ GIVEN: "user's\n", EMPTY: '', LINE: 'user' },
  };
  const requests = [images.test, images.shDash, images.shBash].map((image) =>
    start({ image, kernel: 'plain', variables, command: ['env', '-0'] }),
  );

  for (const { stdout } of await Promise.all(requests)) {
    const env = readEnvironment(stdout);
    expect(env).toMatchObject({ A: "it's", B: '$HOME $(id)', C: 'one\nexport D=forged\n' });
    expect(env).toMatchObject({ GIVEN: "user's\n", EMPTY: '', LINE: 'user' });
    expect(
      Object.keys(env).filter((name) => name.startsWith('SUBMARINE_') || name === 'D'),
    ).toEqual([]);
  }
});

test.each(['dash', 'bash'])('what the user gave wins over a script, %s', async (name) => {
  const envs = `--mount=type=bind,source=${join(folder, 'envs')},target=/envs,readonly`;
  const { stdout } = await start({
    image: name === 'dash' ? images.shDash : images.test,
    kernel: 'path',
    variables: { CONDA_ENVS_DIRS: '/envs', GIVEN: 'mine', SUBMARINE_GIVEN: 'GIVEN PATH' },
    options: [envs],
    command: ['sh', '-c', 'echo "$GIVEN $PATH"'],
  });

  expect(stdout).toMatch(/^mine \/first:\/envs\/path\/bin:.*:\/last$/);
});

test('the command learns the name and the prefix of its kernel', async () => {
  const { stdout } = await start({
    kernel: 'plain',
    command: ['sh', '-c', 'echo "$SUBMARINE_KERNEL $SUBMARINE_PREFIX $(command -v hello)"'],
  });

  expect(stdout).toBe('plain /opt/conda/envs/plain /opt/conda/envs/plain/bin/hello');
});

test.each([
  [images.test, 'it holds: base, bash, odd, plain, variables;'],
  [images.plain, 'it holds no conda environment at all'],
])(
  'a kernel that the image does not hold is told with those that it does, in %s',
  async (image, hint) => {
    const { exitCode, stderr } = await start({ image, kernel: 'absent', command: ['true'] });

    expect(exitCode).toBe(66);
    expect(stderr).toContain('submarine: the image holds no kernel "absent"');
    expect(stderr).toContain(hint);
  },
);

test('a kernel is found in the folder that micromamba or conda is told to use', async () => {
  const root = join(await temporaryDirectory(), 'root');
  await makeKernel(join(root, 'envs', 'mine'), {});
  await writeFile(join(root, 'envs', 'no-environment'), '');
  const options = [`--mount=type=bind,source=${root},target=/mamba,readonly`];

  const { stdout } = await start({
    image: images.plain,
    kernel: 'mine',
    variables: { MAMBA_ROOT_PREFIX: '/mamba' },
    options,
    command: ['sh', '-c', 'echo "$CONDA_PREFIX ${CONDA_EXE-none} $CONDA_DEFAULT_ENV"'],
  });

  expect(stdout).toBe('/mamba/envs/mine none mine');
});
