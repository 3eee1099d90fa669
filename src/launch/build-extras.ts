import type { Extras } from './launch-request.ts';

/** Options of docker's client that decide where a container runs and what it can reach, not what it holds. */
const HARMLESS = [
  ...['--tmpfs', '--runtime', '--security-opt', '--userns', '--ulimit', '--cgroup-parent'],
  ...['--cgroupns', '--isolation', '--log-driver', '--log-opt', '--storage-opt', '--cpu-shares'],
];
const OF_NETWORK = ['--network', '--net', '--add-host', '--dns', '--dns-search', '--dns-option'];

/**
 * Those of the caller's arguments for an engine that the build of a kernel gets, too: no folders, no variables, and
 * what concerns the network only where the build has one.
 */
export function buildExtras(
  { docker = [] }: Extras,
  { network }: { readonly network: boolean },
): Extras {
  const taken = [...HARMLESS, ...(network ? OF_NETWORK : [])];
  const words = docker.flatMap((word, index) => {
    const [name = ''] = word.split('=');
    if (!taken.includes(name)) return [];
    const next = docker[index + 1];
    return word === name && next !== undefined ? [word, next] : [word];
  });
  return words.length === 0 ? {} : { docker: words };
}
