import { randomBytes } from 'node:crypto';

import type { Captured, Engine } from '../../engines/engine.ts';
import type { Environment } from '../../environment/environment.ts';
import { ExitCode, SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import type { LaunchFacts } from '../../launch/launch-request.ts';
import type { LockedPackage } from '../../lock/lock.ts';
import { lockedSpecification } from '../../lock/locked-specification.ts';
import { quote } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import { gatherFacts } from '../launch-facts.ts';
import { prepareCache } from '../prepare-cache.ts';
import { toLaunchRequest } from '../options/to-launch-request.ts';
import type { PipQuestion } from './pip-question.ts';

/** The pip of a kernel that has been built. */
export interface Pip {
  /** @returns the report on stdout, or on stderr why there is none */
  ask(question: PipQuestion): Promise<Captured>;
}

interface PipPlace {
  readonly environment: Environment;
  readonly engine: Engine;
  /** As `-v` takes them. */
  readonly volumes: readonly string[];
  readonly context: Context;
}

/** What pip reads its settings from: the caller's where they are set, and none of the image's own folders. */
const SCRIPT = `
unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
export PYTHONNOUSERSITE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CACHE_DIR=/submarine/pip
folder=$(mktemp -d) || exit
printf '%s' "$1" >"$folder/lines" && printf '%s' "$2" >"$folder/constraints" || exit
shift 2
case $* in *--platform*) set -- --target "$folder/none" "$@" ;; esac
cd "$folder" || exit
python -m pip install --dry-run --quiet --report - -r lines -c constraints "$@"
code=$?
rm -rf "$folder"
exit "$code"
`;

/**
 * Builds the conda part of a kernel, which is kept, and opens its pip.
 *
 * @throws SubmarineError when it cannot be built, with exit code 65, or 73 when it cannot be written; the bootstrap has
 *   said why
 */
export async function openPip(packages: readonly LockedPackage[], place: PipPlace): Promise<Pip> {
  const { environment, engine } = place;
  const facts = await factsFor(packages, place);
  const build = await planFor(['true'], facts, place);
  await prepareCache(build, engine);
  const code = await engine.run(build, { stopTimeoutMs: undefined });
  if (code > 128) throw new SubmarineError('interrupted', '', code);
  if (code !== 0) {
    throw new SubmarineError(
      `pip cannot be asked, because the conda packages of ${quote(environment.name)} cannot be installed`,
      'see above; what pip installs is resolved on top of them',
      code === ExitCode.cannotWrite ? code : ExitCode.invalidData,
    );
  }
  return {
    ask: async ({ lines, constraints, options }) => {
      const text = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
      const words = ['sh', '-c', SCRIPT, 'pip', text(lines), text(constraints), ...options];
      const runId = newRunId();
      return engine.capture(
        withPipSettings(await planFor(words, { ...facts, runId }, place), facts),
      );
    },
  };
}

async function factsFor(
  packages: readonly LockedPackage[],
  { environment, engine, context, ...place }: PipPlace,
): Promise<LaunchFacts> {
  const target = { environment, engine, options: { lock: false, frozen: false }, dryRun: false };
  const request = await requestFor(['true'], { environment, engine, context, ...place });
  const facts = await gatherFacts(request, target, context);
  const content = { channels: [], dependencies: [] };
  return { ...facts, lockedSpecification: lockedSpecification({ packages }, content) };
}

async function planFor(
  command: readonly string[],
  facts: LaunchFacts,
  place: PipPlace,
): Promise<LaunchPlan> {
  return planLaunch(await requestFor(command, place), place.environment, facts);
}

async function requestFor(command: readonly string[], { context, volumes }: PipPlace) {
  return toLaunchRequest(
    { kind: 'build', command, code: false },
    { pull: 'never', lock: false, volume: volumes },
    await context.settings(),
    { cwd: context.host.cwd, verbose: context.globals().verbose === true },
  );
}

/** The bootstrap keeps the settings of a build from the command, which is pip here. */
function withPipSettings(plan: LaunchPlan, { buildFiles }: LaunchFacts): LaunchPlan {
  const prefix = 'SUBMARINE_BUILD_';
  const passed = plan.passedVariables
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, value }) => ({ name: name.slice(prefix.length), value }));
  const files = ['PIP_CERT', 'SSL_CERT_FILE']
    .filter((name) => buildFiles[name] !== undefined)
    .map((name) => ({ name, value: `/submarine-build/${name}` }));
  return {
    ...plan,
    passedVariables: [...plan.passedVariables, ...passed],
    variables: [...plan.variables, ...files],
  };
}

function newRunId(): string {
  return randomBytes(4).toString('hex');
}
