import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Where screenshots of a run of the tests are kept, to be looked at. */
const SCREENSHOTS = fileURLToPath(new URL('../../test-results/', import.meta.url));

const browsers: Browser[] = [];

afterAll(async () => {
  for (const browser of browsers) await browser.close();
});

/** An empty page of a browser that the system has. */
export async function openPage(): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  browsers.push(browser);
  return browser.newPage({ viewport: { width: 1280, height: 800 } });
}

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
