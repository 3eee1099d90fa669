import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { captureRun } from '../engines/collect-run.ts';
import type { Captured } from '../engines/dialogue.ts';
import type { Runs, Volumes } from '../engines/engine.ts';
import { SubmarineError } from '../errors.ts';
import type { Helper } from '../launch/helper-plan.ts';
import { helperPlan } from '../launch/helper-plan.ts';
import type { Mount } from '../launch/mounts.ts';
import type { User } from '../launch/resources.ts';
import { KERNELS } from '../launch/wanted-kernel.ts';
import type { KernelMark, MarkedFile } from './kernel-mark.ts';
import { MARK, parseKernelMark } from './kernel-mark.ts';
import type { BuildFolder, BuildParts, KernelPlace } from './kernel-place.ts';
import { KERNEL_VOLUME, partsOf, placeOf } from './kernel-place.ts';
import { compareRecorded } from './recorded-files.ts';
import { sendFolder } from './send-folder.ts';
import type { VolumeMemory } from './volume-memory.ts';

/** What kernels in a volume need of the engine that has it. */
export interface VolumeOptions {
  readonly runs: Runs;
  readonly volumes: Volumes;
  /** In whose containers the volume is looked at. */
  readonly image: string;
  /** Who builds; without one the image's own user. */
  readonly user: User | undefined;
  /** Where archives are gathered on this machine before they are handed over. */
  readonly staging: string;
  readonly memory: VolumeMemory;
  /** What lies in a kernel of what its mark records. */
  readonly recorded: (path: string, signal?: AbortSignal) => Promise<readonly MarkedFile[]>;
}

const VOLUME: Mount = { type: 'volume', source: KERNEL_VOLUME, target: '/submarine' };
const ROOT: User = { uid: 0, gid: 0 };

/** Kernels in the volume of an engine that sees no files of this machine. */
export function openKernelVolume(options: VolumeOptions): KernelPlace {
  return new KernelVolume(options);
}

class KernelVolume implements KernelPlace {
  readonly location = KERNEL_VOLUME;
  readonly isNear = false;
  readonly #options: VolumeOptions;

  constructor(options: VolumeOptions) {
    this.#options = options;
  }

  /**
   * What was there is taken to be there still: a look costs a container, and an engine that is to mount the kernel's
   * own folder says when it is gone.
   */
  async findDigest(path: string, signal?: AbortSignal): Promise<string | undefined> {
    const { memory } = this.#options;
    const known = memory.findFolder() === '' ? undefined : memory.findKernel(path);
    if (known !== undefined) return known;
    const digest = (await this.#findMark(path, signal))?.digest;
    if (digest !== undefined) await memory.rememberKernel(path, digest);
    return digest;
  }

  async differences(path: string, signal?: AbortSignal): Promise<readonly string[]> {
    const mark = await this.#findMark(path, signal);
    if (mark === undefined) return ['it has no mark'];
    const found = await this.#options.recorded(path, signal);
    return compareRecorded(found, mark).map(({ line }) => line);
  }

  async #findMark(path: string, signal?: AbortSignal): Promise<KernelMark | undefined> {
    if (!(await this.#options.volumes.has(KERNEL_VOLUME, { signal }))) return undefined;
    const { exitCode, stdout } = await this.#ask(
      ['cat', `/submarine/kernels/${path}/${MARK}`],
      { mounts: [{ ...VOLUME, readOnly: true }], user: ROOT },
      signal,
    );
    return exitCode === 0 ? parseKernelMark(`${stdout}\n`) : undefined;
  }

  forget(path: string): Promise<void> {
    return this.#options.memory.forgetKernel(path);
  }

  async enter(path: string, digest: string, signal?: AbortSignal) {
    const prefix = `${KERNELS}/${path}`;
    const folder = await this.#folder(signal);
    const mount: Mount =
      folder === undefined
        ? { ...VOLUME, readOnly: true }
        : { type: 'bind', source: `${folder}/kernels/${path}`, target: prefix, readOnly: true };
    return { digest, prefix, mounts: [mount] };
  }

  async planBuild(path: string, signal?: AbortSignal) {
    const folder = await this.#folder(signal);
    const parts = partsOf(path);
    const place = placeOf(folder ?? '', parts, KERNEL_VOLUME);
    return folder === undefined ? { ...place, mounts: [VOLUME] } : place;
  }

  async openBuild(path: string, signal?: AbortSignal): Promise<BuildFolder> {
    const parts = partsOf(path);
    await this.#prepare(parts, signal);
    const archives = join(this.#options.staging, parts.archives);
    await rm(archives, { recursive: true, force: true });
    for (const kind of ['conda', 'pip']) await mkdir(join(archives, kind), { recursive: true });
    return {
      archives,
      place: await this.planBuild(path, signal),
      handOver: (abort) => this.#handOver(archives, parts, abort),
      discard: async () => void (await this.#asRoot(`rm -rf /submarine/${parts.prefix}`)),
      close: async () => {
        await rm(archives, { recursive: true, force: true });
        await this.#asRoot(`rm -rf /submarine/${parts.archives}`);
      },
    };
  }

  /** A new volume is root's, and so is all that root makes in it. */
  async #prepare(parts: BuildParts, signal?: AbortSignal): Promise<void> {
    const owner = await this.#builder(signal);
    const { prefix, archives, log, lock } = parts;
    const made = `${prefix} ${archives} ${log} ${lock}`;
    const { exitCode, stderr } = await this.#asRoot(
      `set -e; cd /submarine; rm -rf ${archives}; mkdir -p ${prefix} ${archives}/conda ${archives}/pip logs locks
       : >${log}; : >>${lock}; chown ${owner} ${made}; chmod 755 . kernels ${prefix}`,
      signal,
    );
    if (exitCode !== 0) throw notPrepared(stderr);
  }

  /** Who builds, as numbers. */
  async #builder(signal?: AbortSignal): Promise<string> {
    const { user } = this.#options;
    if (user !== undefined && 'uid' in user) return `${user.uid}:${user.gid ?? 0}`;
    const asked = user === undefined ? {} : { user };
    const { stdout } = await this.#ask(['/bin/sh', '-c', 'id -u; id -g'], asked, signal);
    const owner = stdout.split('\n').join(':');
    return /^\d+:\d+$/.test(owner) ? owner : '0:0';
  }

