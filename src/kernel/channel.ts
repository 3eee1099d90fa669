import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import { refuseCredentials } from './credentials.ts';

const NAME = /^[A-Za-z0-9_][\w.+-]*(?:\/[\w.+-]+)*\/?$/;
const ADDRESS = /^(?:https?|file|s3|oci|ftp):\/\/[^\s,"'<>{}]+$/;

/**
 * Says why a text is not a conda channel: a name (`conda-forge`, `numba/label/dev`, `pkgs/main`), or an address.
 * `defaults` and `nodefaults` are names; a `file://` channel is one that lies in the image.
 */
export function refuseChannel(text: string): Refusal | undefined {
  const refused = refuseCredentials(text);
  if (refused !== undefined || NAME.test(text) || ADDRESS.test(text)) return refused;
  const message = `${excerpt(text)} is not a valid channel`;
  if (/^(?:[.~/\\]|[A-Za-z]:[\\/])/.test(text)) {
    return {
      message,
      remedy: "a folder of one's own is not in the image; write file:// if this one is",
    };
  }
  if (text === '')
    return { message: 'a channel is empty', remedy: 'write a name or remove the line' };
  return { message, remedy: 'write a name such as conda-forge, or the address of a channel' };
}
