import type { ErrorData, InvalidFileError, SubmarineError } from '../../errors.ts';
import { quote, shellQuote } from '../../text/quote.ts';
import { lockLine } from './lock-line.ts';

/** What a person can type or choose, of the facts of an error; undefined where nothing helps. */
type Remedy = string | ((data: ErrorData) => string | undefined);

const ELSEWHERE = 'keep the store in another place with --store FILE';
const ASK_OWNER = `ask the owner of the file and its folder, or ${ELSEWHERE}`;
const OTHER_FILE = 'name another file with --store FILE';

/** By the system's own code. */
const STORE_REMEDIES: Readonly<Record<string, string>> = {
  EACCES: ASK_OWNER,
  EPERM: ASK_OWNER,
  ENOSPC: `free some space, or ${ELSEWHERE}`,
  EDQUOT: `free some space, or ${ELSEWHERE}`,
  ENOTSUP: 'name a file with --store FILE',
  EISDIR: 'name a file in it with --store FILE',
  ENOTDIR: OTHER_FILE,
  EEXIST: OTHER_FILE,
  EFBIG: `raise the limit (ulimit -f), or ${ELSEWHERE}`,
  ELOOP: 'mend the links, or name another file with --store FILE',
  ENAMETOOLONG: OTHER_FILE,
};

const storeRemedy = ({ reason }: ErrorData): string => STORE_REMEDIES[text(reason)] ?? ELSEWHERE;

/** Environments, their locks and files. */
const OF_ENVIRONMENTS: Readonly<Record<string, Remedy>> = {
  'environment-not-found': ({ nearest }) =>
    nearest === undefined ? 'see: submarine env list' : `did you mean ${quote(text(nearest))}?`,
  'no-environment-named':
    'pass --env NAME, set $SUBMARINE_ENV, or select one: submarine env select NAME',
  'environment-unnamed': 'give it one: --name NAME',
  'nothing-to-add': 'for example: submarine env add --name demo --image python:3.12-slim',
  'name-taken': ({ names }) => {
    const isOne = Array.isArray(names) && names.length === 1;
    return `choose another name, or replace ${isOne ? 'it' : 'them'} with --replace`;
  },
  'file-not-readable': 'check its name and its permissions, or give - to read from stdin',
  'conda-file-without-image': ({ source, name }) => {
    const named = name === undefined ? '' : ` --name ${shellQuote(text(name))}`;
    return `type: submarine env add ${shellQuote(text(source))} --image IMAGE${named}`;
  },
  'store-not-readable': storeRemedy,
  'store-not-writable': storeRemedy,
  'selection-not-writable':
    'make the folder writable, or name the environment by --env or $SUBMARINE_ENV',
  'configuration-not-accepted': 'see: submarine trust list',
  'lock-refused': ({ name, platforms }) =>
    `lock it: ${lockLine(text(name), texts(platforms))}, or leave --frozen out`,
  'no-lock': ({ name, platforms }) => `lock it: ${lockLine(text(name), texts(platforms))}`,
  'lock-not-fresh': ({ name, platforms }) => `lock it: ${lockLine(text(name), texts(platforms))}`,
  'no-lock-to-update': ({ name }) => `lock it first: ${lockLine(text(name))}`,
  'package-not-locked': ({ nearest }) =>
    nearest === undefined
      ? 'leave --update out to lock anew'
      : `did you mean ${quote(text(nearest))}?`,
  'image-platform-unknown': 'name the platform to lock for: --platform linux-64',
  'channel-unreachable':
    'check its name and the network, or set HTTPS_PROXY; --offline takes what was fetched before',
  'channel-not-fetched': 'leave --offline out once',
  'profile-without-platform': ({ name }) =>
    `leave --platform out, or lock it: ${lockLine(text(name))}`,
  'lock-lacks-platform': ({ name, missing, held }) =>
    `it has ${texts(held).join(', ')}; lock for more: ${lockLine(text(name), [...texts(held), text(missing)])}`,
  'lock-without-md5': 'lock again, or use --format explicit',
  'several-platforms': ({ platforms }) => `say which: --platform ${texts(platforms)[0] ?? ''}`,
};

