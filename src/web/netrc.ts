/** A user and a password for one machine. */
interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * Finds the login for a machine in the text of a `.netrc`.
 *
 * @returns undefined where neither the machine nor `default` has one
 * @see https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
 */
export function findLogin(text: string, host: string): Login | undefined {
  let fallback: Login | undefined;
  for (const entry of entries(words(text))) {
    if (entry.login === undefined && entry.password === undefined) continue;
    const login = { user: entry.login ?? '', password: entry.password ?? '' };
    if (entry.machine === host) return login;
    if (entry.machine === undefined) fallback ??= login;
  }
  return fallback;
}

interface Entry {
  /** Undefined for `default`. */
  readonly machine: string | undefined;
  login?: string;
  password?: string;
}

function entries(tokens: readonly string[]): readonly Entry[] {
  const found: Entry[] = [];
  const rest = tokens.toReversed();
  for (let key = rest.pop(); key !== undefined; key = rest.pop()) {
    if (key === 'default') found.push({ machine: undefined });
    if (!['machine', 'login', 'user', 'password', 'account'].includes(key)) continue;
    const value = rest.pop();
    if (key === 'machine') found.push({ machine: value ?? '' });
    else if (key !== 'account') assign(found, key === 'password' ? key : 'login', value);
  }
  return found;
}

function assign(found: readonly Entry[], key: 'login' | 'password', value?: string): void {
  const last = found.at(-1);
  if (last !== undefined && value !== undefined) last[key] = value;
}

/** Macros run to an empty line; a word may stand in quotes; a `#` begins a comment where a word would begin. */
function words(text: string): readonly string[] {
  const plain = text.replaceAll(/^macdef[^]*?(?:\n\s*\n|$(?![^]))/gm, '');
  return plain
    .split('\n')
    .flatMap((line) =>
      [...line.replace(/^\s*#.*$/, '').matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
        ([, quoted, bare = '']) => quoted?.replaceAll(/\\(.)/g, '$1') ?? bare,
      ),
    );
}
