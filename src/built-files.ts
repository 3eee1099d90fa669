/** The thread of the solver. This file lies as deep in `src/` as what is bundled of it in `dist/`. */
export const SOLVER_WORKER = new URL('../dist/solver-worker.cjs', import.meta.url);
