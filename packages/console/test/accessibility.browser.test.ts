import { connect, http } from '@parley/client';
import type { BrowserContextOptions } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { DESK, overflow, PHONE, violations } from './axe.ts';
import { floor, line, Stage } from './stage.ts';

/** Longer than the test: Robin speaks all the while. */
const HOUR_MS = 3_600_000;

const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light, desk', { colorScheme: 'light', viewport: DESK }],
  ['dark, desk', { colorScheme: 'dark', viewport: DESK }],
  ['light, phone', { colorScheme: 'light', viewport: PHONE, hasTouch: true }],
  ['dark, phone', { colorScheme: 'dark', viewport: PHONE, hasTouch: true }],
];

let stage: Stage;
let address: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  stage = await Stage.open();
  const { id, token } = await http(stage.url).createConversation({
    title: 'A long title that does not fit on a telephone at all',
    config: {
      floor: { strategy: { kind: 'sequential', maxTurnDurationMs: HOUR_MS }, timers: { silenceMs: HOUR_MS } },
    },
  });
  address = `${stage.url}/c/${id}`;
  const connection = await connect(stage.url, { token: token ?? '' });
  stop = () => connection.close();
  const room = await connection.join(id, { kind: 'agent', displayName: 'Robin' });
  await room.setTopic('What axe looks at');
  await room.openItem({ kind: 'question', text: 'Is everything named?' });
  await room.recordDecision({ text: 'It has to be.' });
  await room.floor.request();
  await room.say('With a [link](https://example.org), `code` and a table:\n\n|a|b|\n|-|-|\n|1|2|', {
    final: false,
  });
  await room.react(room.view.seq, 'agree');
  await (await room.utter()).write('Still speaking');
});
afterAll(async () => {
  await stop();
  await stage.close();
});

describe.each(LOOKS)('[WCAG] axe finds nothing (%s)', (look, options) => {
  it('in the lobby, and where one creates a conversation', async () => {
    const page = await stage.person(options);
    await page.goto(stage.url);
    await page.getByRole('heading', { name: /A long title/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.getByRole('button', { name: 'New conversation' }).first().click();
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('What newcomers can read').first().waitFor({ state: 'attached' });
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  it('in a room, its parts and its list of shortcuts', async () => {
    const page = await stage.person(options);
    await page.goto(address);
    await page.getByLabel('Your name').waitFor();
    expect(await violations(page)).toEqual([]);
    // Who went away a moment ago still has its name (HU-3).
    await stage.joins(page, address, `Bo, ${look}`);
    await line(page, 'Still speaking').waitFor();
    await floor(page).getByRole('button', { name: 'Raise hand' }).click();
    await expect(floor(page)).toContainText('You are number');
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await violations(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Menu of this conversation' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

describe('a telephone', () => {
  it('has targets of at least 24 px and shows the floor whatever part is open', async () => {
    const page = await stage.person({ viewport: PHONE, hasTouch: true });
    await stage.joins(page, address, 'Cleo');
    await line(page, 'Still speaking').waitFor();
    for (const name of ['Conversation', /People/, 'Context']) {
      await page.getByRole('tab', { name }).click();
      await expect(floor(page)).toContainText('Robin has the floor');
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, [role="tab"]')]
          .filter((element) => element.checkVisibility() && element.clientWidth > 0)
          .map((element) => ({ name: element.textContent, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width < 24 || box.height < 24)
          .map(({ name: words }) => words),
      );
      expect(small).toEqual([]);
    }
  });

  it('can be read from right to left', async () => {
    const page = await stage.person({ viewport: PHONE });
    await stage.joins(page, address, 'Dana');
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    expect(await overflow(page)).toBe(0);
    const bar = await floor(page).locator('.ring').boundingBox();
    expect(bar?.x ?? 0).toBeGreaterThan(PHONE.width / 2);
  });
});
