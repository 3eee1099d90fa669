import { basename } from 'node:path';

import type { Variables } from '../variables.ts';
import type { LaunchFacts } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { Variable } from './variables.ts';

const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);
const INDEXES = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL'];
const CERTIFICATES: readonly string[] = ['PIP_CERT', 'SSL_CERT_FILE'];

type NetworkFacts = Pick<LaunchFacts, 'env' | 'engine' | 'settingsFiles'>;

/** What a container gets to reach channels and indexes with. */
export interface NetworkSettings {
  readonly mounts: readonly Mount[];
  readonly variables: readonly Variable[];
}

/** Everything that the caller has for it: proxies, indexes, certificates, and logins. */
export function settingsOf(facts: NetworkFacts): NetworkSettings {
  return settings(facts, {
    files: () => true,
    value: (value) => value,
  });
}

/** The same without what is secret. */
export function publicSettingsOf(facts: NetworkFacts): NetworkSettings {
  return settings(facts, {
    files: (name) => CERTIFICATES.includes(name),
    value: withoutLogin,
  });
}

/** Whether something of it is secret. */
export function hasLogins(facts: NetworkFacts): boolean {
  const known = settingsOf(facts).variables.filter(({ from }) => from !== undefined);
  return (
    known.some(({ value }) => withoutLogin(value) !== value) ||
    (!facts.engine.remote && facts.settingsFiles['NETRC'] !== undefined)
  );
}

/**
 * Variables of a caller without the logins in them.
 *
 * @returns them, and the names of those that had one
 */
export function withoutLogins(variables: Variables): {
  readonly variables: Variables;
  readonly changed: readonly string[];
} {
  const plain = [...PROXIES, ...INDEXES].flatMap((name): [string, string][] => {
    const given = variables[name] ?? '';
    const shown = withoutLogin(given);
    return shown === given ? [] : [[name, shown]];
  });
  return {
    variables: { ...variables, ...Object.fromEntries(plain) },
    changed: plain.map(([name]) => name),
  };
}

/** A proxy may be written without `http://`, and indexes stand side by side. */
function withoutLogin(value: string): string {
  return value.replaceAll(/(^|\/\/|\s)[^/@\s]*@/g, '$1');
}

interface Choice {
  readonly files: (name: string) => boolean;
  readonly value: (value: string) => string;
}

function settings({ env, engine, settingsFiles }: NetworkFacts, choice: Choice): NetworkSettings {
  const files = engine.remote
    ? []
    : Object.entries(settingsFiles).filter(([name]) => choice.files(name));
  return {
    mounts: files.map(([name, source]) => ({
      type: 'bind',
      source,
      target: filePath(name, source),
      readOnly: true,
    })),
    variables: [
      ...[...PROXIES, ...INDEXES].flatMap((name) => passedOn(name, env[name], choice)),
      ...files.map(([name, source]) => ({
        name: `SUBMARINE_BUILD_${name}`,
        value: filePath(name, source),
      })),
    ],
  };
}

/** They may hold passwords, so no command line shows them. */
function passedOn(
  variable: string,
  given: string | undefined,
  { value }: Choice,
): readonly Variable[] {
  if (given === undefined || given === '') return [];
  const shown = value(given);
  const name = `SUBMARINE_BUILD_${variable}`;
  return [shown === given ? { name, value: given, from: { variable } } : { name, value: shown }];
}

/** Each keeps its own name: conda reads a file only where its name ends as that of a configuration does. */
function filePath(name: string, source: string): string {
  return `/submarine-build/${name}/${basename(source)}`;
}