/** Single lines of files; all know the file's `source`. */
const OF_FILES: Readonly<Record<string, Remedy>> = {
  'conda-file-without-name': 'give it a name with --kernel NAME',
  'not-by-schema': 'see: submarine env schema',
  'lock-file-damaged': ({ source }) => `lock anew: ${lockLine(lockedName(text(source)))}`,
  'lock-file-newer': ({ source }) =>
    `update it, or lock anew: ${lockLine(lockedName(text(source)))}`,
};

/** The file's name has a + in front of a capital letter. */
function lockedName(source: string): string {
  return /([^/\\]+)\.yaml$/.exec(source)?.[1]?.replaceAll('+', '') ?? 'NAME';
}

/** Launches, and what they need of this machine. */
const OF_LAUNCHES: Readonly<Record<string, Remedy>> = {
  'code-is-root': 'change to a folder of your own, or pass --code DIR or --no-code',
  'no-code-to-read': 'leave out --code-read-only or --no-code',
  'code-missing': 'name another with --code DIR, or pass --no-code',
  'engine-elsewhere': 'pass --no-code and use named volumes, or put the code into the image',
  'invalid-gpus': 'write them as all, 2 or device=0,1; docker takes more by --engine-arg=--gpus=…',
  'arguments-too-long': 'put what is long into a file, and mount it: -v ./folder:/folder',
  'locked-image-missing': 'push it and lock again, or leave out --frozen and SUBMARINE_FROZEN',
  'locked-image-not-here': (data) => {
    const ofRefusal = remedyText(REMEDIES[text(data['why'])], data);
    return `${ofRefusal === undefined ? '' : `${ofRefusal}; `}to take what it is now, lock again`;
  },
  'image-not-here': ({ engine, image }) =>
    `fetch it: ${text(engine)} pull ${text(image)}, or leave --pull never and --offline out`,
  'kernel-folder-not-writable':
    'make room or give yourself access, or name another: cache: FOLDER in your configuration',
  'kernel-volume-not-prepared': ({ volume }) =>
    `look whether it has room: docker run --rm -v ${text(volume)}:/v alpine df -h /v`,
  'kernel-changed': ({ name, digest }) =>
    `see what changed: submarine kernel verify ${text(name)}; remove it, and the next start builds it: submarine kernel prune ${text(digest)}`,
  'pip-offline': ({ name }) => `lock it with the network: ${lockLine(text(name))}`,
  'bootstrap-newer': 'update submarine, or use an older image',
  'kernel-not-built-yet': ({ name }) => `build it: submarine kernel build ${text(name)}`,
  'not-downloaded': 'build it once without --offline: submarine kernel build',
  'download-changed':
    'a proxy, a mirror or the channel changed it; what the channel has now is locked by: submarine env lock',
  'download-not-found':
    'check the names under channels; what a channel has removed is locked anew by: submarine env lock',
  'no-image-for-volume': ({ engine }) =>
    `fetch the image of one of your environments: ${text(engine)} pull IMAGE`,
  'run-is-running': ({ run }) =>
    `stop it first: submarine stop ${shellQuote(text(run))}, or pass --force`,
  'run-still-running': ({ runs }) =>
    `wait on, or end it: submarine stop ${texts(runs).map(shellQuote).join(' ')}`,
  'kernel-not-repeatable': 'lock an environment before you run in it: submarine env lock NAME',
  'rerun-differs': 'bring it back, give variables by -e, or pass --allow-changes',
  'no-last-run': 'start one, for example: submarine run -- sleep 1h',
  'nothing-running': 'start one, for example: submarine run -- sleep 1h',
  'container-paused': ({ engine, container }) =>
    `let it go on: ${text(engine, 'docker')} unpause ${text(container)}`,
  'container-not-running': 'start another: submarine run',
  'container-foreign': ({ engine, container }) =>
    `use the engine's own command: ${text(engine, 'docker')} exec ${text(container)}`,
  'no-such-user': 'write numbers, for example --user 1000:1000',
  'no-such-folder': 'name one that is in the container by --workdir',
  'container-without-bootstrap': ({ engine, container }) =>
    `use the engine's own command: ${text(engine)} exec ${text(container)}`,
  'exec-refused': ({ engine, container }) =>
    `see what it says: ${text(engine)} exec ${text(container)} true`,
  'out-of-memory': ({ memory }) =>
    memory === undefined
      ? 'the machine of the engine has no more: let the command work on less at once'
      : 'give it more by --memory, or let it work on less at once',
};

