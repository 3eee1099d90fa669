import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** What has the name of a configuration file is not one; `what` is what it is: `a FIFO`. */
export class OddFileError extends InvalidDataError {
  constructor(path: string, what: string) {
    super(
      `${quote(path)} is ${what}, not a configuration file`,
      'remove it, or give it another name',
    );
  }
}
