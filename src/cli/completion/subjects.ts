/** What an argument or the value of an option names, and so what a shell offers for it. */
export type Subject =
  | 'environment'
  | 'experiment'
  | 'run'
  | 'running'
  | 'notebook'
  | 'kernel'
  | 'image'
  | 'folder'
  | 'file'
  | 'none';

/** What the arguments of commands name, in their order; the last also those behind it where a command takes several. */
export const ARGUMENTS: Readonly<Record<string, readonly Subject[]>> = {
  'env add': ['file'],
  'env delete': ['environment'],
  'env diff': ['environment', 'environment'],
  'env export': ['environment'],
  'env lock': ['environment'],
  'env select': ['environment'],
  'env show': ['environment'],
  'experiment add': ['file'],
  'experiment delete': ['experiment'],
  'experiment run': ['experiment'],
  'experiment show': ['experiment'],
  'image bake': ['environment'],
  'kernel build': ['environment'],
  'kernel prune': ['kernel'],
  'kernel verify': ['kernel'],
  notebook: ['folder', 'none'],
  'notebook logs': ['notebook'],
  'notebook stop': ['notebook'],
  'notebook url': ['notebook'],
  run: ['file'],
  'runs diff': ['run', 'run'],
  'runs show': ['run'],
  attach: ['running'],
  exec: ['running', 'file'],
  logs: ['run'],
  rerun: ['run'],
  rm: ['run'],
  shell: ['running'],
  stop: ['running'],
  trust: ['folder'],
  'trust revoke': ['folder'],
  wait: ['run'],
};

/** Behind the first argument of these everything is a command's own. */
export const HOLD_A_COMMAND: Readonly<Record<string, number>> = { run: 0, exec: 1 };

/** What the values of options name, whichever command has them; those with choices know their own. */
export const OPTIONS: Readonly<Record<string, Subject>> = {
  '--code': 'folder',
  '--env': 'environment',
  '--env-file': 'file',
  '--executed': 'file',
  '--from-run': 'run',
  '--image': 'image',
  '--lock-file': 'file',
  '--output-file': 'file',
  '--results': 'folder',
  '--store': 'file',
  '--volume': 'file',
};
