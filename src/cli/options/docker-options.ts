import type { Command } from 'commander';
import { Option } from 'commander';

import { UsageError } from '../../errors.ts';
import { quote, shellQuote } from '../../text/quote.ts';

/** Options of `docker run` that reach the engine as they are, and whether they have a value. */
const FOR_ENGINE: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(
    [
      ...['add-host', 'cap-add', 'cap-drop', 'cpuset-cpus', 'device', 'dns', 'group-add'],
      ...['hostname', 'ipc', 'label', 'log-driver', 'log-opt', 'memory-swap', 'pid', 'restart'],
      ...['runtime', 'security-opt', 'sysctl', 'ulimit', 'userns'],
    ].map((name) => [name, true]),
  ),
  privileged: false,
  'read-only': false,
};

/**
 * Gives a command what people type by habit after `docker run` and is no option of ours: what goes without saying is
 * taken, all else is answered with what to type.
 */
export function addDockerOptions(command: Command): Command {
  command
    .addOption(hidden('-i, --interactive'))
    .addOption(hidden('-t, --tty'))
    .addOption(hidden('--init'))
    .addOption(
      hidden('--entrypoint <program>').argParser((program: string) =>
        refuse(
          'the entrypoint is what activates the kernel',
          `name the program as the command: -- ${shellQuote(program)}`,
        ),
      ),
    );
  for (const [name, hasValue] of Object.entries(FOR_ENGINE)) {
    const option = hidden(`--${name}${hasValue ? ' <value>' : ''}`);
    command.addOption(option.argParser((value: string) => forEngine(name, value)));
    if (!hasValue) command.on(`option:${name}`, () => forEngine(name, undefined));
  }
  return command;
}

/** `--rm`, which a run that somebody follows need not be told. */
export function rmOption(): Option {
  return hidden('--rm');
}

/** @throws UsageError for a run that stays on purpose */
export function refuseRmOfDetached({
  rm,
  detach,
}: {
  readonly rm?: boolean | undefined;
  readonly detach?: boolean | undefined;
}): void {
  if (rm === true && detach === true) {
    throw new UsageError(
      'a run that is detached stays, with what it prints',
      'leave out --rm; it is removed by: submarine rm @last, or submarine prune',
    );
  }
}

function hidden(flags: string): Option {
  return new Option(flags).hideHelp();
}

function forEngine(name: string, value: string | undefined): never {
  const argument = `--engine-arg=--${name}${value === undefined ? '' : `=${value}`}`;
  return refuse(
    `${quote(`--${name}`)} is an option of the engine`,
    `pass it on: ${shellQuote(argument)}`,
  );
}

function refuse(message: string, remedy: string): never {
  throw new UsageError(message, remedy);
}
