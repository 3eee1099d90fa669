/** The same signal for one call alone: Node warns of a leak where more than ten listen to one. */
export function ownSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  return signal && AbortSignal.any([signal]);
}
