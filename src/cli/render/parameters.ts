import type { Parameter } from '../../experiment/experiment.ts';
import { escapeControls, quote } from '../../text/quote.ts';

export const PARAMETER_HEADINGS = ['NAME', 'TYPE', 'DEFAULT', 'VALUES', 'DESCRIPTION'];

/** A parameter of an experiment as a row of a table. */
export function parameterRow([name, parameter]: readonly [string, Parameter]): readonly string[] {
  const { type = 'string', description = '' } = parameter;
  const first = description.trim().split('\n')[0] ?? '';
  return [name, type, defaultOf(parameter), valuesOf(parameter), first].map(escapeControls);
}

function defaultOf({ default: value, required }: Parameter): string {
  if (value === '') return quote('');
  if (value !== undefined) return String(value);
  return required === false ? '(left out)' : '(required)';
}

function valuesOf({ choices, minimum, maximum }: Parameter): string {
  if (choices !== undefined) return choices.map(String).join(', ');
  if (minimum === undefined && maximum === undefined) return '';
  return `${minimum ?? ''}..${maximum ?? ''}`;
}
