import { once } from 'node:events';

import { WebSocket } from 'ws';

import { poll } from './poll.ts';

/** Starts a kernel of the server at this address, of its default kind where none is named; its id. */
export async function startKernel(url: URL, name?: string): Promise<string> {
  const created = await ask(url, '/api/kernels', {
    method: 'POST',
    body: JSON.stringify(name === undefined ? {} : { name }),
  });
  return ((await created.json()) as { readonly id: string }).id;
}

/** Asks the server at this address, with its token. */
export function ask(url: URL, path: string, init: RequestInit = {}): Promise<Response> {
  const token = url.searchParams.get('token') ?? '';
  return fetch(new URL(path, url), { ...init, headers: { authorization: `token ${token}` } });
}

/** Runs a cell in a new kernel, by Jupyter's own protocol; what it prints. */
export async function execute(url: URL, code: string, name?: string): Promise<string> {
  const id = await startKernel(url, name);
  const token = url.searchParams.get('token') ?? '';
  const socket = new WebSocket(`ws://${url.host}/api/kernels/${id}/channels?token=${token}`);
  await once(socket, 'open');
  const header = {
    ...{ msg_id: 'cell', msg_type: 'execute_request', username: 'test', session: 'test' },
    ...{ date: new Date().toISOString(), version: '5.3' },
  };
  const content = { code, silent: false, store_history: false, allow_stdin: false };
  socket.send(
    JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content }),
  );
  let output = '';
  let done = false;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.parent_header.msg_id !== 'cell') return;
    if (message.msg_type === 'stream') output += message.content.text ?? '';
    if (message.msg_type === 'error') output += (message.content.traceback ?? []).join('\n');
    if (message.msg_type === 'execute_reply') done = true;
  });
  await poll(() => done && output !== '');
  socket.close();
  return output;
}

interface Message {
  readonly msg_type: string;
  readonly parent_header: { readonly msg_id?: string };
  readonly content: { readonly text?: string; readonly traceback?: readonly string[] };
}

/** What a new terminal of the server prints, until it has printed the text. */
export async function inTerminal(url: URL, line: string, until: string): Promise<string> {
  const created = await ask(url, '/api/terminals', { method: 'POST' });
  const { name } = (await created.json()) as { readonly name: string };
  const token = url.searchParams.get('token') ?? '';
  const socket = new WebSocket(`ws://${url.host}/terminals/websocket/${name}?token=${token}`);
  await once(socket, 'open');
  let shown = '';
  socket.on('message', (data: Buffer) => {
    const [kind, text] = JSON.parse(data.toString()) as [string, string];
    if (kind === 'stdout') shown += text;
  });
  socket.send(JSON.stringify(['stdin', `${line}\r`]));
  await poll(
    () => shown.includes(until),
    () => shown,
  );
  socket.close();
  return shown;
}
