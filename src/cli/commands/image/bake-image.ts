import type { Engine } from '../../../engines/engine.ts';
import { imageRepository, refuseImageReference } from '../../../environment/image-reference.ts';
import { UsageError } from '../../../errors.ts';
import { findDigest } from '../../../launch/bake-labels.ts';
import { planBake } from '../../../launch/bake-plan.ts';
import type { ImageBuild } from '../../../launch/image-build.ts';
import { excerpt } from '../../../text/excerpt.ts';
import { quote, shellQuote } from '../../../text/quote.ts';
import { chosenEnvironment } from '../../chosen-environment.ts';
import type { Context } from '../../context.ts';
import { gatherFacts } from '../../launch-facts.ts';
import type { LaunchOptions } from '../../options/launch-options.ts';
import { toLaunchRequest } from '../../options/to-launch-request.ts';

export interface BakeOptions extends Pick<
  LaunchOptions,
  'pull' | 'frozen' | 'engine' | 'engineArg'
> {
  readonly tag: string;
  readonly push?: true;
  readonly dryRun?: true;
}

/**
 * Makes an image of an environment and prints its name; of one that was pushed, the name with its digest.
 *
 * @throws UsageError when the image cannot have that name
 * @throws InvalidDataError when there is no kernel to build
 */
export async function bake(name: string, options: BakeOptions, context: Context): Promise<void> {
  const { tag, push = false, dryRun = false } = options;
  refuseTag(tag);
  const { environment } = await chosenEnvironment(name, context);
  if (environment['docker-image'] === tag) {
    throw new UsageError(
      `${quote(tag)} is the image that the environment stands on`,
      'choose another name, so that it can be baked again',
    );
  }
  const engine = await context.engine(options.engine);
  const request = toLaunchRequest(
    { kind: 'build', command: ['true'], code: false },
    { ...options, lock: true },
    {},
    { cwd: context.host.cwd, verbose: context.globals().verbose === true },
  );
  const target = { environment, engine, options, dryRun };
  const facts = await gatherFacts(request, target, context);
  const { engineArg: engineArguments = [] } = options;
  const build = planBake(environment, facts, { tag, engineArguments });
  if (facts.lockedSpecification === undefined) await recommendLock(name, context);
  if (dryRun) return print(build, engine, push, context);
  if (request.verbose) context.io.note(`+ ${engine.renderBuild(build)}`);
  await engine.buildImage(build);
  context.io.out(push ? await pushed(tag, engine) : tag);
}

function refuseTag(tag: string): void {
  const refusal = refuseImageReference(tag);
  if (refusal !== undefined) throw new UsageError(refusal.message, refusal.remedy);
  if (tag.includes('@')) {
    throw new UsageError(
      `${excerpt(tag)} names an image by its digest, which a new image gets from its registry`,
      'write a name with a tag: registry.example/ml/demo:1',
    );
  }
}

/** A lock that is there and cannot be used has been told of. */
async function recommendLock(name: string, context: Context): Promise<void> {
  const store = await context.store();
  if ((await store.findLock(name)) !== undefined) return;
  context.io.note(
    `submarine: ${quote(name)} has no lock, so the same line can make another image tomorrow`,
  );
  context.io.note(`  lock it first: submarine env lock ${shellQuote(name)}`);
}

async function pushed(tag: string, engine: Engine): Promise<string> {
  await engine.pushImage(tag);
  const image = await engine.findImage(tag);
  const digest = findDigest(tag, image?.digests ?? []);
  return digest === undefined ? tag : `${imageRepository(tag)}@${digest}`;
}

/** What is done, as the builder's own file with its command lines for comments. */
function print(build: ImageBuild, engine: Engine, push: boolean, { io }: Context): void {
  io.write(build.dockerfile);
  io.out('');
  io.out(`# ${engine.renderBuild(build)}`);
  if (push) io.out(`# docker push ${build.tag}`);
}
