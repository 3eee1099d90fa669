// Adds an environment and runs a program in it: node example.mjs
import { openSubmarine } from 'submarine-environments';

const submarine = await openSubmarine({ store: './environments.yaml' });
await submarine.environments.add({ file: 'environment.yaml', replace: true });

const { stdout, stderr } = process;
const run = await submarine.run(
  {
    environment: 'sdk-example',
    command: ['python3', 'hello.py'],
    code: '.',
    variables: { WHO: 'JavaScript' },
  },
  { stdout, stderr },
);
const { exitCode } = await run.ended;
console.log(`ended with ${exitCode}`);
