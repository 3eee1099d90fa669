import type { CachedKernel } from '../../../kernel-cache/cached-kernel.ts';
import { formatBytes } from '../../../text/bytes.ts';
import { formatTable } from '../../../text/table.ts';
import { formatAgo } from '../../../text/time-span.ts';
import { paletteFor } from '../../terminal/colour.ts';
import type { Context } from '../../context.ts';
import type { KernelUser } from '../../kernel-users.ts';
import { findKernelUsers } from '../../kernel-users.ts';
import { openCache } from '../../open-cache.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { toJson, toYaml } from '../../options/output-options.ts';

export interface ListOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
  readonly engine?: string;
}

/** A kernel, and the environments that a start would find it for. */
interface Listed {
  readonly kernel: CachedKernel;
  readonly users: readonly KernelUser[];
}

/** The work of `kernel list`. */
export async function listKernels(
  { output, headers, engine }: ListOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { cache } = await openCache(engine, context);
  const users = await findKernelUsers(await context.store());
  const kernels = (await cache.list()).map((kernel) => ({
    kernel,
    users: users.filter((user) => isUsedBy(kernel, user)),
  }));
  if (output === 'json') io.out(toJson(kernels.map(toValue)));
  else if (output === 'yaml') io.write(await toYaml(kernels.map(toValue)));
  else if (output === 'name') for (const { kernel } of kernels) io.out(kernel.digest);
  else if (kernels.length === 0) io.note(`no kernel has been built in ${cache.location} yet`);
  else await writeTable(kernels, { wide: output === 'wide', headers }, context);
}

/** Whether a start of the environment may look for the kernel. */
function isUsedBy({ digest }: CachedKernel, { wanted, unlocked }: KernelUser): boolean {
  return [...wanted, unlocked].some((kernel) => kernel.digest === digest);
}

function toValue({ kernel, users }: Listed): object {
  const { digest, platform, bytes, lastUsed, state, image } = kernel;
  return {
    digest,
    platform,
    names: namesOf(users),
    environments: users.map(({ environment }) => environment.name),
    bytes,
    lastUsed: lastUsed.toISOString(),
    complete: state === 'complete',
    ...(image === undefined ? {} : { image }),
  };
}

/** What the environments call the kernel. */
function namesOf(users: readonly KernelUser[]): readonly string[] {
  return [...new Set(users.map(({ kernel }) => kernel.name))];
}

async function writeTable(
  kernels: readonly Listed[],
  { wide, headers }: { readonly wide: boolean; readonly headers: boolean },
  context: Context,
): Promise<void> {
  const palette = await paletteFor(context.host.streams.stdout, context);
  const heading = [
    ...['DIGEST', 'NAME', 'ENVIRONMENTS', 'SIZE', 'LAST USED', 'STATE'],
    ...(wide ? ['PLATFORM', 'IMAGE'] : []),
  ];
  const now = Date.now();
  const rows = kernels.map(({ kernel, users }) => [
    kernel.digest,
    namesOf(users).join(','),
    users.map(({ environment }) => environment.name).join(','),
    formatBytes(kernel.bytes),
    formatAgo(now - kernel.lastUsed.getTime()),
    kernel.state,
    ...(wide ? [kernel.platform, kernel.image ?? ''] : []),
  ]);
  const lines = await formatTable(headers ? [heading, ...rows] : rows);
  lines.forEach((line, index) => {
    const listed = kernels[headers ? index - 1 : index];
    if (listed === undefined) context.io.out(palette.faint(line));
    else context.io.out(listed.kernel.state === 'unfinished' ? palette.error(line) : line);
  });
}
