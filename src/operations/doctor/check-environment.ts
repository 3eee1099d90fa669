import type { Call, SubmarineEvent } from '../events.ts';
import { findChosenName } from '../environments/choose-environment.ts';
import { showRun } from '../runs/start-run.ts';
import type { Submarine } from '../submarine.ts';
import type { Finding } from './finding.ts';
import { ok, problem } from './finding.ts';

/** Whether the image and the kernel of the chosen environment are here; nothing is fetched or started. */
export async function checkEnvironment(
  submarine: Submarine,
  engine: string | undefined,
  call: Call,
): Promise<readonly Finding[]> {
  const chosen = await findChosenName(submarine);
  // That it is not there, or not valid, is told of the selection.
  const document = chosen && (await submarine.store.get(chosen.name).catch(() => undefined));
  if (document === undefined) return [];
  const { environment } = document;
  const image = environment['docker-image'];
  const codes = new Set<string>();
  let answers = true;
  const on = (event: SubmarineEvent): void => {
    if (event.type !== 'warning') return;
    codes.add(event.code);
    if (event.code === 'image-unknown') answers = event.engineAnswers;
  };
  const request = {
    environment: environment.name,
    engine,
    code: false,
    command: ['true'],
  } as const;
  await showRun(submarine, request, { ...call, on });
  // That it does not is told of the engine.
  if (!answers) return [];
  const data = { environment: environment.name, image };
  return [
    codes.has('image-unknown')
      ? problem('image', 'warn', {
          code: 'image-not-fetched',
          message: `${image} is not here: the first run fetches it`,
          data,
        })
      : ok('image', `${image} is here`, data),
    ...(environment.kernel === undefined
      ? []
      : [kernelFinding(codes, environment.kernel.name, data)]),
  ];
}

function kernelFinding(codes: ReadonlySet<string>, kernel: string, data: Finding['data']): Finding {
  if (codes.has('image-unknown'))
    return ok('kernel', `${kernel}: known when the image is here`, data);
  return codes.has('kernel-not-built')
    ? problem('kernel', 'warn', {
        code: 'kernel-to-build',
        message: `${kernel} is not built: the first run builds it`,
        data,
      })
    : ok('kernel', `${kernel} is there`, data);
}
