import { ExitCode, SubmarineError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';

interface Explanation {
  /** Tried on what the client printed, in order. */
  readonly pattern: RegExp;
  readonly exitCode: number;
  readonly message: (match: RegExpExecArray, image: string) => string;
  readonly hint: string;
}

/** Of an image without a shell, where the engine's own words cannot be had. */
export const NO_SHELL = 'exec /bin/sh: no such file';
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
  {
    pattern: /permission denied while trying to connect to the (?:docker daemon|docker API)[^\n]*/i,
    exitCode: ExitCode.engineUnavailable,
    message: () => 'you may not use the docker engine',
    hint: 'join its group: sudo usermod -aG docker "$USER", then log in again',
  },
  {
    pattern:
      /cannot connect to the docker daemon at ([^\s]+?)\.? |failed to connect to the docker API at ([^\s;]+)|error during connect:[^\n]*|context "[^"]*": context not found|unable to resolve docker endpoint[^\n]*/i,
    exitCode: ExitCode.engineUnavailable,
    message: ([all, first, second]) =>
      (first ?? second)
        ? `the docker engine at ${first ?? second} does not answer`
        : `the docker engine cannot be reached: ${all}`,
    hint: 'start it (sudo systemctl start docker, or Docker Desktop), or set DOCKER_HOST to one that runs',
  },
  {
    pattern:
      /could not select device driver|nvidia-container-cli|unresolvable CDI devices|failed to discover GPU/i,
    exitCode: ExitCode.engineRefused,
    message: () => 'the engine has no GPU runtime',
    hint: 'install the NVIDIA Container Toolkit on its machine, or leave --gpus out',
  },
  {
    pattern:
      /pull access denied for ([^\s,]+)|(?:requested access to the resource is denied|unauthorized)/i,
    exitCode: ExitCode.engineRefused,
    message: (_match, image) =>
      `the registry does not give out the image ${image}: it does not exist there, or you may not have it`,
    hint: 'check the name in the environment, or log in: docker login',
  },
  {
    pattern:
      /manifest for (\S+) not found|manifest unknown|no such image|not found: does not exist/i,
    exitCode: ExitCode.engineRefused,
    message: (_match, image) => `there is no image ${image}, here or in its registry`,
    hint: 'check the name in the environment, or build the image first',
  },
  {
    pattern: /no matching manifest for (\S+)/i,
    exitCode: ExitCode.engineRefused,
    message: ([, platform], image) => `the image ${image} does not exist for ${platform}`,
    hint: 'choose one that it exists for: --platform linux/amd64',
  },
  {
    pattern:
      /dial tcp|no such host|i\/o timeout|TLS handshake|x509:|connection refused|net\/http|proxyconnect|http: server gave HTTP/i,
    exitCode: ExitCode.engineRefused,
    message: (_match, image) => `the registry of the image ${image} cannot be reached`,
    hint: 'check the network and the name, or use an image that is here: docker image ls',
  },
  {
    pattern: /no space left on device/i,
    exitCode: ExitCode.cannotWrite,
    message: () => 'the engine has no room left',
    hint: 'remove what nobody uses: docker system prune',
  },
  {
    pattern: /port is already allocated|address already in use/i,
    exitCode: ExitCode.engineRefused,
    message: () => 'the port is taken by another program',
    hint: 'publish another one, for example -p 127.0.0.1:8081:8080, or stop the other program',
  },
  {
    pattern:
      /invalid (?:container|host)? ?port[^\n.]*|invalid publish opts format[^\n.]*|invalid proto[^\n.]*|invalid range format[^\n.]*|invalid IP address[^\n.]*|invalid hostPort[^\n.]*|invalid containerPort[^\n.]*/i,
    exitCode: ExitCode.engineRefused,
    message: ([all]) => `that is no port: ${all}`,
    hint: 'write it as -p 8080:8080 or -p 127.0.0.1:8080:8080',
  },
  {
    pattern: UNSEEN_FILE_PATTERN,
    exitCode: ExitCode.engineRefused,
    message: ([, path]) => `the engine does not see ${quote(path ?? '')} of this machine`,
    hint: 'run it again; an engine on another machine works with --no-code and named volumes',
  },
  {
    pattern: /container name "\/?([^"]+)" is already in use/i,
    exitCode: ExitCode.engineRefused,
    message: ([, name]) => `there is a container of the name ${name} already`,
    hint: 'choose another --name, or remove it: docker rm -f NAME',
  },
  {
    pattern: NO_SHELL_PATTERN,
    exitCode: ExitCode.invalidData,
    message: (_match, image) =>
      `the image ${image} has no /bin/sh, so no environment can be made in it`,
    hint: 'use an image with a shell, for example one based on debian or alpine',
  },
  {
    pattern: /invalid argument "([^"]*)" for "([^"]*)" flag|unknown (?:shorthand )?flag: ([^\n]*)/i,
    exitCode: ExitCode.engineRefused,
    message: ([, value, flag, unknown]) =>
      unknown === undefined
        ? `the engine does not take ${quote(value ?? '')} for ${flag}`
        : `the engine knows no option ${unknown}`,
    hint: 'see: docker run --help',
  },
  {
    pattern: /minimum memory limit[^\n.]*|invalid size[^\n.]*|range of CPUs[^\n.]*/i,
    exitCode: ExitCode.engineRefused,
    message: ([all]) => `the engine cannot give that: ${all}`,
    hint: 'choose another --memory, --cpus or --shm-size',
  },
  {
    pattern: /requested image's platform|exec format error/i,
    exitCode: ExitCode.engineRefused,
    message: (_match, image) => `the image ${image} is for another kind of processor`,
    hint: 'choose an image for this one, or install emulation (qemu-user-static)',
  },
];

/**
 * What the client said, as one line of cause and one of remedy. What is not known is given in the client's own words.
 *
 * @param said - what the client printed on stderr
 */
export function explain(said: string, image: string): SubmarineError {
  for (const { pattern, exitCode, message, hint } of EXPLANATIONS) {
    const match = pattern.exec(said);
    if (match !== null)
      return new SubmarineError(message(match, image), hint, exitCode, { cause: new Error(said) });
  }
  return new SubmarineError(
    `the engine refused: ${inOneLine(said)}`,
    'run it again with --verbose to see the whole command',
    ExitCode.engineRefused,
    { cause: new Error(said) },
  );
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
