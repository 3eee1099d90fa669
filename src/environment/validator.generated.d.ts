// Generated from schemas/environment.schema.json: change that, then run: npm run generate

/**
 * A conda MatchSpec, or the list of what pip installs.
 */
export type Dependency =
  | string
  | {
      /**
       * Lines as in a requirements file: requirements, and options such as --index-url.
       */
      readonly pip: readonly string[];
    };

/**
 * A named place to run experiments and notebooks in: a container image and, on top of it, a conda environment.
 */
export interface Environment {
  /**
   * The name, unique in the store: 1 to 63 characters of A-Z a-z 0-9 . _ -, the first a letter or a digit.
   */
  readonly name: string;
  /**
   * The container image that everything runs in, as docker pull takes it.
   */
  readonly 'docker-image': string;
  /**
   * The image of a virtual machine that the container image was prepared for; the name is the cloud's.
   */
  readonly 'vm-image'?: string;
  readonly kernel?: Kernel;
  /**
   * What it is for, in a sentence, for those who choose from a list.
   */
  readonly description?: string;
}
/**
 * A conda environment. With a name alone the image holds it already; with dependencies it is built when it is first used.
 */
export interface Kernel {
  /**
   * The name of the conda environment: no slash, space, colon or number sign, no hyphen in front.
   */
  readonly name: string;
  /**
   * Where packages come from, the first that has one wins: names or URLs of conda channels.
   */
  readonly channels?: readonly string[];
  /**
   * What it holds: conda packages, and one pip mapping for what comes from the Python Package Index.
   */
  readonly dependencies?: readonly Dependency[];
  /**
   * Environment variables that are set when it is activated; a dollar sign in a value is never expanded. Names that begin with SUBMARINE_ or boot_, IFS and BASH_VERSION are reserved.
   */
  readonly variables?: {
    readonly [k: string]: string;
  };
  /**
   * @deprecated
   * Where the environment lay on the machine that exported it; read and dropped.
   */
  readonly prefix?: string | null;
}

/** One rule of the schema that a value breaks, as ajv reports it. */
export interface SchemaError {
  /** A JSON Pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
}

/** Whether the value is an environment as the schema has it; `errors` then holds every rule that the last one broke. */
export const isEnvironment: {
  (value: unknown): value is Environment;
  readonly errors?: readonly SchemaError[] | null;
};
