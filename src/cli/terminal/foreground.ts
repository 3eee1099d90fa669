import { readFileSync } from 'node:fs';

/**
 * Whether this process has a terminal in which another job has the foreground. Only Linux tells; elsewhere it is false.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function isInBackground(stat = readOwnStat()): boolean {
  // The name of the program stands in parentheses, and may hold any character.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return foreground !== undefined && Number(foreground) > 0 && foreground !== group;
}

function readOwnStat(): string {
  try {
    return readFileSync('/proc/self/stat', 'utf8');
  } catch {
    return '';
  }
}