  async #handOver(folder: string, { archives }: BuildParts, signal?: AbortSignal): Promise<void> {
    const into = this.#plan(['tar', '-x', '-o', '-f', '-', '-C', `/submarine/${archives}`], {
      mounts: [VOLUME],
      user: ROOT,
    });
    const { exitCode, stderr } = await sendFolder(folder, into, this.#options.runs, signal);
    if (exitCode !== 0) throw notPrepared(stderr);
  }

  /** Where the volume lies on the engine's machine, if single folders of it can be mounted; found out once. */
  async #folder(signal?: AbortSignal): Promise<string | undefined> {
    const { memory, volumes } = this.#options;
    const known = memory.findFolder();
    if (known !== undefined) return known === '' ? undefined : known;
    const named = await volumes.folder(KERNEL_VOLUME, { signal });
    if (named === undefined) return undefined;
    const works = await this.#canMount(named, signal);
    await memory.rememberFolder(works ? named : '');
    return works ? named : undefined;
  }

  async #canMount(folder: string, signal?: AbortSignal): Promise<boolean> {
    const name = `.seen-${randomBytes(8).toString('hex')}`;
    await this.#asRoot(`: >/submarine/${name}`, signal);
    try {
      const mount: Mount = { type: 'bind', source: folder, target: '/seen', readOnly: true };
      const asked = { mounts: [mount], user: ROOT };
      const { exitCode } = await this.#ask(['test', '-e', `/seen/${name}`], asked, signal);
      return exitCode === 0;
    } catch (error) {
      if (error instanceof SubmarineError && error.kind !== 'interrupted') return false;
      throw error;
    } finally {
      await this.#asRoot(`rm -f /submarine/${name}`);
    }
  }

  #asRoot(script: string, signal?: AbortSignal): Promise<Captured> {
    return this.#ask(['/bin/sh', '-c', script], { mounts: [VOLUME], user: ROOT }, signal);
  }

  #ask(
    command: Helper['command'],
    more: Pick<Helper, 'mounts' | 'user'>,
    signal?: AbortSignal,
  ): Promise<Captured> {
    return captureRun(this.#options.runs, this.#plan(command, more), { signal });
  }

  #plan(command: Helper['command'], more: Pick<Helper, 'mounts' | 'user'>) {
    const runId = randomBytes(4).toString('hex');
    return helperPlan({ runId, image: this.#options.image, command, ...more });
  }
}

function notPrepared(why: string): SubmarineError {
  return new SubmarineError({
    kind: 'cannot-write',
    code: 'kernel-volume-not-prepared',
    message: `cannot prepare a build in the volume ${KERNEL_VOLUME}: ${why}`,
    data: { volume: KERNEL_VOLUME },
  });
}
