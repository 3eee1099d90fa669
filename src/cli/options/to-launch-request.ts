import { resolve } from 'node:path';

import type { Settings } from '../../config/settings.ts';
import type { LaunchRequest } from '../../launch/launch-request.ts';
import { definedOnly } from '../defined-only.ts';
import type { LaunchOptions } from './launch-options.ts';

/** What a command adds to the options that `run` and `notebook` share. */
export interface LaunchPurpose extends Pick<LaunchRequest, 'kind' | 'command' | 'token'> {
  readonly ports?: readonly string[];
  /** The folder to open; `false` for none at all. */
  readonly code?: string | false;
}

/** The options of a launch laid over the settings; paths are made absolute from the working directory. */
export function toLaunchRequest(
  purpose: LaunchPurpose,
  options: LaunchOptions,
  settings: Settings,
  { cwd, verbose }: { readonly cwd: string; readonly verbose: boolean },
): LaunchRequest {
  return {
    kind: purpose.kind,
    command: purpose.command,
    variables: options.envVar ?? [],
    variableFiles: (options.envFile ?? []).map((file) => resolve(cwd, file)),
    volumes: [...(settings.volumes ?? []), ...(options.volume ?? [])],
    ports: [...(purpose.ports ?? []), ...(options.publish ?? [])],
    code: codeFolder(purpose, options, settings, cwd),
    pull: options.offline === true ? 'never' : options.pull,
    offline: options.offline ?? false,
    engineArguments: [...(settings['engine-args'] ?? []), ...(options.engineArg ?? [])],
    noNewPrivileges: settings['no-new-privileges'] ?? true,
    verbose,
    ...definedOnly({
      workdir: options.workdir,
      user: options.user ?? settings.user,
      gpus: options.gpus,
      cpus: options.cpus,
      memory: options.memory,
      shmSize: options.shmSize ?? settings['shm-size'],
      name: options.name,
      platform: options.platform,
      token: purpose.token,
    }),
  };
}

function codeFolder(
  { code }: LaunchPurpose,
  options: LaunchOptions,
  settings: Settings,
  cwd: string,
): string | undefined {
  if (code === false || options.code === false) return undefined;
  return resolve(cwd, code ?? options.code ?? settings.code ?? '.');
}
