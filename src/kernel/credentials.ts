import type { Refusal } from '../text/refusal.ts';

// `git@host` logs in by a key and tells no secret; over HTTP whatever stands before the @ is one.
const USER_AND_PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s]*@/i;
const HTTP_USER = /https?:\/\/[^/\s@]+@/i;
const CHANNEL_TOKEN = /\/t\/(?!<TOKEN>)[^/\s]+/i;

/** Refuses an address that holds a password or a token; the message never repeats it. */
export function refuseCredentials(text: string): Refusal | undefined {
  if (!USER_AND_PASSWORD.test(text) && !HTTP_USER.test(text) && !CHANNEL_TOKEN.test(text)) {
    return undefined;
  }
  return {
    message: 'the address holds a password or a token, and profiles are shared',
    remedy: "leave it out; conda reads it from the user's .condarc, pip from PIP_INDEX_URL",
  };
}

/** The address without what nobody else may see: `user:password@`, and `/t/TOKEN` where it stands for a token. */
export function withoutCredentials(address: string): string {
  return address
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
    .replace(/\/t\/[^/]+(?=\/|$)/, '');
}
