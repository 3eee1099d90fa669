import { statSync } from 'node:fs';
import { userInfo } from 'node:os';

/** As whom this process reads and writes files. */
interface OwnUser {
  /** -1 where users have no numbers. */
  readonly uid: number;
  readonly name: string;
}

export function ownUser(): OwnUser {
  try {
    const { uid, username } = userInfo();
    return { uid, name: username };
  } catch {
    // A container may run as a number that no /etc/passwd knows.
    const uid = statSync('/proc/self', { throwIfNoEntry: false })?.uid ?? -1;
    return { uid, name: `uid ${uid}` };
  }
}
