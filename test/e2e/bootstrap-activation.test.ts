import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel, readEnvironment, start } from '../support/bootstrap.ts';

const AWKWARD_VALUES = String.raw`export QUOTE="it's" DOLLAR='$HOME ${'`id`'} $(id)' EQUALS='a=b=c' EMPTY=''
export BACKSLASH='a\b\n' DOUBLE='"' LINES='one
export FORGED=two

three
' ACCENT='é'
`;

interface Kernel {
  /** What is awkward about it. */
  readonly about: string;
  /** Its scripts in activate.d. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Its other files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether only bash reads its scripts as they were meant. */
  readonly bash?: true;
}

const STATE = {
  env_vars: { SENTENCE: 'two "words", $HOME', LINES: 'one\ntwo\t\\', ACCENT: 'é', GIVEN: 'kernel' },
};

/** Kernels that are made by hand, by name. */
const KERNELS: Readonly<Record<string, Kernel>> = {
  none: { about: 'no scripts' },
  ordered: {
    about: 'scripts in order',
    // conda sorts by bytes: B before a.
    scripts: {
      'a.sh': 'export ORDER="${ORDER}a"\n',
      'B.sh': 'export ORDER="${ORDER}B"\n',
      'b c.sh': 'export ORDER="${ORDER}b"\n',
      'z.csh': 'exit 1\n',
    },
  },
  sharing: {
    about: 'scripts that share a variable of their shell',
    bash: true,
    scripts: { 'a.sh': 'not_exported=1\n', 'b.sh': 'export SEEN="${not_exported-}"\n' },
  },
  values: {
    about: 'variables with quotes, newlines, $ and =',
    scripts: { 'a.sh': AWKWARD_VALUES },
  },
  path: {
    about: 'a script that changes PATH',
    scripts: { 'a.sh': 'export PATH="/first:$PATH:/last" GIVEN="changed"; set -- other words\n' },
  },
  unsets: { about: 'a script that unsets', scripts: { 'a.sh': 'unset REMOVED CONDA_EXE\n' } },
  talks: {
    about: 'a script that prints',
    scripts: { 'a.sh': 'echo out; echo err >&2; export AFTER=1\n' },
  },
  reads: {
    about: 'a script that reads stdin',
    scripts: { 'a.sh': 'read -r line; export LINE="<$line>"; cat\n' },
  },
  fails: {
    about: 'a script that fails',
    scripts: {
      'a.sh': 'export BEFORE=1; x=$no_such_variable; false\n',
      'b.sh': 'export AFTER=1\n',
    },
  },
  returns: {
    about: 'a script that returns',
    scripts: { 'a.sh': 'export BEFORE=1; return 3\n', 'b.sh': 'export AFTER=1\n' },
  },
  exits: {
    about: 'scripts that call exit',
    scripts: {
      'a.sh': 'export BEFORE=1; unset REMOVED\nset -- other words\nexit 3\nexport NEVER=1\n',
      'b.sh': 'export MIDDLE=1; exit 0\n',
      'c.sh': 'export AFTER=1\n',
    },
  },
  bashy: {
    about: 'a script for bash alone',
    bash: true,
    scripts: {
      'a.sh': `function f() { local -a words=(1 2 3); export COUNT=\${#words[@]}; }
f
export FROM="\${BASH_SOURCE[0]}"
if [[ $FROM == *a.sh ]]; then export MATCHES=yes; fi
`,
      'b.sh': 'export AFTER=1\n',
    },
  },
  functions: {
    about: 'a script that exports a function',
    bash: true,
    scripts: { 'a.sh': 'function hi { echo "hi $1"; }\nexport -f hi\n' },
  },
  broken: {
    about: 'a script that no shell reads',
    bash: true,
    scripts: { 'a.sh': 'export BEFORE=1\nif then fi\n', 'b.sh': 'export AFTER=1\n' },
  },
  options: {
    about: "a script that sets the shell's options",
    bash: true,
    scripts: {
      'a.sh': 'set -e -u -f; IFS=:; shopt -s nullglob\n',
      'b.sh': 'export AFTER="$PATH"\n',
    },
  },
  stateful: {
    about: 'variables that conda keeps',
    files: {
      'conda-meta/state': JSON.stringify(STATE),
      'etc/conda/env_vars.d/package.json': '{"FROM_PACKAGE": "1", "lower": "2"}',
    },
  },
  active: {
    about: 'the environment that may be active already',
    scripts: { 'a.sh': 'export AGAIN="${AGAIN-}x"\n' },
    files: {
      'etc/conda/deactivate.d/a.sh': 'unset REMOVED; export ORDER="${ORDER}1"\n',
      'etc/conda/deactivate.d/b.sh': 'export ORDER="${ORDER}2"\n',
    },
  },
  // Those of the image, made by conda.
  plain: { about: 'what conda installed' },
  variables: { about: 'what conda env config vars set' },
  base: { about: "conda's own environment" },
};

