import { setImmediate } from 'node:timers/promises';

import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { shellQuote } from '../../text/quote.ts';
import type { Variables } from '../../variables.ts';
import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import { loadExeca } from '../container-client/client-process.ts';
import { startRun } from '../container-client/client-run.ts';
import { callLong } from '../container-client/long-call.ts';
import { OpenedRun } from '../container-client/opened-run.ts';
import type { Engine, EngineCall, Images, Run, Runs } from '../engine.ts';
import { dockerArgv, passedWords, pullArgv, showBuild } from './docker-argv.ts';
import { listContainers } from './docker-containers.ts';
import { DOCKER } from './docker-dialect.ts';
import { askEngineFacts, forgetEngine } from './docker-facts.ts';
import { findImage } from './docker-image.ts';
import { explain, explainPush, isUnseenFile } from './docker-messages.ts';

/** What the engine needs of the one who calls. */
export interface DockerOptions {
  /** The variables of the caller, which the client reads, too. */
  readonly env: Variables;
  /** Where what is known of the engine is remembered; no container sees it. */
  readonly hostFolder: string;
}

/** The Docker engine, through its client. */
export function openDocker({ env, hostFolder }: DockerOptions): Engine {
  const client: Client = { dialect: DOCKER, env };
  const asker = { client, hostFolder };
  return {
    name: 'docker',
    facts: (image) => askEngineFacts(asker, image),
    runs: dockerRuns(client, hostFolder),
    images: dockerImages(client),
    builder: {
      build: async (build, call = {}, onProgress = () => {}) =>
        (await import('./docker-build.ts')).buildImage(build, client, call, onProgress),
      show: showBuild,
    },
    volumes: { has: (name) => hasVolume(name, client) },
    show,
  };
}

function dockerRuns(client: Client, hostFolder: string): Runs {
  return {
    start: (plan, streams, call = {}) =>
      startRun(client, plan, streams, call, {
        onRefusal: async (said) => {
          // Another engine than the one that is remembered has the address now.
          if (isUnseenFile(said)) await forgetEngine({ client, hostFolder });
        },
      }),
    list: (filter = {}) => listContainers(filter, client),
    open: async (id) => openContainer(id, client),
  };
}

async function openContainer(id: string, client: Client): Promise<Run> {
  const [found] = await listContainers({ id }, client);
  if (found === undefined) throw explain(`No such container: ${id}`, '');
  return new OpenedRun(client, found.name, found.id);
}

function dockerImages(client: Client): Images {
  const shownOn = ({ progress }: EngineCall) => progress ?? 'ignore';
  return {
    find: async (image) => {
      // What a start needs takes 5 ms to load: while the engine answers, so the question leaves before.
      const [found] = await Promise.all([
        findImage(image, client),
        setImmediate().then(loadExeca),
      ]);
      return found;
    },
    pull: async (image, platform, call = {}) => {
      const argv = pullArgv(image, platform);
      const { exitCode, stderr } = await callLong(client, argv, {
        signal: call.signal,
        stdout: shownOn(call),
      });
      if (exitCode !== 0) throw explain(stderr, image);
    },
    push: async (image, call = {}) => {
      const { exitCode, stderr } = await callLong(client, ['push', image], {
        signal: call.signal,
        stdout: shownOn(call),
      });
      if (exitCode !== 0) throw explainPush(stderr, image);
    },
    showPush: (image) => `docker push ${shellQuote(image)}`,
  };
}

async function hasVolume(name: string, client: Client): Promise<boolean> {
  const { exitCode, stderr } = await callClient(client, ['volume', 'inspect', name]);
  if (exitCode !== 0 && !/no such volume/i.test(stderr)) throw explain(stderr, '');
  return exitCode === 0;
}

/** Values that are not to be seen on a command line stand before it, as far as they are not the caller's own. */
function show(plan: LaunchPlan): string {
  const line = (argv: readonly string[]) => ['docker', ...argv].map(shellQuote).join(' ');
  const pull = plan.pull === 'always' ? `${line(pullArgv(plan.image, plan.platform))} && ` : '';
  return pull + [...passedWords(plan.variables), line(dockerArgv(plan))].join(' ');
}
