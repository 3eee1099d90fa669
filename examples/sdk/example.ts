/** Adds an environment, locks it, runs a program in it and says how that ended. */
import type { SubmarineEvent } from 'submarine-environments';
import { openSubmarine, SubmarineError } from 'submarine-environments';

const submarine = await openSubmarine({ store: './environments.yaml' });
await submarine.environments.add({ file: 'environment.yaml', replace: true });

const signal = AbortSignal.timeout(600_000);
const on = (event: SubmarineEvent): void => {
  if (event.type === 'step') console.error(event.step);
};
const { lock } = await submarine.environments.lock('sdk-example', { on, signal });
console.log(`locked ${lock.image.reference}`);

const { stdout, stderr } = process;
const request = {
  environment: 'sdk-example',
  command: ['python3', 'hello.py'],
  code: '.',
  variables: { WHO: 'TypeScript' },
  memoryBytes: 512 * 1024 ** 2,
};
const run = await submarine.run(request, { stdout, stderr, on, signal });
const { exitCode } = await run.ended;
console.log(`ended with ${exitCode}`);

try {
  await submarine.environments.get('no-such-environment');
} catch (error) {
  if (!(error instanceof SubmarineError)) throw error;
  console.log(`${error.kind}: ${error.message}`);
}
