import type { Refusal } from '../text/refusal.ts';

// Up to the last @ in front of the path, since a password may hold one.
const LOGIN = /([a-z][a-z0-9+.-]*):\/\/([^/\s]*)@/i;
const CHANNEL_TOKEN = /\/t\/([^/\s.]+)(?=[/\s]|$)/i;
const GIT = /(?:^|[\s@])git\+[a-z]+:\/\//i;
/** What its author means to be filled in: `$TOKEN`, `${TOKEN}`, `<TOKEN>`, `{{ token }}`, `%TOKEN%`. */
const PLACEHOLDER = /^(?:\$\w+|\$?\{+[^{}]*\}+|<[^<>]*>|%\w+%|)$/;
/** A user's name is short and is read aloud; what services hand out in its place is neither. */
const TOKEN = /^(?:gh[a-z]_|github_pat_|glpat-|pypi-|x-access-token$|x-token-auth$)|^[\w.-]{20,}$/i;

/**
 * Refuses an address that holds a password or a token; the message never repeats it. A user's name by itself is none, as
 * in `git+ssh://git@host/x.git`, and neither is a placeholder, but nobody would fill it in.
 */
export function refuseCredentials(text: string): Refusal | undefined {
  const secrets = secretsIn(text);
  if (secrets.length === 0) return undefined;
  const remedy = GIT.test(text) ? FOR_GIT : FOR_ALL;
  return secrets.every((secret) => PLACEHOLDER.test(secret))
    ? { message: 'the address holds a placeholder for a login, which nobody fills in', remedy }
    : { message: 'the address holds a password or a token, and profiles are shared', remedy };
}

const FOR_ALL = "leave it out; conda reads it from the user's .condarc, pip from PIP_INDEX_URL";
const FOR_GIT = 'leave it out, and name a repository that needs no login, or a release of an index';

/** What stands in the place of a secret, and what is in the place of a name and looks like one. */
function secretsIn(text: string): readonly string[] {
  const [, scheme = '', login = ''] = LOGIN.exec(text) ?? [];
  const [user = '', ...password] = login.split(':');
  const [, token] = GIT.test(text) ? [] : (CHANNEL_TOKEN.exec(text) ?? []);
  const isName = password.length === 0 && !TOKEN.test(user) && !PLACEHOLDER.test(user);
  return [
    ...(password.length > 0 ? [password.join(':')] : []),
    ...(password.length === 0 && !isName && /https?$/i.test(scheme) ? [user] : []),
    ...(token === undefined ? [] : [token]),
  ];
}

/** The address without what nobody else may see: `user:password@`, and `/t/TOKEN` where it stands for a token. */
export function withoutCredentials(address: string): string {
  return address
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
    .replace(/\/t\/[^/]+(?=\/|$)/, '');
}
