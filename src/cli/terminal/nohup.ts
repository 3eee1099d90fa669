import { constants, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Whether nohup has started this process, as far as it shows: where stdin was a terminal it is `/dev/null` that cannot be
 * read, and where stdout was one, a file `nohup.out`. That it ignores HUP does not show, since Node undoes that.
 *
 * @see https://www.gnu.org/software/coreutils/manual/html_node/nohup-invocation.html
 */
export function isUnderNohup(): boolean {
  const [stdin, ...outputs] = [0, 1, 2].map(pathOf);
  return (
    (stdin === '/dev/null' && isWriteOnly(0)) ||
    outputs.some((path) => basename(path ?? '') === 'nohup.out')
  );
}

/** Undefined on systems without `/proc`. */
function pathOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

function isWriteOnly(descriptor: number): boolean {
  const [, flags = '0'] =
    /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? [];
  return (Number.parseInt(flags, 8) & ACCESS_MODE) === constants.O_WRONLY;
}

const ACCESS_MODE = 3;
