import type { Engine } from '../../engines/engine.ts';
import type { Environment } from '../../environment/environment.ts';
import {
  imageRepository,
  isSameImage,
  refuseImageReference,
} from '../../environment/image-reference.ts';
import { UsageError } from '../../errors.ts';
import { findDigest } from '../../launch/bake-labels.ts';
import type { BakedPackages } from '../../launch/bake-plan.ts';
import { planBake } from '../../launch/bake-plan.ts';
import { requireBuildable } from '../../launch/wanted-kernel.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import { excerpt } from '../../text/excerpt.ts';
import { quote } from '../../text/quote.ts';
import { requireCapability } from '../capabilities.ts';
import { chosenEnvironment } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import { tellStep, warn } from '../events.ts';
import type { KernelLaunch } from '../kernels/build/kernel-work.ts';
import { packagesOfLock, withPackagesToBake } from '../kernels/build/packages-to-bake.ts';
import type { ImageChoice } from '../runs/run-request.ts';
import { packagesNotKnown, prepareChosen } from '../runs/start-run.ts';
import { toLaunchRequest } from '../runs/to-launch-request.ts';
import type { Submarine } from '../submarine.ts';

/** An image to bake. */
export interface BakeRequest extends Omit<ImageChoice, 'platform' | 'offline'> {
  /** The name that the image gets. */
  readonly tag: string;
  /** Whether it is handed to its registry. */
  readonly push?: boolean | undefined;
}

/**
 * Makes an image in which the kernel of an environment is built already.
 *
 * @returns its name; of one that was pushed, the name with its digest
 * @throws UsageError when the image cannot have that name
 * @throws InvalidDataError when there is no kernel to build
 */
export async function bakeImage(
  submarine: Submarine,
  request: BakeRequest,
  call?: Call,
): Promise<string> {
  const { tag, push = false } = request;
  const launch = await prepareBake(submarine, request, { dryRun: false }, call);
  await withPackagesToBake(launch, (packages) => build(toBuild(launch, packages, request), launch));
  return push ? pushed(tag, launch.engine, call) : tag;
}

async function build(image: ImageBuild, { engine, request, call }: KernelLaunch): Promise<void> {
  const builder = requireCapability(engine, 'builder');
  if (request.verbose) {
    call?.on?.({ type: 'command', line: builder.show(image), replacesEntrypoint: false });
  }
  const warnings = await builder.build(image, call, (progress) =>
    tellStep(call, { step: 'building-image', image: image.tag, progress }),
  );
  for (const message of warnings) warn(call, { code: 'build', message });
}

function toBuild(
  { environment, facts, request: { watched } }: KernelLaunch,
  packages: BakedPackages,
  { tag, extras = {} }: BakeRequest,
): ImageBuild {
  return planBake(environment, facts, packages, { tag, extras, watched });
}

/** How an image would be made. */
export interface BakePlan {
  readonly dockerfile: string;
  /** The exact commands that follow, in a folder with that Dockerfile and what it copies. */
  readonly commands: readonly string[];
}

/** What `bakeImage` would do; nothing is fetched or built, and no engine is needed. */
export async function planBakedImage(
  submarine: Submarine,
  request: BakeRequest,
  call?: Call,
): Promise<BakePlan> {
  const launch = await prepareBake(submarine, request, { dryRun: true }, call);
  const { engine } = launch;
  const image = toBuild(launch, packagesOfLock(launch), request);
  const push =
    request.push === true ? [requireCapability(engine, 'images').showPush(request.tag)] : [];
  return {
    dockerfile: image.dockerfile,
    commands: [requireCapability(engine, 'builder').show(image), ...push],
  };
}

async function prepareBake(
  submarine: Submarine,
  request: BakeRequest,
  { dryRun }: { readonly dryRun: boolean },
  call: Call | undefined,
): Promise<KernelLaunch> {
  const { tag, lock = 'use' } = request;
  refuseTag(tag);
  const chosen = await chosenEnvironment(submarine, request.environment, call);
  const { environment } = chosen;
  refuseOwnBase(tag, environment);
  requireBuildable(environment);
  const engine = await submarine.engine(request.engine);
  const launch = await toLaunchRequest(
    { kind: 'build' },
    { ...request, command: ['true'], code: false },
    // What the settings say of containers is nothing to an image.
    { ...submarine, settings: {} },
  );
  const show = (text: string): void => call?.on?.({ type: 'build-output', text });
  const target = { request: launch, engine, lock };
  const prepared = await prepareChosen(submarine, chosen, target, { dryRun, show }, call);
  if (prepared.facts.locked !== undefined) return prepared;
  if (chosen.recorded === undefined) await recommendLock(environment, submarine, call);
  else if (lock !== 'ignore') throw packagesNotKnown(chosen.recorded.run, 'it was not locked');
  return prepared;
}

function refuseTag(tag: string): void {
  const refusal = refuseImageReference(tag);
  if (refusal !== undefined) {
    throw new UsageError(refusal.message, refusal.remedy, { code: 'invalid-tag' });
  }
  if (tag.includes('@')) {
    throw new UsageError(
      `${excerpt(tag)} names an image by its digest, which a new image gets from its registry`,
      'write a name with a tag: registry.example/ml/demo:1',
      { code: 'invalid-tag' },
    );
  }
}

function refuseOwnBase(tag: string, environment: Environment): void {
  if (!isSameImage(environment['docker-image'], tag)) return;
  throw new UsageError(
    `${quote(tag)} is the base image of the environment`,
    'choose another name, so that it can be baked again',
    { code: 'tag-is-base' },
  );
}

/** A lock that is there and cannot be used has been told of. */
async function recommendLock(
  { name }: Environment,
  { store }: Submarine,
  call: Call | undefined,
): Promise<void> {
  if ((await store.findLock(name)) === undefined)
    warn(call, { code: 'no-lock', environment: name });
}

async function pushed(tag: string, engine: Engine, call: Call | undefined): Promise<string> {
  const images = requireCapability(engine, 'images');
  tellStep(call, { step: 'pushing', image: tag });
  await images.push(tag, call);
  const image = await images.find(tag, call);
  const digest = findDigest(tag, image?.digests ?? []);
  return digest === undefined ? tag : `${imageRepository(tag)}@${digest}`;
}
