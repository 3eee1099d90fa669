import type { Remedy } from './remedy.ts';
import { text } from './remedy.ts';

/** What engines refuse, by the codes of errors. */
export const ENGINE_REMEDIES: Readonly<Record<string, Remedy>> = {
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
    `choose another --name, or see whose it is: docker ps --all --filter name=${text(name)}`,
  'run-name-taken': ({ name, status }) => {
    const isOver = status === 'finished';
    return `choose another --name, or ${isOver ? 'remove it: submarine rm' : 'end it: submarine stop'} ${text(name)}`;
  },
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
