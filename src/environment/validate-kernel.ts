import { refuseChannel } from '../kernel/channel.ts';
import { hasDependencies } from '../kernel/kernel-content.ts';
import { refuseVariableName } from '../kernel/kernel-variables.ts';
import { refuseMatchSpec } from '../kernel/match-spec.ts';
import { refusePipLine } from '../kernel/pip-requirement.ts';
import { excerpt } from '../text/excerpt.ts';
import { isMapping, kindOf, valueFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Path } from '../yaml/located-yaml.ts';

const NAME = /^(?!\.{1,2}$)[^-\s/:#\p{Cc}][^\s/:#\p{Cc}]{0,199}$/u;

/** What the schema cannot say about a kernel, or not in words; values of another type are its affair. */
export function findKernelFindings(kernel: unknown, path: Path): readonly Finding[] {
  if (!isMapping(kernel)) return [];
  const { name, channels, dependencies, variables } = kernel;
  return [
    ...findNameFindings(name, dependencies, [...path, 'name']),
    ...(Array.isArray(channels) ? findChannelFindings(channels, [...path, 'channels']) : []),
    ...(Array.isArray(dependencies)
      ? findDependencyFindings(dependencies, [...path, 'dependencies'])
      : []),
    ...(isMapping(variables) ? findVariableFindings(variables, [...path, 'variables']) : []),
  ];
}

function findVariableFindings(variables: object, path: Path): readonly Finding[] {
  return Object.keys(variables).flatMap((name): readonly Finding[] => {
    const refused = refuseVariableName(name);
    return refused === undefined ? [] : [{ path: [...path, name], part: 'key', ...refused }];
  });
}

/** What is wrong with the name of a kernel. */
export function findNameFindings(
  name: unknown,
  dependencies: unknown,
  path: Path,
): readonly Finding[] {
  if (typeof name !== 'string') return [];
  if (!NAME.test(name)) {
    const remedy = 'use no slash, blank, colon or #, and begin with no hyphen';
    return [valueFinding(path, { message: `${excerpt(name)} is not a valid kernel name`, remedy })];
  }
  const isBase = name === 'base' || name === 'root';
  if (
    isBase &&
    Array.isArray(dependencies) &&
    hasDependencies({ dependencies: dependencies.filter(isDependency) })
  ) {
    const remedy = 'give the kernel another name, or remove its dependencies';
    return [
      valueFinding(path, { message: `${excerpt(name)} is the image's own environment`, remedy }),
    ];
  }
  return [];
}

/** Each channel that is none. */
export function findChannelFindings(channels: readonly unknown[], path: Path): readonly Finding[] {
  return channels.flatMap((channel, index) => {
    const refusal =
      typeof channel === 'string'
        ? refuseChannel(channel)
        : notText(channel, 'a channel', 'a name');
    return refusal === undefined ? [] : [valueFinding([...path, index], refusal)];
  });
}

/** Each dependency and pip line that is none, and a second pip list. */
function findDependencyFindings(items: readonly unknown[], path: Path): readonly Finding[] {
  const firstPip = items.findIndex((item) => isMapping(item) && 'pip' in item);
  return items.flatMap((item, index) => {
    const here = [...path, index];
    const isSecond = index > firstPip && isMapping(item) && 'pip' in item;
    return [...(isSecond ? [valueFinding(here, SECOND_PIP)] : []), ...findItemFindings(item, here)];
  });
}

/** What is wrong with one dependency by itself. */
export function findItemFindings(item: unknown, path: Path): readonly Finding[] {
  if (isMapping(item)) return findPipFindings(item, path);
  const refusal =
    typeof item === 'string' ? refuseMatchSpec(item) : notText(item, 'a dependency', 'a package');
  return refusal === undefined ? [] : [valueFinding(path, refusal)];
}

const SECOND_PIP = {
  message: 'there is a second pip list',
  remedy: 'move its lines into the first',
};

function findPipFindings(item: Readonly<Record<string, unknown>>, path: Path): readonly Finding[] {
  const strays = Object.keys(item).filter((key) => key !== 'pip');
  const findings = strays.map((key): Finding => ({
    path: [...path, key],
    part: 'key',
    message: `${excerpt(key)} holds a list, which only pip does among the dependencies`,
    remedy: 'write pip: , or each package on a line of its own',
  }));
  if (!('pip' in item)) return findings;
  const { pip } = item;
  if (!Array.isArray(pip)) {
    const refusal = {
      message: `"pip" is ${kindOf(pip)}`,
      remedy: 'write its lines below it, each behind a hyphen',
    };
    return [...findings, valueFinding([...path, 'pip'], refusal)];
  }
  return findings.concat(
    pip.flatMap((line, index) => {
      const refusal =
        typeof line === 'string'
          ? refusePipLine(line)
          : notText(line, 'a pip line', 'a requirement');
      return refusal === undefined ? [] : [valueFinding([...path, 'pip', index], refusal)];
    }),
  );
}

function notText(
  value: unknown,
  what: string,
  wanted: string,
): { message: string; remedy: string } {
  const remedy =
    typeof value === 'number' || typeof value === 'boolean'
      ? 'write it in quotes'
      : `write ${wanted} or remove the line`;
  return { message: `${what} is ${kindOf(value)}`, remedy };
}

function isDependency(item: unknown): item is string | { pip: readonly string[] } {
  return typeof item === 'string' || (isMapping(item) && Array.isArray(item['pip']));
}
