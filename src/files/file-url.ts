import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The path that a `file:` URL names.
 *
 * @param folder - where a relative one, `file:environments.yaml`, starts from
 * @throws TypeError when it names no file of this machine
 */
export function fileUrlPath(url: string, folder: string): string {
  return fileURLToPath(new URL(url, pathToFileURL(`${folder}/`)));
}
