// A terminal in a process of its own, spoken to over its channel: the terminal's package stays silent inside jest.
import { spawn } from '@lydell/node-pty';

const [program = '', ...args] = process.argv.slice(2);
const terminal = spawn(program, args, {
  env: process.env,
  cwd: process.cwd(),
  cols: 100,
  rows: 30,
});

process.send?.({ pid: terminal.pid });
terminal.onData((data) => process.send?.({ data }));
terminal.onExit(({ exitCode, signal }) => {
  process.send?.({ exitCode: signal ? 128 + signal : exitCode }, () => process.disconnect());
});
process.on('message', (/** @type {{ write?: string, size?: [number, number] }} */ message) => {
  if (message.write !== undefined) terminal.write(message.write);
  if (message.size !== undefined) terminal.resize(...message.size);
});