const SIDES = ['ours', 'conda'] as const;
type Side = (typeof SIDES)[number];

/** A folder of kernels for each side: conda's shell would end by `exit`, which is then to be no more than a return. */
let folders: Readonly<Record<Side, string>>;

beforeAll(async () => {
  folders = { ours: await temporaryDirectory(), conda: await temporaryDirectory() };
  for (const side of SIDES) {
    for (const [name, { scripts = {}, files = {} }] of Object.entries(KERNELS)) {
      const activating = Object.entries(scripts).map(([file, text]) => [
        `etc/conda/activate.d/${file}`,
        side === 'ours' ? text : text.replaceAll(/\bexit (\d)/g, 'return $1'),
      ]);
      if (name in IN_IMAGE) continue;
      await makeKernel(join(folders[side], name), { ...Object.fromEntries(activating), ...files });
    }
  }
});

const IN_IMAGE = { plain: true, variables: true, base: true };

/** What a start left: the environment of its command, and what was said. */
interface Left {
  readonly env: Readonly<Record<string, string>>;
  readonly said: string;
}

/** Starts each kernel once, all in one container. */
async function startAll(
  side: Side,
  image: string,
  options: readonly string[] = [],
): Promise<Readonly<Record<string, Left>>> {
  const out = await temporaryDirectory();
  const one = {
    ours: '/submarine-bootstrap.sh --kernel "$kernel" -- env -0',
    conda: `bash -c 'eval "$(/opt/conda/bin/conda shell.posix activate "$0")" </dev/null >&2; env -0' "$kernel"`,
  }[side];
  const loop = `for kernel do ${one} >"/out/$kernel" 2>"/out/$kernel.err" </stdin; done`;
  await writeFile(join(out, 'stdin'), "the command's own\n");
  await start({
    image,
    command: ['sh', '-c', loop, 'sh', ...Object.keys(KERNELS)],
    variables: { CONDA_ENVS_DIRS: '/envs', REMOVED: '1', ORDER: '', GIVEN: 'before' },
    options: [
      ...[`--mount=type=bind,source=${folders[side]},target=/envs,readonly`],
      ...[`--mount=type=bind,source=${join(out, 'stdin')},target=/stdin,readonly`],
      ...[`--mount=type=bind,source=${out},target=/out`, ...options],
    ],
  });
  const read = Object.keys(KERNELS).map(async (kernel) => [
    kernel,
    {
      env: readEnvironment(await readFile(join(out, kernel), 'utf8')),
      said: await readFile(join(out, `${kernel}.err`), 'utf8'),
    },
  ]);
  return Object.fromEntries(await Promise.all(read));
}

const BASH_IMAGES = { 'dash, with bash in the image': images.test, 'bash as sh': images.shBash };
const OTHER_IMAGES = {
  'dash, without bash': images.shDash,
  'busybox, without bash': images.shBusybox,
};
const EVERYWHERE = Object.entries(KERNELS).map(([name, { about }]) => [name, about] as const);
const WITHOUT_BASH = EVERYWHERE.filter(([name]) => KERNELS[name]?.bash === undefined);

const NESTED = [
  ...['--env', 'CONDA_SHLVL=1', '--env', 'CONDA_PREFIX=/envs/active'],
  ...['--env', 'CONDA_DEFAULT_ENV=active', '--env', 'CONDA_PROMPT_MODIFIER=(active) '],
  ...['--env', 'PATH=/usr/local/bin:/envs/active/bin:/usr/bin:/bin'],
];

describe.each([
  ['', []],
  [' inside an environment that is active already', NESTED],
] as const)("the environment equals the one of conda's own activation%s", (_, options) => {
  let conda: Readonly<Record<string, Left>>;

  beforeAll(async () => {
    conda = await startAll('conda', images.test, options);
  });

  test('which is one', () => {
    expect(conda['none']?.env).toMatchObject({
      CONDA_PREFIX: '/envs/none',
      CONDA_SHLVL: options.length > 0 ? '2' : '1',
      ORDER: options.length > 0 ? '21' : '',
    });
    expect(conda['exits']?.env).toMatchObject({ BEFORE: '1', MIDDLE: '1', AFTER: '1' });
    expect(conda['exits']?.env).not.toHaveProperty('NEVER');
  });

  describe.each([
    ...Object.entries(BASH_IMAGES).map(([shell, image]) => [shell, image, EVERYWHERE] as const),
    ...Object.entries(OTHER_IMAGES).map(([shell, image]) => [shell, image, WITHOUT_BASH] as const),
  ])('%s', (_, image, kernels) => {
    let ours: Readonly<Record<string, Left>>;

    beforeAll(async () => {
      ours = await startAll('ours', image, options);
    });

    test.each(kernels)('%s: %s', (kernel) => {
      expect(ours[kernel]?.env).toEqual(conda[kernel]?.env);
    });
  });
});

