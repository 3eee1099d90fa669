import type { ErrorData, ErrorFacts, ErrorKind } from '../../errors.ts';
import { errorCode, SubmarineError, UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';

interface Explanation {
  /** Tried on what the client printed, in order. */
  readonly pattern: RegExp;
  readonly code: string;
  /** `refused` where nothing else is said. */
  readonly kind?: ErrorKind;
  readonly message: (match: RegExpExecArray, image: string) => string;
  readonly data?: (match: RegExpExecArray) => ErrorData;
}

const NO_SHELL_PATTERN = /exec:? "?\/(?:submarine-bootstrap\.sh|bin\/sh)"?[^\n]*no such file/i;

/** Whether the engine says that there is no shell to run the bootstrap. */
export function isNoShell(said: string): boolean {
  return NO_SHELL_PATTERN.test(said);
}

const UNSEEN_FILE_PATTERN = /bind source path does not exist: ([^\n]*?)\.?$/m;

/** Whether the engine says that it does not see a file of this machine. */
export function isUnseenFile(said: string): boolean {
  return UNSEEN_FILE_PATTERN.test(said);
}

/** What the docker client and its daemon say when they refuse, and what it means to the person. */
const EXPLANATIONS: readonly Explanation[] = [
  // First, since a path may hold the words of any other.
  {
    pattern: UNSEEN_FILE_PATTERN,
    code: 'mount-source-missing',
    message: ([, path]) => `the engine does not see ${quote(path ?? '')} of this machine`,
    data: ([, path]) => ({ path }),
  },
  {
    pattern: /permission denied while trying to connect to the (?:docker daemon|docker API)[^\n]*/i,
    code: 'engine-not-permitted',
    kind: 'unavailable',
    message: () => 'you are not allowed to use the docker engine',
  },
  {
    pattern:
      /cannot connect to the docker daemon at ([^\s]+?)\.? |failed to connect to the docker API at ([^\s;]+)|error during connect:[^\n]*|context "[^"]*": context not found|unable to resolve docker endpoint[^\n]*/i,
    code: 'engine-unreachable',
    kind: 'unavailable',
    message: ([all, first, second]) =>
      (first ?? second)
        ? `the docker engine at ${first ?? second} does not answer`
        : `the docker engine cannot be reached: ${all}`,
  },
  {
    pattern:
      /could not select device driver|nvidia-container-cli|unresolvable CDI devices|failed to discover GPU/i,
    code: 'no-gpu-runtime',
    message: () => 'the engine has no GPU runtime',
  },
  {
    pattern:
      /pull access denied for ([^\s,]+)|(?:requested access to the resource is denied|unauthorized)/i,
    code: 'pull-denied',
    message: (_match, image) =>
      `cannot pull ${image}: it does not exist, or you are not allowed to pull it`,
  },
  {
    pattern:
      /manifest for (\S+) not found|manifest unknown|no such image|not found: does not exist/i,
    code: 'image-not-found',
    message: (_match, image) => `there is no image ${image}, here or in its registry`,
  },
  {
    pattern: /no matching manifest for (\S+)/i,
    code: 'image-not-for-platform',
    message: ([, platform], image) => `the image ${image} does not exist for ${platform}`,
  },
  {
    pattern:
      /dial tcp|no such host|i\/o timeout|TLS handshake|x509:|connection refused|net\/http|proxyconnect|http: server gave HTTP/i,
    code: 'registry-unreachable',
    message: (_match, image) => `the registry of the image ${image} cannot be reached`,
  },
  {
    pattern: /no space left on device/i,
    code: 'engine-full',
    kind: 'cannot-write',
    message: () => 'the engine has no space left',
  },
  {
    pattern: /port is already allocated|address already in use/i,
    code: 'port-taken',
    message: () => 'the port is taken by another program',
  },
  {
    pattern:
      /invalid (?:container|host)? ?port[^\n.]*|invalid publish opts format[^\n.]*|invalid proto[^\n.]*|invalid range format[^\n.]*|invalid IP address[^\n.]*|invalid hostPort[^\n.]*|invalid containerPort[^\n.]*/i,
    code: 'invalid-port',
    message: ([all]) => `the engine refused the port: ${all}`,
  },
  {
    pattern: /container name "\/?([^"]+)" is already in use/i,
    code: 'container-name-taken',
    message: ([, name]) => `a container named ${name} already exists`,
    data: ([, name]) => ({ name }),
  },
  {
    pattern: /no such container: (\S+)/i,
    code: 'container-not-found',
    kind: 'not-found',
    message: ([, container]) => `the container ${quote(container ?? '')} is gone`,
    data: ([, container]) => ({ container }),
  },
  {
    pattern: NO_SHELL_PATTERN,
    code: 'image-without-shell',
    kind: 'invalid',
    message: (_match, image) =>
      `the image ${image} has no /bin/sh, so no environment can be made in it`,
  },
  {
    pattern: /invalid argument "([^"]*)" for "([^"]*)" flag|unknown (?:shorthand )?flag: ([^\n]*)/i,
    code: 'invalid-engine-option',
    message: ([, value, flag, unknown]) =>
      unknown === undefined
        ? `the engine does not accept ${quote(value ?? '')} for ${flag}`
        : `the engine knows no option ${unknown}`,
  },
  {
    pattern: /minimum memory limit[^\n.]*|invalid size[^\n.]*|range of CPUs[^\n]*/i,
    code: 'invalid-amount',
    message: ([all]) => `the engine cannot give that: ${all}`,
  },
  {
    pattern: /requested image's platform|exec format error/i,
    code: 'image-for-another-processor',
    message: (_match, image) => `the image ${image} is for another kind of processor`,
  },
];

