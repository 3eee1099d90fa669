import { execFileSync, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** A git that takes nothing from the configuration of this machine, as somebody. */
export function git(cwd: string, ...words: readonly string[]): string {
  const own = ['-c', 'user.name=me', '-c', 'user.email=me@example'];
  return execFileSync('git', [...own, ...words], { cwd, encoding: 'utf8' }).trim();
}

/** What answers for the repositories in a folder, through git's own CGI program, to those who log in as `me:secret`. */
export function gitBackend(folder: string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const login = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    if (request.headers.authorization !== login) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const backend = spawn(join(git('/', '--exec-path'), 'git-http-backend'), [], {
      env: {
        ...{ PATH: process.env['PATH'], GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '1' },
        ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1), REMOTE_USER: 'me' },
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'],
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        // Its folder is of whoever runs the test.
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
      },
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.on('close', () => answer(Buffer.concat(chunks), response));
  };
}

/** CGI: headers, an empty line, and the body. */
function answer(output: Buffer, response: ServerResponse): void {
  const at = output.indexOf('\r\n\r\n');
  const headers = output
    .subarray(0, at)
    .toString()
    .split('\r\n')
    .map((line) => line.split(': ') as [string, string]);
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
  for (const [name, value] of headers) if (name !== 'Status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10)).end(output.subarray(at + 4));
}
