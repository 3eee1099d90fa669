/** Why a value is not taken, and what to write instead; each a clause without a full stop, safe to print. */
export interface Refusal {
  readonly message: string;
  readonly remedy: string;
  /** Where a face may have better words for the remedy: which refusal it is. */
  readonly code?: string | undefined;
}
