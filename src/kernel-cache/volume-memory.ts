import { join } from 'node:path';

import { readJsonObject, writePrivateJson } from '../files/private-json.ts';

/** What is known of the volume of one engine. */
interface Known {
  /** Where it lies on the engine's machine; empty where its folders cannot be mounted one by one. */
  readonly folder?: string;
  /** The digests of kernels that were seen there. */
  readonly kernels?: Readonly<Record<string, string>>;
}

/** Remembers what was found in the volume of an engine, since each look takes a container. */
export class VolumeMemory {
  readonly #path: string;
  readonly #engine: string;

  /** @param engine - what tells it from all others */
  constructor(hostFolder: string, engine: string) {
    this.#path = join(hostFolder, 'volumes.json');
    this.#engine = engine;
  }

  findFolder(): string | undefined {
    const { folder } = this.#read();
    return typeof folder === 'string' ? folder : undefined;
  }

  findKernel(path: string): string | undefined {
    const digest = this.#read().kernels?.[path];
    return typeof digest === 'string' ? digest : undefined;
  }

  rememberFolder(folder: string): Promise<void> {
    return this.#change((known) => ({ ...known, folder }));
  }

  rememberKernel(path: string, digest: string): Promise<void> {
    return this.#change((known) => ({ ...known, kernels: { ...known.kernels, [path]: digest } }));
  }

  forgetKernel(path: string): Promise<void> {
    return this.#change((known) => {
      const { [path]: _gone, ...kernels } = known.kernels ?? {};
      return { ...known, kernels };
    });
  }

  #read(): Known {
    const all = readJsonObject(this.#path) as Readonly<Record<string, Known>>;
    return all[this.#engine] ?? {};
  }

  /** What cannot be written down is found out again the next time. */
  async #change(change: (known: Known) => Known): Promise<void> {
    const all = readJsonObject(this.#path) as Readonly<Record<string, Known>>;
    const changed = { ...all, [this.#engine]: change(all[this.#engine] ?? {}) };
    await writePrivateJson(this.#path, changed).catch(() => {});
  }
}
