import type { ErrorData, InvalidFileError, SubmarineError } from '../../errors.ts';
import { problemLines } from '../../errors.ts';
import { quote, shellQuote } from '../../text/quote.ts';
import { addLine } from './add-line.ts';
import { ENGINE_REMEDIES } from './engine-remedies.ts';
import { FOREIGN_REMEDIES } from './foreign-remedies.ts';
import { lockLine } from './lock-line.ts';
import type { Remedy } from './remedy.ts';
import { text, texts } from './remedy.ts';

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
  'experiment-not-found': ({ nearest }) =>
    nearest === undefined
      ? 'see: submarine experiment list'
      : `did you mean ${quote(text(nearest))}?`,
  'invalid-parameters': ({ experiment }) =>
    `see: submarine experiment show ${shellQuote(text(experiment))} --parameters`,
  'experiment-leaves-project': ({ project }) =>
    `name a folder by --code DIR and --results DIR, or accept the project: submarine trust ${shellQuote(text(project))}`,
  'experiment-code-relative':
    'name a folder by --code DIR, write an absolute one, or keep the store beside the code: --store FILE',
  'other-kind-of-document': ({ source, kind }) => `type: ${addLine(text(kind), text(source))}`,
  'no-environment-named':
    'pass --env NAME, set $SUBMARINE_ENV, or select one: submarine env select NAME',
  'environment-unnamed': 'give it one: --name NAME',
  'nothing-to-add': 'for example: submarine env add --name demo --image python:3.12-slim',
  'name-taken': ({ names }) => {
    const isOne = Array.isArray(names) && names.length === 1;
    return `choose another name, or replace ${isOne ? 'it' : 'them'} with --replace`;
  },
  'file-not-readable': 'check its name and its permissions, or give - to read from stdin',
  'foreign-file': ({ source, kind }) => FOREIGN_REMEDIES[text(kind)]?.(shellQuote(text(source))),
  'conda-file-without-image': ({ source, name, isUnnamed }) => {
    const given = name === undefined ? undefined : shellQuote(text(name));
    const named = given ?? (isUnnamed === true ? 'NAME' : undefined);
    const option = named === undefined ? '' : ` --name ${named}`;
    return `type: submarine env add ${shellQuote(text(source))} --image IMAGE${option}`;
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
  'code-not-folder': ({ parent }) => `name the folder that it is in: ${shellQuote(text(parent))}`,
  'home-not-made': 'name another folder with --home DIR, or pass --home none',
  'home-not-removed': ({ folders }) =>
    `remove the rest: sudo rm -rf ${texts(folders).map(shellQuote).join(' ')}`,
  'code-missing': 'name another with --code DIR, or pass --no-code',
  'engine-elsewhere': 'pass --no-code and use named volumes, or put the code into the image',
  'invalid-gpus': 'write them as all, 2 or device=0,1; docker takes more by --engine-arg=--gpus=…',
  'arguments-too-long': 'put what is long into a file, and mount it: -v ./folder:/folder',
  'run-image-gone':
    'bring it back, or take the image of that name: --allow-changes of a rerun, --no-lock of another command',
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
  'git-missing': 'install git, or name a folder by --code DIR',
  'remote-code-with-login':
    'leave it out, and have git keep it: git config --global credential.helper store',
  'code-not-fetched': 'check the address, the network, and that git can log in there by itself',
  'code-ref-not-found': 'see what there is: git ls-remote URL',
  'mount-for-engine': ({ mount }) =>
    `write it as type=bind,source=./data,target=/data, or pass it on: ${shellQuote(`--engine-arg=--mount=${text(mount)}`)}`,
  'tmpfs-for-engine': ({ tmpfs }) =>
    `write it as /scratch or /scratch:size=2g, or pass it on: ${shellQuote(`--engine-arg=--tmpfs=${text(tmpfs)}`)}`,
  'client-left': ({ run }) =>
    `follow it: submarine attach ${text(run)}, or end it: submarine stop ${text(run)}`,
  'run-is-running': ({ run }) =>
    `stop it first: submarine stop ${shellQuote(text(run))}, or pass --force`,
  'rerun-notebook': ({ run }) =>
    `open another in the same environment: submarine notebook --env run:${text(run)}`,
  'run-elsewhere': 'choose its engine by --engine, DOCKER_HOST or the docker context',
  'run-without-container': 'see: submarine runs list',
  'run-still-running': ({ runs }) =>
    `wait on, or end it: submarine stop ${texts(runs).map(shellQuote).join(' ')}`,
  'kernel-not-repeatable': 'lock an environment before you run in it: submarine env lock NAME',
  'rerun-differs': 'bring it back, give variables by -e, or pass --allow-changes',
  'no-last-run': 'start one, for example: submarine run -- sleep 1h',
  'nothing-running': 'start one, for example: submarine run -- sleep 1h',
  'container-paused': ({ engine, container }) =>
    `let it go on: ${text(engine, 'docker')} unpause ${text(container)}`,
  'container-not-running': ({ container, state }) =>
    state === 'finished'
      ? `see what it printed: submarine logs ${text(container)}, or start it again: submarine rerun ${text(container)}`
      : 'start another: submarine run',
  'run-not-found': ({ running }) =>
    `${texts(running).length === 0 ? 'none is running' : `running are: ${texts(running).join(', ')}`}; see all: submarine ps --all`,
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

/** Notebooks. */
const OF_NOTEBOOKS: Readonly<Record<string, Remedy>> = {
  'jupyter-argument-reserved': 'leave it out; its port is chosen by --port',
  'notebook-port-published': 'choose its port by --port 8899, and leave out --publish',
  'port-not-published':
    'leave out --network and --engine-arg=--network, or name a network that publishes ports',
  'not-a-notebook': 'see: submarine notebook list',
  'no-notebook-running': 'open one: submarine notebook --detach',
  'notebook-address-unknown': 'see: submarine notebook list',
  'not-a-notebook-file': 'leave out --param and --executed, or name one notebook: run n.ipynb',
};

/** What a look at the machine finds. */
const OF_FINDINGS: Readonly<Record<string, Remedy>> = {
  'environment-not-valid': ({ name }) =>
    name === undefined ? undefined : `see: submarine env show ${shellQuote(text(name))}`,
  'store-read-only': ELSEWHERE,
  'configuration-foreign': ({ folder }) =>
    `accept it, if you trust it: submarine trust ${shellQuote(text(folder))}`,
  'disk-nearly-full': 'see what takes room: submarine df, docker system df',
  'image-not-fetched': ({ image }) => `fetch it now: docker pull ${shellQuote(text(image))}`,
  'kernel-to-build': ({ environment }) =>
    `build it now: submarine kernel build ${shellQuote(text(environment))}`,
};

/** No code is in two of them. */
export const TABLES: readonly Readonly<Record<string, Remedy>>[] = [
  OF_ENVIRONMENTS,
  OF_FILES,
  OF_LAUNCHES,
  OF_NOTEBOOKS,
  ENGINE_REMEDIES,
  OF_FINDINGS,
];

const REMEDIES: Readonly<Record<string, Remedy>> = Object.assign({}, ...TABLES);

/** What a person can do about an error: as the command line has it, else as the error says itself. */
export function remedyFor({
  code,
  data,
  remedy,
}: Pick<SubmarineError, 'code' | 'data' | 'remedy'>): string | undefined {
  return remedyText(REMEDIES[code], data) ?? remedy;
}

/** What is wrong in a file, a line for each problem. */
export function fileLines({ source, problems }: InvalidFileError): string {
  return problemLines(
    source,
    problems,
    ({ remedy, code = '' }) => remedyText(REMEDIES[code], { source }) ?? remedy,
  );
}

function remedyText(remedy: Remedy | undefined, data: ErrorData): string | undefined {
  return typeof remedy === 'function' ? remedy(data) : remedy;
}