describe.each(Object.entries({ ...BASH_IMAGES, ...OTHER_IMAGES }))(
  'what is said of the scripts, by %s',
  (shell, image) => {
    let left: Readonly<Record<string, Left>>;

    beforeAll(async () => {
      left = await startAll('ours', image);
    });

    function warnings(kernel: string): readonly string[] {
      const said = left[kernel]?.said.split('\n') ?? [];
      return said
        .filter((line) => line.startsWith('submarine: '))
        .map((line) => line.replace(`/envs/${kernel}/etc/conda/activate.d/`, ''));
    }

    test.each([
      ['fails', 'a.sh'],
      ['returns', 'a.sh'],
      ['broken', 'a.sh'],
    ])('one that %s is named in a warning', (kernel, script) => {
      const warning = new RegExp(
        `^submarine: warning: the script ${script} failed with status \\d+; the start went on$`,
      );
      expect(warnings(kernel)).toEqual([expect.stringMatching(warning)]);
      expect(left[kernel]?.env).toHaveProperty('AFTER', '1');
    });

    test('each that exits is named, the last too', () => {
      const named = warnings('exits').map((line) => line.replace(/^.*the script (\S+) .*$/, '$1'));

      expect(named).toEqual(shell.includes('without') ? ['a.sh'] : ['a.sh', 'b.sh']);
    });

    test('nothing is said of those that do what they should', () => {
      for (const kernel of ['none', 'ordered', 'values', 'path', 'unsets', 'stateful', 'active']) {
        expect([kernel, left[kernel]?.said]).toEqual([kernel, '']);
      }
      expect(left['talks']?.said).toBe('out\nerr\n');
      expect(left['reads']?.said).toBe('');
    });

    test('those for bash alone are named where the image has no bash, and the command runs', () => {
      const warning =
        'submarine: warning: the script a.sh is written for bash, which the image does not have; what it sets may be missing';

      expect(warnings('bashy')).toEqual(shell.includes('without') ? [warning] : []);
      expect(left['bashy']?.env).toMatchObject({ AFTER: '1', CONDA_PREFIX: '/envs/bashy' });
    });
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

const RESERVED = {
  submarine_variables: 'touch /tmp/it-ran',
  SUBMARINE_STEPS: '/envs/evil',
  IFS: 'a',
  bash_version: '5',
};

test.each(Object.entries({ ...BASH_IMAGES, ...OTHER_IMAGES }))(
  "variables of conda's own files that the bootstrap would obey are named and left out, by %s",
  async (_, image) => {
    const envs = await temporaryDirectory();
    await makeKernel(join(envs, 'evil'), {
      'etc/conda/env_vars.d/evil.json': JSON.stringify({ ...RESERVED, boot_path: '/x' }),
      'conda-meta/state': JSON.stringify({ env_vars: { SUBMARINE_DIGEST: 'x', AFTER: '1' } }),
      'etc/conda/activate.d/a.sh': 'export SCRIPT=1\n',
    });

    const { exitCode, stdout, stderr } = await start({
      image,
      kernel: 'evil',
      variables: { CONDA_ENVS_DIRS: '/envs' },
      options: [`--mount=type=bind,source=${envs},target=/envs,readonly`],
      command: ['sh', '-c', 'test ! -e /tmp/it-ran && env -0'],
    });

    const place = '/envs/evil/etc/conda/env_vars.d/evil.json';
    const warning = (name: string, file: string): string =>
      `submarine: warning: the variable ${name} in ${file} is not set: its name is reserved`;
    expect(stderr.split('\n')).toEqual([
      ...Object.keys(RESERVED).map((name) => warning(name.toUpperCase(), place)),
      warning('SUBMARINE_DIGEST', '/envs/evil/conda-meta/state'),
    ]);
    const env = readEnvironment(stdout);
    expect(exitCode).toBe(0);
    expect(env).toMatchObject({
      AFTER: '1',
      SCRIPT: '1',
      BOOT_PATH: '/x',
      CONDA_PREFIX: '/envs/evil',
    });
    for (const name of Object.keys(RESERVED)) expect(env).not.toHaveProperty(name.toUpperCase());
  },
);

test.each(['dash', 'bash'])('what the user gave wins over a script, %s', async (name) => {
  const envs = `--mount=type=bind,source=${folders.ours},target=/envs,readonly`;
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
