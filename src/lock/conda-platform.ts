/** What conda calls the processors that an engine names. */
const CONDA_NAMES: Readonly<Record<string, string>> = {
  amd64: '64',
  arm64: 'aarch64',
  ppc64le: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};

/** The platforms that a kernel can be locked for: those of Linux containers. */
export const CONDA_PLATFORMS: readonly string[] = Object.values(CONDA_NAMES).map(
  (name) => `linux-${name}`,
);

/**
 * The name that conda gives to the platform of an image.
 *
 * @param platform - as docker names it: `linux/amd64`, `linux/arm64/v8`
 * @returns `linux-64`; undefined where conda has no packages for it
 * @see https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/base/context/index.html#conda.base.context.Context.subdir
 */
export function condaPlatform(platform: string): string | undefined {
  const [system, processor = ''] = platform.split('/');
  const name = CONDA_NAMES[processor];
  return system === 'linux' && name !== undefined ? `linux-${name}` : undefined;
}
