import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import type { EngineAbout, EngineCall } from '../engine.ts';
import { askEndpoint, isLocalEndpoint } from './docker-facts.ts';
import { explain } from './docker-messages.ts';

const FORMAT = ['ServerVersion', 'DockerRootDir', 'SecurityOptions', 'Runtimes']
  .map((name) => `{{json .${name}}}`)
  .join('\n');

/** What docker's own `info` says of an engine. */
export async function aboutDocker(
  client: Client,
  { signal }: EngineCall = {},
): Promise<EngineAbout> {
  const [endpoint, info] = await Promise.all([
    askEndpoint(client, signal),
    callClient(client, ['info', '--format', FORMAT], signal),
  ]);
  const [version = '', rootFolder = '', security = '', runtimes = ''] = info.stdout.split('\n');
  // Some clients end with 0 though no engine answered them.
  if (info.exitCode !== 0 || plain(version) === '') throw explain(info.stderr, '');
  return {
    version: plain(version),
    endpoint: endpoint || 'unix:///var/run/docker.sock',
    rootFolder: plain(rootFolder),
    isLocal: isLocalEndpoint(endpoint),
    userMapping: security.includes('name=rootless')
      ? 'rootless'
      : security.includes('name=userns')
        ? 'remapped'
        : 'none',
    givesGpus: /nvidia/i.test(runtimes),
  };
}

function plain(json: string): string {
  return json.replaceAll('"', '');
}
