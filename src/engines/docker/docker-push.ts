import { ExitCode, SubmarineError } from '../../errors.ts';
import type { DockerOptions } from './docker-options.ts';
import { explain } from './docker-messages.ts';
import { talkToDocker } from './docker-talk.ts';

/**
 * Hands an image to the registry of its name, with progress on a terminal.
 *
 * @throws SubmarineError with exit code 125 when the registry does not take it
 */
export async function pushImage(image: string, { env, streams }: DockerOptions): Promise<void> {
  const { exitCode, stderr } = await talkToDocker(['push', image], {
    env,
    stdout: streams.stderr.isTTY === true ? streams.stderr.fd : 'ignore',
  });
  if (exitCode !== 0) throw explainPush(stderr, image);
}

/** What the client says of a push that was refused; in the words for other refusals it would be about fetching. */
export function explainPush(said: string, image: string): SubmarineError {
  if (!/denied|unauthorized|no basic auth credentials/i.test(said)) {
    const { message, hint, exitCode, cause } = explain(said, image);
    const mended =
      exitCode === ExitCode.engineRefused
        ? `check the network and the name; the image is here, so hand it over by: docker push ${image}`
        : hint;
    return new SubmarineError(message, mended, exitCode, { cause });
  }
  const host = /^([^/]*[.:][^/]*|localhost)\//.exec(image)?.[1];
  return new SubmarineError(
    `the registry does not take the image ${image}: you may not write there`,
    `log in: docker login${host === undefined ? '' : ` ${host}`}, or choose a name of your own`,
    ExitCode.engineRefused,
    { cause: new Error(said) },
  );
}
