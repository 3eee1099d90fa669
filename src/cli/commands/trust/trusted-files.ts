import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

import { loadConfigurationFile } from '../../../config/explorer.ts';
import { projectFilesIn, projectFilesOf } from '../../../config/project-files.ts';
import type { Trust } from '../../../config/trust.ts';
import { createTrust } from '../../../config/trust.ts';
import { ExitCode, SubmarineError } from '../../../errors.ts';
import { escapeControls, quote } from '../../../text/quote.ts';
import { formatTable } from '../../../text/table.ts';
import { paletteFor } from '../../terminal/colour.ts';
import type { Context } from '../../context.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { toJson } from '../../options/output-options.ts';

interface FolderRequest {
  readonly folder: string;
  readonly dryRun: boolean;
}

export interface ListOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

/** Accepts the file that a folder's configuration is read from, as it is now. */
export async function acceptConfiguration(
  { folder, dryRun }: FolderRequest,
  context: Context,
): Promise<void> {
  const [first] = projectFilesIn(await realFolder(folder, context));
  if (first === undefined) {
    throw new SubmarineError(
      `there is no configuration file in ${quote(folder)}`,
      'name the folder that holds .submarinerc',
      ExitCode.notFound,
    );
  }
  const file = await loadConfigurationFile(first.path);
  if (!dryRun) await (await openTrust(context)).accept(file);
  context.io.out(escapeControls(file.path));
}

/** A file that is gone is revoked, too. */
export async function revokeConfiguration(
  { folder, dryRun }: FolderRequest,
  context: Context,
): Promise<void> {
  const trust = await openTrust(context);
  const places = projectFilesOf(await realFolder(folder, context)).map(({ path }) => path);
  const accepted = (await trust.list()).filter(({ path }) => places.includes(path));
  if (accepted.length === 0) {
    throw new SubmarineError(
      `no configuration file in ${quote(folder)} was accepted`,
      'see: submarine trust list',
      ExitCode.notFound,
    );
  }
  const paths = accepted.map(({ path }) => path);
  if (!dryRun) await trust.revoke(paths);
  for (const path of paths) context.io.out(escapeControls(path));
}

export async function listTrusted(
  { output, headers }: ListOptions,
  context: Context,
): Promise<void> {
  const { io, host } = context;
  const files = await (await openTrust(context)).list();
  if (output === 'json') io.out(toJson(files));
  else if (output === 'name') for (const { path } of files) io.out(escapeControls(path));
  else if (files.length === 0) io.note('no configuration files were accepted');
  else {
    const rows = files.map(({ path, state }) => [escapeControls(path), state]);
    const lines = await formatTable(headers ? [['PATH', 'STATE'], ...rows] : rows);
    const { faint } = await paletteFor(host.streams.stdout, context);
    lines.forEach((line, index) => io.out(headers && index === 0 ? faint(line) : line));
  }
}

async function openTrust({ folders }: Context): Promise<Trust> {
  return createTrust((await folders()).state);
}

/** Without links, as files are accepted; a folder that is gone as it is named. */
async function realFolder(folder: string, { host }: Context): Promise<string> {
  const path = resolve(host.cwd, folder);
  return realpath(path).catch(() => path);
}
