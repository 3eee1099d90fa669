/** What a kernel is made from; its name and variables are no part of it. */
export interface KernelContent {
  readonly channels?: readonly string[];
  readonly dependencies?: readonly (string | { readonly pip: readonly string[] })[];
}

/** Whether there is something to build: a kernel with a name alone is one that the image holds already. */
export function hasDependencies(kernel: KernelContent): boolean {
  return (kernel.dependencies ?? []).some(
    (item) => typeof item === 'string' || item.pip.length > 0,
  );
}
