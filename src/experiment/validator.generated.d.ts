// Generated from schemas/experiment.schema.json: change that, then run: npm run generate

/**
 * A command with named parameters that is run in an environment of the store.
 */
export interface Experiment {
  /**
   * What tells an experiment from an environment, which needs no kind.
   */
  readonly kind: 'experiment';
  /**
   * The name, unique among the experiments of the store: 1 to 63 characters of A-Z a-z 0-9 . _ -, the first a letter or a digit.
   */
  readonly name: string;
  /**
   * What it is for, in a sentence, for those who choose from a list.
   */
  readonly description?: string;
  /**
   * The name of the environment of the store that it runs in.
   */
  readonly environment: string;
  /**
   * The folder to mount and work in, relative to the folder of the store's file; a repository elsewhere, as git+https://host/repo.git@ref; or false for none. Without it the working directory.
   */
  readonly code?: string | boolean;
  /**
   * The command and its arguments. {NAME} stands for the value of a parameter, {{ and }} for braces.
   *
   * @minItems 1
   */
  readonly command: readonly string[];
  /**
   * What can be chosen for each run, by name.
   */
  readonly parameters?: {
    readonly [k: string]: Parameter;
  };
  readonly resources?: Resources;
  /**
   * How long the command may take before it is ended: 90s, 30m, 12h.
   */
  readonly timeout?: string;
  /**
   * Folders whose files are compared when a run is repeated, relative to the code folder.
   */
  readonly results?: readonly string[];
}
/**
 * A value of the command that is chosen for each run. Without a default it must be given, unless required is false: then arguments that name it are left out.
 */
export interface Parameter {
  /**
   * What its values are; string where nothing is said.
   */
  readonly type?: 'string' | 'integer' | 'number' | 'boolean';
  /**
   * The value where none is given.
   */
  readonly default?: string | number | boolean;
  /**
   * The only values that it can have.
   *
   * @minItems 1
   */
  readonly choices?: readonly (string | number | boolean)[];
  /**
   * The least value of a number.
   */
  readonly minimum?: number;
  /**
   * The greatest value of a number.
   */
  readonly maximum?: number;
  /**
   * Whether a value must be given for each run.
   */
  readonly required?: boolean;
  /**
   * What it is, in a sentence.
   */
  readonly description?: string;
}
/**
 * What the container gets, as the options of the same names say it.
 */
export interface Resources {
  /**
   * The memory limit: 512m, 8g.
   */
  readonly memory?: string | number;
  /**
   * How many CPUs: 2, 0.5.
   */
  readonly cpus?: string | number;
  /**
   * Graphics processors: all, 2, device=0.
   */
  readonly gpus?: string | number;
  /**
   * The size of /dev/shm: 2g.
   */
  readonly 'shm-size'?: string | number;
}

/** One rule of the schema that a value breaks, as ajv reports it. */
export interface SchemaError {
  /** A JSON Pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
}

/** Whether the value is an experiment as the schema has it; `errors` then holds every rule that the last one broke. */
export const isExperiment: {
  (value: unknown): value is Experiment;
  readonly errors?: readonly SchemaError[] | null;
};
