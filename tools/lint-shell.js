// Checks the bootstrap: shellcheck for what it means, dash and busybox for what they can read.
import { fileURLToPath } from 'node:url';
import { aptInstall, hasProgram } from './apt.js';
import { run } from './run.js';
import { ToolError } from './tool-error.js';

const SCRIPT = fileURLToPath(new URL('../bootstrap/submarine-bootstrap.sh', import.meta.url));
const CHECKS = [
  { program: 'shellcheck', package: 'shellcheck', args: ['--shell=sh', SCRIPT] },
  { program: 'dash', package: 'dash', args: ['-n', SCRIPT] },
  { program: 'busybox', package: 'busybox', args: ['sh', '-n', SCRIPT] },
];

try {
  await installMissing();
  for (const { program, args } of CHECKS) {
    const { exitCode, stdout, stderr } = await run(program, args);
    if (exitCode === 0) continue;
    console.error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(`lint: ${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
}

async function installMissing() {
  const missing = [];
  for (const check of CHECKS) if (!(await hasProgram(check.program))) missing.push(check.package);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !(await hasProgram('apt-get'))) {
    throw new ToolError(`missing: ${missing.join(', ')}`, `install them: ${missing.join(' ')}`);
  }
  console.error(`lint: installing ${missing.join(', ')}`);
  await aptInstall(missing);
}
