import type { Step } from '../../operations/events.ts';
import { quote } from '../../text/quote.ts';

/** What a step says to a person; undefined for one that the engine's own client shows. */
export function stepWords(step: Step): string | undefined {
  if (step.step === 'solving') return `${step.environment}: solving for ${step.platform} …`;
  if (step.step === 'asking-pip') return `${step.environment}: asking pip for ${step.platform} …`;
  if (step.step === 'waiting-for-kernel') {
    return `${step.environment}: waiting for its kernel, which ${step.holder} is building`;
  }
  if (step.step === 'fetching') {
    const megabytes = (step.bytes / 1e6).toFixed(1);
    return `${step.environment}: fetching packages: ${step.files} of ${step.ofFiles} (${megabytes} MB)`;
  }
  if (step.step === 'fetching-code') return `fetching the code of ${step.url} …`;
  if (step.step === 'waiting-for-notebook') {
    return step.address === undefined
      ? `waiting for the container ${step.notebook} to start …`
      : `waiting for Jupyter in ${step.notebook} to answer at ${step.address} …`;
  }
  return step.step === 'waiting'
    ? `waiting for ${step.holder}, which is writing ${quote(step.path)}`
    : undefined;
}