/** What the engines refuse. */
const OF_ENGINES: Readonly<Record<string, Remedy>> = {
  'engine-not-permitted': 'join its group: sudo usermod -aG docker "$USER", then log in again',
  'engine-unreachable':
    'start it (sudo systemctl start docker, or Docker Desktop), or set DOCKER_HOST to one that runs',
  'engine-not-installed':
    'install it: https://docs.docker.com/engine/install/, then see: docker version',
  'engine-not-startable': 'see: docker version',
  'client-killed': 'run it again',
  'input-broken': 'see what writes it, and run it again',
  'no-gpu-runtime': 'install the NVIDIA Container Toolkit on its machine, or leave --gpus out',
  'pull-denied': 'check the name in the environment, or log in: docker login',
  'image-not-found': 'check the name in the environment, or build the image first',
  'image-not-for-platform': 'choose one that it exists for: --platform linux/amd64',
  'registry-unreachable':
    'check the network and the name, or use an image that is here: docker image ls',
  'engine-full': 'free space: docker system prune',
  'port-taken':
    'publish another one, for example -p 127.0.0.1:8081:8080, or stop the other program',
  'invalid-port': 'write it as -p 8080:8080 or -p 127.0.0.1:8080:8080',
  'mount-source-missing':
    'run it again; an engine on another machine works with --no-code and named volumes',
  'container-name-taken': ({ name }) =>
    `choose another --name, or remove it: docker rm -f ${text(name)}`,
  'image-without-shell': 'use an image with a shell, for example one based on debian or alpine',
  'invalid-engine-option': 'see: docker run --help',
  'invalid-amount': 'choose another --memory, --cpus or --shm-size',
  'image-for-another-processor':
    'choose an image for this one, or install emulation (qemu-user-static)',
  'engine-refused': 'run it again with --verbose to see the whole command',
  'push-denied': ({ host }) =>
    `log in: docker login${host === undefined ? '' : ` ${text(host)}`}, or choose a name of your own`,
  'push-failed': ({ image }) =>
    `check the network and the name; the image is built, so push it again: docker push ${text(image)}`,
};

const REMEDIES: Readonly<Record<string, Remedy>> = {
  ...OF_ENVIRONMENTS,
  ...OF_FILES,
  ...OF_LAUNCHES,
  ...OF_ENGINES,
};

/** What a person can do about an error: as the command line has it, else as the error says itself. */
export function remedyFor({ code, data, remedy }: SubmarineError): string | undefined {
  return remedyText(REMEDIES[code], data) ?? remedy;
}

/** What is wrong in a file, a line for each problem. */
export function fileLines({ source, problems }: InvalidFileError): string {
  return problems
    .map(({ line, column, message, remedy, code = '' }) => {
      const words = remedyText(REMEDIES[code], { source }) ?? remedy;
      return `${source}:${line}:${column}: ${message}: ${words}`;
    })
    .join('\n');
}

function remedyText(remedy: Remedy | undefined, data: ErrorData): string | undefined {
  return typeof remedy === 'function' ? remedy(data) : remedy;
}

function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
