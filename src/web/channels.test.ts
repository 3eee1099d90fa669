import { describe, expect, test } from '@jest/globals';

import { resolveChannels } from './channels.ts';
import { CONDA_DEFAULTS, parseCondarc } from './condarc.ts';

const urls = (texts: readonly string[], condarc = CONDA_DEFAULTS) =>
  resolveChannels([...texts, 'nodefaults'], condarc).map(({ url }) => url);

test.each([
  ['conda-forge', ['https://conda.anaconda.org/conda-forge']],
  ['constructor', ['https://conda.anaconda.org/constructor']],
  ['conda-forge/', ['https://conda.anaconda.org/conda-forge']],
  ['conda-forge/label/dev', ['https://conda.anaconda.org/conda-forge/label/dev']],
  ['conda-forge/linux-64', ['https://conda.anaconda.org/conda-forge']],
  ['defaults', ['https://repo.anaconda.com/pkgs/main', 'https://repo.anaconda.com/pkgs/r']],
  ['pkgs/main', ['https://repo.anaconda.com/pkgs/main']],
  ['pkgs/pro', ['https://repo.anaconda.com/pkgs/pro']],
  ['https://host.example/team/noarch/', ['https://host.example/team']],
  ['file:///opt/channel', ['file:///opt/channel']],
])('%s is %j', (text, expected) => {
  expect(urls([text])).toEqual(expected);
});

test('what the settings name comes last and may be missing; nodefaults keeps it away', () => {
  const condarc = { ...CONDA_DEFAULTS, channels: ['bioconda', 'conda-forge'] };

  expect(resolveChannels(['conda-forge'], condarc)).toEqual([
    {
      url: 'https://conda.anaconda.org/conda-forge',
      address: 'https://conda.anaconda.org/conda-forge',
      named: true,
    },
    expect.objectContaining({ url: 'https://conda.anaconda.org/bioconda', named: false }),
  ]);
  expect(resolveChannels(['conda-forge', 'nodefaults'], condarc)).toHaveLength(1);
  expect(resolveChannels([], CONDA_DEFAULTS).map(({ url, named }) => [url, named])).toEqual([
    ['https://repo.anaconda.com/pkgs/main', false],
    ['https://repo.anaconda.com/pkgs/r', false],
  ]);
});

describe('the settings of the user', () => {
  const text = `
channel_alias: https://mirror.example/conda/
default_channels: [https://mirror.example/main]
custom_channels:
  team: https://ann:pw@private.example/conda/
  secret: https://\${HOST}/t/$TOKEN/
custom_multichannels:
  both: [conda-forge, https://other.example/x]
channels: [team]
ssl_verify: /etc/ca.pem
proxy_servers: {https: 'http://proxy.example:3128'}
add_pip_as_python_dependency: false
`;
  const read = () =>
    parseCondarc(text, { HOST: 'tokens.example', TOKEN: 'tk-1' }, '/home/ann/.condarc');

  test('say what names mean', async () => {
    const condarc = await read();

    expect(urls(['bioconda', 'defaults', 'both', 'team/label/dev', 'secret'], condarc)).toEqual([
      'https://mirror.example/conda/bioconda',
      'https://mirror.example/main',
      'https://mirror.example/conda/conda-forge',
      'https://other.example/x',
      'https://private.example/conda/team/label/dev',
      'https://tokens.example/secret',
    ]);
    expect(resolveChannels(['nodefaults', 'team', 'secret'], condarc)).toEqual([
      expect.objectContaining({ address: 'https://ann:pw@private.example/conda/team' }),
      expect.objectContaining({ address: 'https://tokens.example/t/tk-1/secret' }),
    ]);
    expect(condarc).toMatchObject({
      sslVerify: '/etc/ca.pem',
      proxyServers: { https: 'http://proxy.example:3128' },
      addPipAsPythonDependency: false,
    });
  });

  test('have the secret of a channel that is named by its address alone', async () => {
    expect(
      resolveChannels(['nodefaults', 'https://tokens.example/secret/label/x'], await read()),
    ).toEqual([
      {
        url: 'https://tokens.example/secret/label/x',
        address: 'https://tokens.example/t/tk-1/secret/label/x',
        named: true,
      },
    ]);
  });

  test('are told to be no YAML with their path', async () => {
    const refused = parseCondarc('a: [https://h/t/tk-1', {}, '/home/ann/.condarc');
    await expect(refused).rejects.toMatchObject({
      message: '"/home/ann/.condarc" cannot be read as YAML (BAD_INDENT, line 1, column 21)',
      kind: 'invalid',
    });
    // What --verbose prints.
    await expect(refused).rejects.not.toHaveProperty('cause');
    expect(await parseCondarc('', {}, '')).toEqual(CONDA_DEFAULTS);
    expect(await parseCondarc('channels: 3\ndefault_channels: {}', {}, '')).toEqual(CONDA_DEFAULTS);
  });
});
