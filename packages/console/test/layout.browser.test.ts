import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { DESK, isAccessible, overflow, PHONE, resized, violations } from './axe.ts';
import { partReached } from '../src/room/part-tabs.tsx';
import { Company } from './company.ts';
import { composer, floor, line, Stage } from './stage.ts';

/** Two columns: the talk, and tabs beside it. */
const TABLET = { width: 900, height: 800 };
const SIZES = [PHONE, TABLET, DESK];

let stage: Stage;
let company: Company;
let ana: Page;
beforeAll(async () => {
  stage = await Stage.open();
  company = await Company.meet(stage, 'Turned round', {});
  ana = company.ana;
  const robin = await company.joined('Robin');
  await robin.floor.request();
  for (let index = 1; index <= 40; index += 1) {
    const words = 'What is said takes more lines on a telephone than at a desk. '.repeat(index % 4);
    await robin.say(`Point ${index}. ${words}`, { final: false });
  }
  await stage.joins(ana, company.address, 'Ana');
  await expect(line(ana, 'Point 40.')).toBeInViewport();
});
afterAll(async () => {
  await company.part();
  await stage.close();
});

/** The first line whose upper edge is in the transcript's window. */
const firstLine = (page: Page): Promise<string | undefined> =>
  page.locator('.transcript__list').evaluate((list) => {
    const edge = list.getBoundingClientRect().top;
    const first = [...list.querySelectorAll('article')].find(
      (article) => article.getBoundingClientRect().top >= edge,
    );
    return first?.dataset['seq'];
  });

const selection = (page: Page): Promise<readonly number[]> =>
  composer(page).evaluate((field: HTMLTextAreaElement) => [field.selectionStart, field.selectionEnd]);

describe('when the window changes its size', () => {
  it('what one writes keeps the focus, the text and the caret', async () => {
    await composer(ana).fill('Half a thought');
    await composer(ana).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(5, 9));
    for (const size of SIZES) {
      await resized(ana, size);
      await expect(composer(ana)).toBeFocused();
      await expect(composer(ana)).toHaveValue('Half a thought');
      expect(await selection(ana)).toEqual([5, 9]);
    }
  });

  it('one still reads where one has scrolled to, also after a look at another part', async () => {
    await line(ana, 'Point 40.').hover();
    await ana.mouse.wheel(0, -1500);
    await expect(ana.getByRole('button', { name: 'To the end' })).toBeVisible();
    await expect.poll(() => firstLine(ana)).toBeDefined();
    const reading = ana.locator(`article[data-seq="${await firstLine(ana)}"]`);
    for (const size of SIZES) {
      await resized(ana, size);
      await expect(reading).toBeInViewport();
    }
    await resized(ana, PHONE);
    await ana.getByRole('tab', { name: 'Context' }).click();
    await expect(reading).not.toBeInViewport();
    await ana.getByRole('tab', { name: 'Conversation' }).click();
    await expect(reading).toBeInViewport();
    await resized(ana, DESK);
  });

  it('a part that has the focus is the one that is shown, and what was written there stays', async () => {
    await ana.getByRole('button', { name: 'Change the topic' }).click();
    const topic = ana.getByRole('textbox', { name: 'What this is about now' });
    await topic.fill('Telephones');
    for (const size of SIZES) {
      await resized(ana, size);
      await expect(topic).toBeFocused();
      await expect(topic).toHaveValue('Telephones');
    }
  });
});

describe('[WCAG] the parts of a room', () => {
  it('are landmarks or panels, whichever the layout makes them, and axe finds nothing', async () => {
    await resized(ana, DESK);
    await expect(ana.getByRole('main', { name: 'Conversation' })).toBeVisible();
    await expect(ana.getByRole('complementary')).toHaveCount(2);
    await expect(ana.getByRole('tablist')).toHaveCount(0);
    for (const size of [TABLET, PHONE]) {
      await resized(ana, size);
      for (const tab of await ana.getByRole('tab').all()) {
        await tab.click();
        const name = (await tab.textContent()) ?? '';
        await expect(ana.getByRole('tabpanel', { name })).toBeVisible();
        await expect(ana.getByRole('tabpanel')).toHaveCount(1);
        await expect(ana.getByRole('main')).toHaveCount(1);
        expect(await violations(ana)).toEqual([]);
        expect(await overflow(ana)).toBe(0);
      }
    }
  });

  it('are reached by keyboard', async () => {
    await resized(ana, PHONE);
    const [talk, people, context] = await ana.getByRole('tab').all();
    await talk!.click();
    await ana.keyboard.press('ArrowRight');
    await expect(people!).toBeFocused();
    await expect(people!).toHaveAttribute('aria-selected', 'true');
    await ana.keyboard.press('End');
    await expect(context!).toBeFocused();
    await ana.keyboard.press('Tab');
    await expect(ana.getByRole('tabpanel', { name: 'Context' })).toBeFocused();
    await ana.keyboard.press('Shift+Tab');
    await ana.keyboard.press('ArrowRight');
    await expect(talk!).toBeFocused();
    await expect(composer(ana)).toBeVisible();
  });
});

describe('a conversation that has ended', () => {
  it('offers no floor and nothing to begin with, and says once that it is over', async () => {
    const bo = await stage.person();
    await stage.creates(bo, 'Bo', 'Over');
    await bo.getByRole('button', { name: 'Menu of this conversation' }).click();
    await bo.getByRole('menuitem', { name: /^End/ }).click();
    await bo.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await expect(bo.getByText('This conversation has ended. You can still read it.')).toBeVisible();
    await expect(bo.getByRole('heading', { name: 'Nothing was said', exact: true })).toBeVisible();
    await expect(floor(bo)).toHaveCount(0);
    await expect(composer(bo)).toHaveCount(0);
    await expect(bo.locator('.banner')).toHaveCount(1);
    await isAccessible(bo);
  });
});

describe('a key on the tabs', () => {
  it('leads on in reading direction, round at the ends, and to the first and the last', () => {
    const parts = ['talk', 'people', 'context'] as const;
    const to = (from: (typeof parts)[number], key: string, rightToLeft = false) =>
      partReached(parts, from, key, rightToLeft);
    expect([to('talk', 'ArrowRight'), to('talk', 'ArrowLeft')]).toEqual(['people', 'context']);
    expect([to('context', 'ArrowRight'), to('context', 'Home')]).toEqual(['talk', 'talk']);
    expect([to('talk', 'ArrowRight', true), to('talk', 'ArrowLeft', true)]).toEqual(['context', 'people']);
    expect([to('people', 'End'), to('people', 'a')]).toEqual(['context', undefined]);
  });
});
