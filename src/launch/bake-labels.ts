import type { Environment, Kernel } from '../environment/environment.ts';
import { imageRepository } from '../environment/image-reference.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import type { ImageFacts, LaunchFacts } from './launch-request.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The digests of the kernel that an image holds, and of what the profile said of it. No container has these labels, so
 * `docker commit` gives them to no image that holds no kernel.
 */
const BAKED = 'submarine.baked';
const SPECIFICATION = 'submarine.specification';

const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * The labels of an image into which the kernel of an environment is baked.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function bakeLabels(
  { name, 'docker-image': reference }: Environment,
  kernel: Kernel,
  digest: string,
  { image, imageName }: Pick<LaunchFacts, 'image' | 'imageName'>,
): Labels {
  const baseDigest =
    /@(sha256:[0-9a-f]{64})$/.exec(imageName)?.[1] ?? findDigest(reference, image?.digests ?? []);
  // One that the image below has of its own base would be wrong.
  const saysDigest = baseDigest !== undefined || image?.labels[BASE_DIGEST] !== undefined;
  return {
    'submarine.env': name,
    'submarine.kernel': kernel.name,
    'submarine.digest': digest,
    [BAKED]: digest,
    [SPECIFICATION]: kernelDigest(kernelSpecification(kernel)),
    [BASE_NAME]: reference,
    ...(saysDigest ? { [BASE_DIGEST]: baseDigest ?? '' } : {}),
  };
}

/**
 * The digest of the kernel that an image holds, where that is the one which is asked for: the same packages, or, where
 * no lock says which, the same profile. Undefined when it must be built.
 */
export function findBakedDigest(
  digest: string,
  image: Pick<ImageFacts, 'labels'> | undefined,
): string | undefined {
  const { [BAKED]: baked, [SPECIFICATION]: specification } = image?.labels ?? {};
  return digest === baked || digest === specification ? baked : undefined;
}

/**
 * What a registry knows an image by.
 *
 * @param digests - as `ImageFacts` has them
 * @returns `sha256:…`; undefined where the image was neither fetched from the registry of the reference nor pushed there
 */
export function findDigest(reference: string, digests: readonly string[]): string | undefined {
  const beginning = `${imageRepository(reference)}@`;
  return digests.find((digest) => digest.startsWith(beginning))?.slice(beginning.length);
}
