import type { Step } from '../../operations/events.ts';
import { quote } from '../../text/quote.ts';

/** What a step says to a person; undefined for one that the engine's own client shows. */
export function stepWords(step: Step): string | undefined {
  switch (step.step) {
    case 'solving':
      return `${step.environment}: solving for ${step.platform} …`;
    case 'asking-pip':
      return `${step.environment}: asking pip for ${step.platform} …`;
    case 'waiting':
      return `waiting for ${step.holder}, which is writing ${quote(step.path)}`;
    case 'pulling':
    case 'pushing':
    case 'building-image':
      return undefined;
  }
}
