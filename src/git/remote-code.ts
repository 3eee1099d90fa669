import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** Code in a repository elsewhere. */
export interface RemoteCode {
  readonly url: string;
  /** A branch, a tag or a commit; undefined for what the repository has in its HEAD. */
  readonly ref: string | undefined;
  /** The last word of the address, without `.git`. */
  readonly name: string;
}

/** Whether a folder is named, or a repository. */
export function isRemoteCode(code: string): boolean {
  return code.startsWith('git+');
}

/**
 * Reads `git+https://host/path/repo.git@ref`; ssh and file are the other protocols.
 *
 * @throws UsageError when it has another form, or holds a password
 */
export function parseRemoteCode(text: string): RemoteCode {
  const [, url = '', ref] =
    /^git\+((?:https|ssh|file):\/\/[^/]*\/[^@]+)(?:@([^@]+))?$/.exec(text) ?? [];
  const name = /([^/]+?)(?:\.git)?\/?$/.exec(url)?.[1] ?? '';
  if (url === '' || !URL.canParse(url) || !/^[\w][\w.-]*$/.test(name) || !isReference(ref)) {
    throw new UsageError(
      `invalid address of code ${quote(withoutLogin(text))}`,
      'write it as git+https://host/path/repo.git@ref or git+ssh://git@host/path/repo.git@ref',
      { code: 'invalid-remote-code' },
    );
  }
  const { protocol, username, password } = new URL(url);
  if (password !== '' || (protocol !== 'ssh:' && username !== '')) {
    throw new UsageError(
      'the address of the code holds a login, which every record and list of processes would show',
      undefined,
      { code: 'remote-code-with-login' },
    );
  }
  return { url, ref, name };
}

/** As git allows them; nothing that it takes for an option or an expression. */
function isReference(ref: string | undefined): boolean {
  return ref === undefined || /^(?!-)(?!.*\.\.)[^\s\p{Cc}~^:?*[\\]+$/u.test(ref);
}

function withoutLogin(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}
