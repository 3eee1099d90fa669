import { fileURLToPath } from 'node:url';

import { run } from '../../tools/run.js';

/** Once before all tests: what they start as a process or a thread is what the sources say. */
// oxlint-disable-next-line import/no-default-export -- jest asks for it
export default async function build(): Promise<void> {
  const script = fileURLToPath(new URL('../../tools/build.js', import.meta.url));
  const { exitCode, stderr } = await run(process.execPath, [script]);
  if (exitCode !== 0) throw new Error(`the command cannot be built:\n${stderr}`);
}
