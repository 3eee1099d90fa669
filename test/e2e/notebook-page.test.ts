import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { images } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import { keepScreenshot, openPage } from '../support/browser.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const PREFIX = '/opt/conda/envs/languages';

let user: User;

beforeAll(async () => {
  user = await newUser();
  const kernel = ['--image', images.languages, '--kernel', 'languages'];
  await user.run(['env', 'add', '--name', 'page', ...kernel]);
  await writeFile(join(user.project, 'python.ipynb'), notebookOf('python3', 'python'));
  await writeFile(join(user.project, 'bash.ipynb'), notebookOf('bash', 'bash'));
});

afterAll(async () => {
  await user.run(['rm', '--force', '@last']);
});

function notebookOf(name: string, language: string): string {
  const metadata = { kernelspec: { name, language, display_name: name } };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [] });
}

test('JupyterLab in a browser runs two languages and a terminal in the kernel', async () => {
  const opened = await user.run(['notebook', '--env', 'page', '--detach', '--no-browser']);
  expect(opened.stderr).toBe('');
  const url = new URL(opened.stdout.trim());
  const page = await openPage();
  await page.goto(url.href);
  await page.getByText('python.ipynb').waitFor();

  // Nobody is asked about news.
  expect(await page.getByText('Jupyter news').count()).toBe(0);
  await page.getByText('python.ipynb').dblclick();
  await runCell(page, 'import sys; print("in", sys.prefix)', `in ${PREFIX}`);
  // Python goes by the name of the environment.
  expect(await page.getByRole('button', { name: 'page' }).count()).toBeGreaterThan(0);
  await restart(page);
  await runCell(page, 'print("again", "sys" in globals())', 'again False');
  await keepScreenshot(page, 'notebook-python');

  await page.getByText('bash.ipynb').first().dblclick();
  await runCell(page, 'echo "in $CONDA_PREFIX"; which python', `${PREFIX}/bin/python`);
  await keepScreenshot(page, 'notebook-bash');

  await typeInTerminal(page, '(which python; pip --version) | tee shown.txt');
  const shown = (): string => readIfThere(join(user.project, 'shown.txt'));
  await poll(() => shown().includes('pip '));
  expect(shown()).toMatch(new RegExp(`^${PREFIX}/bin/python\npip .* from ${PREFIX}/lib/`));
  await keepScreenshot(page, 'notebook-terminal');

  expect((await user.run(['notebook', 'stop', '@last'])).code).toBe(0);
  await page.getByText('Server Connection Error').first().waitFor();
  await page.close();
});

test('what was typed and set stays for the next notebook of the environment', async () => {
  const homes = join(user.home, '.local/share/submarine/homes');
  const [ofStore = ''] = await readdir(homes);
  const home = join(homes, ofStore, 'page');
  // SQLite writes texts as they are.
  expect(await readFile(join(home, 'ipython/history.sqlite'), 'latin1')).toContain('sys.prefix');
  expect(await readdir(join(home, 'jupyterlab/workspaces/project'))).toHaveLength(1);
  expect((await readdir(home)).toSorted()).toEqual(['cache', 'ipython', 'jupyterlab']);

  const opened = await user.run(['notebook', '--env', 'page', '--detach', '--no-browser']);
  const page = await openPage();
  await page.goto(opened.stdout.trim());
  // The layout is that of before.
  await page.getByRole('tab', { name: 'python.ipynb' }).waitFor();
  await user.run(['notebook', 'stop', '@last']);
});

/** Types a cell into the notebook that is open, and runs it. */
async function runCell(page: Page, code: string, output: string): Promise<void> {
  const notebook = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  await notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  const cell = notebook.locator('.jp-CodeCell').last();
  await cell.locator('.cm-content').click();
  // At once, so that the editor closes no bracket by itself.
  await page.keyboard.insertText(code);
  await cell.locator('.cm-content').getByText(code.slice(0, 4)).first().waitFor();
  // A kernel that has just come loses what it is asked while its channels open; a cell can be run again.
  const shown = notebook.locator('.jp-OutputArea-output').getByText(output).first();
  await poll(
    async () => {
      await cell.locator('.cm-content').click();
      await page.keyboard.press('Control+Enter');
      return shown.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    },
    () => `no ${output}`,
  );
  await notebook.locator('[data-jp-item-name="insert"]').click();
}

async function restart(page: Page): Promise<void> {
  await page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) [data-jp-item-name="restart"]').click();
  await page.locator('.jp-Dialog .jp-mod-accept').click();
}

/** Types a line into a new terminal of the page, which draws what is printed. */
async function typeInTerminal(page: Page, line: string): Promise<void> {
  await page.getByRole('tab', { name: 'Launcher' }).click();
  await page.locator('.jp-LauncherCard').getByText('Terminal').click();
  await page.locator('.jp-Terminal').click();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
