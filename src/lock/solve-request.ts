import type { KernelContent } from '../kernel/kernel-content.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import { packageName } from '../kernel/match-spec.ts';
import { isPackageUrl, readPackageUrl } from './package-url.ts';

/**
 * Writes what conda is asked for when a kernel is solved in its image. Kernels that ask for the same have the same
 * lines, as they have the same digest.
 *
 * @returns lines that the head of the bootstrap describes, the first `submarine-solve 1`; what pip installs is in none
 */
export function solveRequestLines(content: KernelContent): string {
  const { channels = [], dependencies = [] } = JSON.parse(
    kernelSpecification(content),
  ) as KernelContent;
  const specs = dependencies.filter((item) => typeof item === 'string');
  // `conda env create` adds it too, and warns of it.
  const needsPip = specs.length < dependencies.length && !specs.some(isPip);
  return [
    'submarine-solve 1',
    ...channels.map((channel) => `channel ${channel}`),
    ...[...specs, ...(needsPip ? ['pip'] : [])].map((spec) => `spec ${spec}`),
    '',
  ].join('\n');
}

function isPip(spec: string): boolean {
  const name = packageName(spec);
  if (name !== undefined) return name === 'pip';
  const read = readPackageUrl(spec.replace(/#.*$/, ''));
  return isPackageUrl(read) && read.name === 'pip';
}
