import { setImmediate } from 'node:timers/promises';

import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { shellQuote } from '../../text/quote.ts';
import type { Client } from '../container-client/client.ts';
import { loadExeca } from '../container-client/client-process.ts';
import { startRun } from '../container-client/client-run.ts';
import { startDetached } from '../container-client/detached-run.ts';
import { callLong } from '../container-client/long-call.ts';
import { OpenedRun } from '../container-client/opened-run.ts';
import type { Engine, EngineCall, EngineOptions, Images, Runs } from '../engine.ts';
import { dockerArgv, passedWords, pullArgv, showBuild } from './docker-argv.ts';
import { findEnds, listContainers } from './docker-containers.ts';
import { DOCKER } from './docker-dialect.ts';
import type { Asker } from './docker-facts.ts';
import { askEngineFacts, forgetEngine, localEngines } from './docker-facts.ts';
import { findImage } from './docker-image.ts';
import { explain, explainPush, isUnseenFile } from './docker-messages.ts';
import { engineKey, engineVariables } from './docker-socket.ts';
import { dockerVolumes } from './docker-volumes.ts';

/** The Docker engine, through its client. */
export function openDocker({ env, hostFolder, terminal }: EngineOptions): Engine {
  const client: Client = { dialect: DOCKER, env };
  const asker: Asker = { client, hostFolder };
  return {
    name: 'docker',
    facts: (image, call) => askEngineFacts(asker, image, call),
    about: async (call) => (await import('./docker-about.ts')).aboutDocker(client, call),
    runs: dockerRuns(asker),
    images: dockerImages(client, terminal),
    builder: {
      build: async (build, call = {}, onProgress = () => {}) =>
        (await import('./docker-build.ts')).buildImage(build, client, call, onProgress),
      show: showBuild,
    },
    volumes: dockerVolumes(client),
    show,
  };
}

/** Docker engines at the other addresses of this machine at which one was found before. */
export function openOtherDockers(options: EngineOptions): readonly Engine[] {
  const { env, hostFolder } = options;
  return localEngines(hostFolder)
    .filter((key) => key !== engineKey(env))
    .map((key) => openDocker({ ...options, env: engineVariables(key, env) }));
}

function dockerRuns(asker: Asker): Runs {
  const { client } = asker;
  return {
    start: (plan, streams, { signal } = {}) =>
      (plan.detached ? startDetached : startRun)(client, plan, streams, {
        signal,
        secretRoute: async () =>
          (await import('./secret-route.ts')).secretRoute(asker, plan, signal),
        onRefusal: async (said) => {
          // Another engine than the one that is remembered has the address now.
          if (isUnseenFile(said)) await forgetEngine(asker);
        },
      }),
    list: (filter = {}, call = {}) => listContainers(filter, client, call),
    ends: (ids, call = {}) => findEnds(ids, client, call),
    open: ({ id, name }, { signal } = {}) => new OpenedRun(client, name, id, signal),
  };
}

function dockerImages(client: Client, terminal: number | undefined): Images {
  const callWatched = (argv: readonly string[], { signal }: EngineCall) =>
    callLong(client, argv, { signal, stdout: terminal ?? 'ignore' });
  return {
    find: async (image, call) => {
      // What a start needs takes 5 ms to load: while the engine answers, so the question leaves before.
      const [found] = await Promise.all([
        findImage(image, client, call),
        setImmediate().then(loadExeca),
      ]);
      return found;
    },
    pull: async (image, platform, call = {}) => {
      const { exitCode, stderr } = await callWatched(pullArgv(image, platform), call);
      if (exitCode !== 0) throw explain(stderr, image);
    },
    push: async (image, call = {}) => {
      const { exitCode, stderr } = await callWatched(['push', image], call);
      if (exitCode !== 0) throw explainPush(stderr, image);
    },
    showPush: (image) => `docker push ${shellQuote(image)}`,
  };
}

/** Values that are not to be seen on a command line stand before it, as far as they are not the caller's own. */
function show(plan: LaunchPlan): string {
  const line = (argv: readonly string[]) => ['docker', ...argv].map(shellQuote).join(' ');
  const pull = plan.pull === 'always' ? `${line(pullArgv(plan.image, plan.platform))} && ` : '';
  return pull + [...passedWords(plan.variables), line(dockerArgv(plan))].join(' ');
}
