/** Prints how long what people wait for takes, beside what it cannot do without or what others take for the same. */
import { cpus } from 'node:os';

import { makeBed } from './bench/bed.js';
import { benchRuns } from './bench/runs.js';
import { benchKernels } from './bench/kernels.js';
import { benchStarts } from './bench/starts.js';
import { ensureEngine } from './engine.js';
import { imageTag } from './image-recipes.js';
import { ensureImages } from './images.js';

await ensureEngine(console.error);
await ensureImages(['example'], console.error);
const bed = makeBed(imageTag('example'));
try {
  const processors = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  console.log(
    `Node ${process.version}, ${processors}; medians, in turns; NODE_EXTRA_CA_CERTS unset\n`,
  );
  await benchStarts(bed);
  await benchRuns(bed);
  await benchKernels(bed);
} finally {
  bed.remove();
}
