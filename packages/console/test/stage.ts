import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { chromium } from '@playwright/test';
import type { Hub, HubParts } from '@parley/hub';
import { settingsOf, startHub } from '@parley/hub';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHROMIUM = {
  executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A document that a test has rewritten counts as one from elsewhere, which may not reach loopback.
    '--disable-features=LocalNetworkAccessChecks',
  ],
};
const WAIT_MS = 15_000;

/** What the hub allows today, without the inline styles that the console does not need. */
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** In a process of its own: the test runner's NODE_ENV would make it a build for developers. */
async function buildConsole(directory: string): Promise<void> {
  const vite = path.join(
    path.dirname(fileURLToPath(import.meta.resolve('vite/package.json'))),
    'bin',
    'vite.js',
  );
  const options = ['build', '--logLevel', 'error', '--outDir', directory, '--emptyOutDir'];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, ...options], { cwd: ROOT, env });
}

/** A freshly built console on a hub of its own, and a browser with as many people as a test wants. */
export class Stage {
  readonly #scratch: string;
  readonly #browser: Browser;
  readonly #settings: Record<string, unknown>;
  #hub: Hub;
  /** What the pages complained about: errors of their own, and whatever the policy refused. */
  readonly complaints: string[] = [];

  private constructor(scratch: string, browser: Browser, settings: Record<string, unknown>, hub: Hub) {
    this.#scratch = scratch;
    this.#browser = browser;
    this.#settings = settings;
    this.#hub = hub;
  }

  static async open(more: Record<string, unknown> = { open: true }, parts: HubParts = {}): Promise<Stage> {
    const scratch = await mkdtemp(path.join(tmpdir(), 'parley-console-'));
    try {
      const built = path.join(scratch, 'dist');
      await buildConsole(built);
      const settings = {
        host: '127.0.0.1',
        port: 0,
        // A test that restarts the hub asks for `sqlite`.
        log: 'memory',
        data: path.join(scratch, 'data'),
        console: built,
        logLevel: 'silent',
        ...more,
      };
      const hub = await startHub(settingsOf(settings), parts);
      return new Stage(scratch, await chromium.launch(CHROMIUM), settings, hub);
    } catch (error) {
      await rm(scratch, { recursive: true, force: true });
      throw error;
    }
  }

  get hub(): Hub {
    return this.#hub;
  }

  get url(): string {
    return this.#hub.url;
  }

  /** Somebody with a browser of their own. Every page is served under a policy stricter than the hub's. */
  async person(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...options,
    });
    context.setDefaultTimeout(WAIT_MS);
    await context.route(`${this.url}/**`, async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const response = await route.fetch();
      const headers = { ...response.headers(), 'content-security-policy': STRICT_POLICY };
      return route.fulfill({ response, headers });
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.complaints.push(message.text());
    });
    return page;
  }

  /** Comes to the lobby, gives a name, and creates a conversation: answers its address. */
  async creates(page: Page, name: string, title: string): Promise<string> {
    await page.goto(this.url);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'New conversation' }).first().click();
    await page.getByLabel('What is it about?').fill(title);
    await page.getByRole('button', { name: 'Create and join' }).click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    return page.url();
  }

  /** Follows an address into a conversation. */
  async joins(page: Page, address: string, name: string): Promise<void> {
    await page.goto(address);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('region', { name: 'The floor', exact: true }).waitFor();
  }

  /** The hub goes, and with `port` comes back on the same address with the same log. */
  async stopHub(): Promise<number> {
    const { port } = this.#hub;
    await this.#hub.stop();
    return port;
  }

  async startHubAgain(port: number): Promise<void> {
    this.#hub = await startHub(settingsOf({ ...this.#settings, port }));
  }

  async close(): Promise<void> {
    try {
      await this.#browser.close();
      await this.#hub.stop();
    } finally {
      await rm(this.#scratch, { recursive: true, force: true });
    }
  }
}

/** An utterance in the transcript. */
export const line = (page: Page, text: string | RegExp) =>
  page.getByRole('article').filter({ hasText: text });
/** What stands in the bar about the floor. */
export const floor = (page: Page) => page.getByRole('region', { name: 'The floor', exact: true });
export const composer = (page: Page) => page.getByLabel('What you want to say');
