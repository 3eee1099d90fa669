/**
 * Does something with random numbers from 0 to 1 that are the same for the same seed: `$TEST_SEED`, else another one
 * each time, which a failure tells.
 *
 * @see https://en.wikipedia.org/wiki/Linear_congruential_generator
 */
export async function withRandom<Value>(
  work: (random: () => number) => Promise<Value>,
): Promise<Value> {
  const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  try {
    return await work(random);
  } catch (cause) {
    throw new Error(`it fails with the random numbers of TEST_SEED=${seed}`, { cause });
  }
}
