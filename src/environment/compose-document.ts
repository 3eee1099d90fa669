import type { Dependency, Environment, Kernel } from './environment.ts';
import { isPlainText } from '../yaml/quick-yaml.ts';

/**
 * Writes an environment as a person would: its keys in the order of the design, lists of channels on their line,
 * quotes only where YAML needs them.
 *
 * @returns a YAML document without markers, ending in a line end
 */
export function composeDocument(environment: Environment): string {
  const { kernel } = environment;
  return [
    composeText('name', environment.name),
    composeText('docker-image', environment['docker-image']),
    composeText('vm-image', environment['vm-image']),
    kernel === undefined ? '' : `kernel:\n${indent(composeKernel(kernel), '  ')}`,
    composeText('description', environment.description),
  ].join('');
}

/** The lines of a kernel, as they stand below its key but for their indentation. */
export function composeKernel(kernel: Partial<Kernel>): string {
  return [
    composeText('name', kernel.name),
    composeChannels(kernel.channels),
    composeDependencies(kernel.dependencies),
    composeVariables(kernel.variables),
  ].join('');
}

/** One key with its text, on one line whatever the text holds. */
export function composeText(key: string, text: string | undefined): string {
  return text === undefined ? '' : `${key}: ${composeScalar(text)}\n`;
}

/** A list of channels on the line of its key. */
export function composeChannels(channels: readonly string[] | undefined): string {
  if (channels === undefined) return '';
  // In a flow list more characters mean something than in a block.
  const items = channels.map((channel) =>
    /^[\w./-]+$/.test(channel) ? composeScalar(channel) : JSON.stringify(channel),
  );
  return `channels: [${items.join(', ')}]\n`;
}

/** Each dependency on a line of its own. */
export function composeDependencies(dependencies: readonly Dependency[] | undefined): string {
  if (dependencies === undefined) return '';
  if (dependencies.length === 0) return 'dependencies: []\n';
  const items = dependencies.map((item) => {
    if (typeof item === 'string') return `  - ${composeScalar(item)}\n`;
    if (item.pip.length === 0) return '  - pip: []\n';
    return `  - pip:\n${item.pip.map((line) => `      - ${composeScalar(line)}\n`).join('')}`;
  });
  return `dependencies:\n${items.join('')}`;
}

/** Each variable on a line of its own, its value in quotes. */
export function composeVariables(variables: Readonly<Record<string, string>> | undefined): string {
  if (variables === undefined) return '';
  const lines = Object.entries(variables).map(
    ([name, value]) => `  ${composeScalar(name)}: ${composeQuoted(value)}\n`,
  );
  return lines.length === 0 ? 'variables: {}\n' : `variables:\n${lines.join('')}`;
}

/** Puts blanks in front of each line of a text. */
export function indent(lines: string, blanks: string): string {
  return lines.replaceAll(/^(?=.)/gm, blanks);
}

/** A text as YAML takes it behind a key or a hyphen. */
export function composeScalar(text: string): string {
  return isPlainText(text) ? text : composeQuoted(text);
}

/** JSON's text is YAML's too, but for the characters that YAML counts as line ends or does not print. */
function composeQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    (character) => String.raw`\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
