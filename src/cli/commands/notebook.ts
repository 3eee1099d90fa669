import { setTimeout as sleep } from 'node:timers/promises';

import { Command } from 'commander';

import type { Engine } from '../../engines/engine.ts';
import { UsageError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { openBrowser } from '../terminal/browser.ts';
import type { Context } from '../context.ts';
import type { LaunchOptions } from '../options/launch-options.ts';
import { addLaunchOptions } from '../options/launch-options.ts';

/** Where Jupyter listens in the container; the engine chooses the port of this machine. */
const PORT = 8888;
const JUPYTER = [
  ...['jupyter', 'lab', '--no-browser', '--ip=0.0.0.0', `--port=${PORT}`, '--port-retries=0'],
  // The user in the container is the caller, who may be root; the token guards the server either way.
  '--allow-root',
];

interface NotebookOptions extends LaunchOptions {
  /** `false` for `--no-browser`. */
  readonly browser: boolean;
}

export function notebookCommand(context: Context): Command {
  const command = new Command('notebook')
    .description('open JupyterLab in an environment; its kernel is what notebooks run in')
    .argument('[dir]', 'the folder to open (default: the working directory)');
  return addLaunchOptions(command)
    .option('--no-browser', 'only print the address')
    .addHelpText(
      'after',
      `
The address is printed when the server answers. Ctrl-C stops the server and its container.

Examples:
  submarine env add --name lab --image jupyter/scipy-notebook
  submarine notebook --env lab
  submarine notebook --env lab --memory 4g --dry-run`,
    )
    .action(async (dir: string | undefined, options: NotebookOptions) => {
      context.exitWith(await openNotebook(dir, options, context));
    });
}

async function openNotebook(
  dir: string | undefined,
  options: NotebookOptions,
  context: Context,
): Promise<number> {
  const taken = options.envVar?.find((variable) => /^JUPYTER_TOKEN(=|$)/.test(variable));
  if (taken !== undefined) {
    throw new UsageError(
      'the token of a notebook is made anew for each one',
      'leave JUPYTER_TOKEN out: the address that is printed holds it',
    );
  }
  if (dir !== undefined && options.code !== undefined) {
    throw new UsageError('the folder is named twice', 'give it as DIR or by --code');
  }
  const [{ randomBytes }, { launch }] = [await import('node:crypto'), await import('../launch.ts')];
  const token = randomBytes(24).toString('hex');
  const purpose = {
    kind: 'notebook',
    // Its log names addresses that lead nowhere outside of the container.
    command:
      context.globals().verbose === true ? JUPYTER : [...JUPYTER, '--Application.log_level=WARN'],
    token,
    ports: [`127.0.0.1::${PORT}`],
    ...(dir === undefined ? {} : { code: dir }),
  } as const;
  return launch(purpose, options, context, async (plan, engine, ended) => {
    const url = await waitForServer(plan, engine, token, ended);
    if (url === undefined) return;
    context.io.out(url);
    if (options.browser && context.io.stdoutIsTerminal) openBrowser(url, context.host.env);
  });
}

/** The address at which the server answers; undefined when the container has ended before. */
async function waitForServer(
  plan: LaunchPlan,
  engine: Engine,
  token: string,
  ended: AbortSignal,
): Promise<string | undefined> {
  let address: string | undefined;
  while (!ended.aborted) {
    address ??= await engine.findPort(plan, PORT);
    if (address !== undefined && (await answers(address, token, ended))) {
      return `http://${address}/lab?token=${token}`;
    }
    await sleep(100);
  }
  return undefined;
}

async function answers(address: string, token: string, ended: AbortSignal): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://${address}/api/status`, {
      headers: { authorization: `token ${token}` },
      signal: AbortSignal.any([ended, AbortSignal.timeout(2000)]),
    });
    return ok;
  } catch {
    return false;
  }
}
