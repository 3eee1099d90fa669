import { createHash } from 'node:crypto';
import type { KernelContent } from './kernel-content.ts';
import { isPipOption } from './pip-line.ts';

/**
 * Writes what a kernel is made from as one line of JSON that is also the YAML of a conda environment file. Kernels
 * that ask for the same have the same line: the order of the dependencies is taken out, since a solver does not look
 * at it; that of the channels is kept, since the first wins; and so is that of pip's options, of which the last wins.
 *
 * @returns `{"channels":[…],"dependencies":[…,{"pip":[…]}]}`
 */
export function kernelSpecification(kernel: KernelContent): string {
  const items = kernel.dependencies ?? [];
  const specs = items.filter((item) => typeof item === 'string').map((spec) => spec.trim());
  const lines = items
    .flatMap((item) => (typeof item === 'string' ? [] : item.pip))
    .map((line) => line.trim());
  const pip = [...lines.filter(isPipOption), ...sorted(lines.filter((line) => !isPipOption(line)))];
  return JSON.stringify({
    channels: kernel.channels ?? [],
    dependencies: [...sorted(specs), ...(pip.length > 0 ? [{ pip }] : [])],
  });
}

/**
 * The digest that names the folder of a built kernel.
 *
 * @returns SHA-256 as 64 hexadecimal digits
 */
export function kernelDigest(specification: string): string {
  return createHash('sha256').update(specification).digest('hex');
}

/** By code units and not by language, so that the digest is the same on every machine; each text once. */
function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted((left, right) => Number(left > right) - Number(left < right));
}
