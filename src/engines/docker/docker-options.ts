/** What the engine needs of the one who calls. */
export interface DockerOptions {
  /** The variables of the caller, which the client reads, too. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: {
    readonly stdin: { readonly fd: number };
    readonly stdout: { readonly fd: number };
    readonly stderr: NodeJS.WritableStream & {
      readonly fd: number;
      readonly isTTY?: boolean | undefined;
    };
  };
  /** Where what is known of the engine is remembered; no container sees it. */
  readonly hostFolder: string;
}
