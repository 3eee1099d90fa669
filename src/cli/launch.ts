import type { Engine } from '../engines/engine.ts';
import { ExitCode } from '../errors.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { LaunchRequest } from '../launch/launch-request.ts';
import { chosenEnvironment } from './chosen-environment.ts';
import type { Context } from './context.ts';
import type { LaunchTarget } from './launch-facts.ts';
import { gatherFacts } from './launch-facts.ts';
import type { LaunchOptions } from './options/launch-options.ts';
import { prepareCache } from './prepare-cache.ts';
import type { LaunchPurpose } from './options/to-launch-request.ts';
import { toLaunchRequest } from './options/to-launch-request.ts';

/** What goes on beside a container, from its start until `ended`. */
export type Beside = (plan: LaunchPlan, engine: Engine, ended: AbortSignal) => Promise<void>;

/**
 * The whole way of a launch: what was asked for, the environment, what is known of the image and this machine, the
 * plan, the engine.
 *
 * @returns the exit code of the container
 */
export async function launch(
  purpose: LaunchPurpose,
  options: LaunchOptions,
  context: Context,
  beside: Beside = async () => {},
): Promise<number> {
  const { host, io } = context;
  const settings = await context.settings();
  const request = toLaunchRequest(purpose, options, settings, {
    cwd: host.cwd,
    verbose: context.globals().verbose === true,
  });
  const engine = await context.engine(options.engine);
  const { environment } = await chosenEnvironment(options.env, context);
  const dryRun = options.dryRun ?? false;
  const plan = await makePlan(request, { environment, engine, options, dryRun }, context);
  if (dryRun) {
    io.out(engine.render(plan));
    return ExitCode.ok;
  }
  if (request.verbose) sayWhatRuns(plan, engine, context);
  return runBeside(plan, engine, options, beside);
}

async function makePlan(
  request: LaunchRequest,
  target: LaunchTarget,
  context: Context,
): Promise<LaunchPlan> {
  const [facts, { planLaunch }] = await Promise.all([
    gatherFacts(request, target, context),
    // Loaded while the engine is answering.
    import('../launch/launch-plan.ts'),
  ]);
  const plan = planLaunch(request, target.environment, facts);
  if (!target.dryRun) await prepareCache(plan, target.engine);
  return plan;
}

/** What goes wrong beside a container is told when that has ended: it must not be left alone. */
async function runBeside(
  plan: LaunchPlan,
  engine: Engine,
  { stopTimeout }: LaunchOptions,
  beside: Beside,
): Promise<number> {
  const ended = new AbortController();
  const running = engine.run(plan, {
    stopTimeoutMs: stopTimeout === undefined ? undefined : stopTimeout * 1000,
  });
  const other = beside(plan, engine, ended.signal).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  let failure: { readonly error: unknown } | undefined;
  let code: number;
  try {
    code = await running;
  } finally {
    ended.abort();
    failure = await other;
  }
  if (failure !== undefined) throw failure.error;
  return code;
}

function sayWhatRuns(plan: LaunchPlan, engine: Engine, { io }: Context): void {
  if (plan.entrypoint !== undefined) {
    io.note(
      'submarine: the image is not prepared, so its own entrypoint gives way to the bootstrap',
    );
  }
  io.note(
    `+ ${engine.render({ ...plan, passedVariables: plan.passedVariables.map((variable) => ({ ...variable, from: variable.from ?? variable.name })) })}`,
  );
}
