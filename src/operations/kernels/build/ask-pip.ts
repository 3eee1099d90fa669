import { captureRun } from '../../../engines/collect-run.ts';
import type { Captured } from '../../../engines/dialogue.ts';
import type { LaunchPlan } from '../../../launch/launch-plan.ts';
import { planLaunch } from '../../../launch/launch-plan.ts';
import type { NetworkSettings } from '../../../launch/network-settings.ts';
import { hasLogins, publicSettingsOf, settingsOf } from '../../../launch/network-settings.ts';
import type { EnteredKernel } from '../../../launch/wanted-kernel.ts';
import { newRunId } from '../../runs/launch-facts.ts';
import type { KernelLaunch } from './kernel-work.ts';
import type { PipQuestion } from './pip-question.ts';

/** What pip reads its settings from: the caller's where they are set, and none of the image's own folders. */
const SCRIPT = `
unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
export PYTHONNOUSERSITE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
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

/** Packages are taken as they are, so none of them runs code of its own. */
const WHEELS_ALONE = ['--only-binary', ':all:'];

/**
 * Asks the pip of a kernel what it would install. Where pip has to build something to know that, code of packages runs,
 * which gets no login: with logins it is asked for what is built already, and only when that does not do without them.
 *
 * @param kernel - read-only, also while it is being built
 * @returns the report on stdout, or on stderr why there is none
 */
export async function askPip(
  question: PipQuestion,
  kernel: EnteredKernel,
  launch: KernelLaunch,
): Promise<Captured> {
  const ask = (options: readonly string[], settings: NetworkSettings) =>
    captureRun(
      launch.engine.runs,
      planQuestion(
        { ...question, options: [...question.options, ...options] },
        kernel,
        launch,
        settings,
      ),
      launch.call,
    );
  const without = () => ask([], publicSettingsOf(launch.facts));
  if (!hasLogins(launch.facts)) return without();
  // A repository is built whatever the options say.
  if (question.lines.some((line) => /(?:^|[\s@=])(?:git|hg|svn|bzr)\+/.test(line)))
    return without();
  const answer = await ask(WHEELS_ALONE, settingsOf(launch.facts));
  if (answer.exitCode === 0) return answer;
  const second = await without();
  return second.exitCode === 0 ? second : answer;
}

function planQuestion(
  { lines, constraints, options }: PipQuestion,
  kernel: EnteredKernel,
  { environment, request, facts }: KernelLaunch,
  settings: NetworkSettings,
): LaunchPlan {
  const text = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
  const command = ['sh', '-c', SCRIPT, 'pip', text(lines), text(constraints), ...options];
  const plan = planLaunch(
    { ...request, kind: 'build', command, code: undefined, mounts: [], variables: [], ports: [] },
    environment,
    { ...facts, runId: newRunId() },
    kernel,
  );
  return {
    ...plan,
    mounts: [...plan.mounts, ...settings.mounts],
    variables: [...plan.variables, ...settings.variables.map(underOwnName)],
  };
}

/** The bootstrap keeps the settings of a build from the command, which is pip here. */
function underOwnName<Named extends { readonly name: string }>(variable: Named): Named {
  return { ...variable, name: variable.name.replace(/^SUBMARINE_BUILD_/, '') };
}