/**
 * What the client said, as one line of cause. What is not known is given in the client's own words.
 *
 * @param said - what the client printed on stderr
 */
export function explain(said: string, image: string): SubmarineError {
  const facts = (more: Omit<ErrorFacts, 'data' | 'cause'>, data: ErrorData = {}): ErrorFacts => ({
    ...more,
    data: { ...data, engine: 'docker', image },
    cause: new Error(said),
  });
  for (const { pattern, code, kind = 'refused', message, data } of EXPLANATIONS) {
    const match = pattern.exec(said);
    if (match === null) continue;
    return new SubmarineError(facts({ kind, code, message: message(match, image) }, data?.(match)));
  }
  const message = `the engine refused: ${inOneLine(said)}`;
  return new SubmarineError(facts({ kind: 'refused', code: 'engine-refused', message }));
}

/** What the client says of a push that was refused; in the words for other refusals it would be about fetching. */
export function explainPush(said: string, image: string): SubmarineError {
  const { kind, code, message, data, cause } = explain(said, image);
  if (/denied|unauthorized|no basic auth credentials/i.test(said)) {
    const host = /^([^/]*[.:][^/]*|localhost)\//.exec(image)?.[1];
    return new SubmarineError({
      kind: 'refused',
      code: 'push-denied',
      message: `cannot push ${image}: you are not allowed to write there`,
      data: { ...data, host },
      cause,
    });
  }
  return kind === 'refused'
    ? new SubmarineError({
        kind,
        code: 'push-failed',
        message,
        data: { ...data, why: code },
        cause,
      })
    : new SubmarineError({ kind, code, message, data, cause });
}

/** Why there is no client, or none that takes what it is given. */
export function explainMissing(cause: unknown): SubmarineError {
  const reason = errorCode(cause);
  if (reason === 'E2BIG') {
    return new UsageError('the arguments and variables are too long to hand to docker', undefined, {
      code: 'arguments-too-long',
      cause,
    });
  }
  const isAbsent = reason === 'ENOENT';
  return new SubmarineError({
    kind: 'unavailable',
    code: isAbsent ? 'engine-not-installed' : 'engine-not-startable',
    message: isAbsent
      ? 'there is no docker on this machine'
      : `docker cannot be started: ${(cause as Error | undefined)?.message ?? 'it gave no reason'}`,
    data: { engine: 'docker' },
    cause,
  });
}

/** Why what the engine was telling ends in the middle. */
export function connectionBroke(cause: unknown): SubmarineError {
  return new SubmarineError({
    kind: 'unavailable',
    code: 'engine-unreachable',
    message: 'the connection to the docker engine broke',
    cause,
  });
}

function inOneLine(said: string): string {
  const lines = said
    .split('\n')
    .map((line) =>
      line
        .replace(/^docker: (Error response from daemon: )?/, '')
        .replace(/^Error response from daemon: /, '')
        .trim(),
    )
    .filter((line) => line !== '' && !/^(Run|See) 'docker/.test(line));
  return lines.join(' ') || 'it gave no reason';
}
