/** The engines that there are. The list is fixed: no path is ever taken from a configuration. */
export const ENGINE_NAMES = ['docker'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

export const DEFAULT_ENGINE: EngineName = 'docker';
