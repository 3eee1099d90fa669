import type { Context } from '../context.ts';

type Paint = (text: string) => string;

/** The few colours that we use, each with one meaning. */
export interface Palette {
  readonly error: Paint;
  readonly selected: Paint;
  readonly faint: Paint;
}

const NONE: Palette = { error: String, selected: String, faint: String };

/**
 * The colours for a stream: none where `--no-color` or `NO_COLOR` says so, or where it is no terminal, unless
 * `FORCE_COLOR` asks for them. chalk knows FORCE_COLOR alone, and is loaded only where there is something to paint.
 *
 * @see https://no-color.org
 */
export async function paletteFor(
  stream: { readonly isTTY?: boolean | undefined },
  { host, globals }: Pick<Context, 'host' | 'globals'>,
): Promise<Palette> {
  const { NO_COLOR, FORCE_COLOR, TERM } = host.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  const refused = globals().color === false || Boolean(NO_COLOR) || (!forced && TERM === 'dumb');
  if (refused || !(forced || (stream.isTTY === true && FORCE_COLOR === undefined))) return NONE;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { error: chalk.red.bold, selected: chalk.green, faint: chalk.dim };
}
