/** The engines that can be chosen. The list is fixed: a configuration can never name a program by its path. */
export const ENGINE_NAMES = ['docker'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

export const DEFAULT_ENGINE: EngineName = 'docker';
