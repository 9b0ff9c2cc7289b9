import { expect } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { isAccessible } from './axe.ts';
import { Company } from './company.ts';
import { composer, floor, line, Stage } from './stage.ts';

let stage: Stage;
let company: Company;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => company.part());
afterAll(() => stage.close());

const turns = () => company.ana.getByTestId('turns');
const take = () => floor(company.ana).getByRole('button', { name: 'Take the floor' }).click();

/** Ana says why, and breaks in. */
async function anaInterrupts(reason: string): Promise<void> {
  const { ana } = company;
  await floor(ana).getByRole('button', { name: 'Interrupt' }).click();
  await ana.getByLabel('Why?').fill(reason);
  await ana.getByRole('dialog').getByRole('button', { name: 'Interrupt' }).click();
}

async function meet(interruption: object): Promise<void> {
  company = await Company.meet(stage, 'Interruptions', { floor: {}, interruption });
}

describe('cooperative', () => {
  it('[IP-4] asks me for the floor and why, and hands it over when I let the other speak', async () => {
    await meet({ kind: 'cooperative', requestTimeoutMs: 60_000 });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await take();
    await robin.floor.interrupt({ reason: 'That number is old.' });
    const asked = floor(ana).getByRole('region', { name: 'Robin asks you for the floor' });
    await expect(asked).toContainText('That number is old.');
    await expect(asked.getByRole('timer')).toContainText('left');
    await expect(turns()).toContainText('Robin asks you for the floor.');
    await isAccessible(ana);
    await asked.getByRole('button', { name: 'Let Robin speak' }).click();
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect(asked).toHaveCount(0);
  });

  it('[IP-4] says that it is decided in a moment where the speaker has only just begun', async () => {
    company = await Company.meet(stage, 'Only just begun', {
      floor: { timers: { minSpeakingMs: 5_000 } },
      interruption: { kind: 'cooperative', requestTimeoutMs: 60_000 },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await anaInterrupts('');
    const asks = floor(ana);
    await expect(
      asks.getByRole('region', { name: 'You want to interrupt Robin; it is decided' }),
    ).toBeVisible();
    await expect(asks.getByRole('region', { name: 'You asked Robin for the floor' })).toBeVisible({
      timeout: 10_000,
    });
  });

  it('[IP-4] shows that I wait for the answer, and what it was', async () => {
    await meet({ kind: 'cooperative', requestTimeoutMs: 60_000 });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await anaInterrupts('A question');
    const waiting = floor(ana).getByRole('region', { name: 'You asked Robin for the floor' });
    await expect(waiting).toContainText('A question');
    await expect.poll(() => robin.view.floor.interruption.state).toBe('pending');
    const { interruption } = robin.view.floor;
    await robin.floor.answer('interruption' in interruption ? interruption.interruption : '', false);
    await expect(ana.getByText('Robin goes on; Ana has to wait')).toBeVisible();
    await expect(turns()).toContainText('Your interruption was refused.');
    await expect(floor(ana)).toContainText('You are number 1 of 1');
  });
});

describe('conversational', () => {
  it('[IP-5] shows who speaks at once side by side, and lets me give way', async () => {
    company = await Company.meet(stage, 'An overlap', {
      floor: { timers: { maxOverlapMs: 60_000 } },
      interruption: { kind: 'conversational', overlapToleranceMs: 60_000, yieldSignals: ['explicit'] },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    (await robin.utter()).write('I think that the piers');
    await line(ana, 'I think that the piers').waitFor();
    await anaInterrupts('');
    const overlap = floor(ana).getByRole('region', { name: 'You and Robin speak at once' });
    await expect(overlap.getByRole('timer')).toContainText('left');
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect(floor(ana)).toContainText('You have the floor');
    await composer(ana).fill('Which piers?');
    await composer(ana).press('Control+Shift+Enter');
    const pair = ana.getByRole('group', { name: 'Spoken at once' });
    await expect(pair.getByRole('article')).toHaveCount(2);
    await expect(pair).toContainText('I think that the piers');
    await expect(pair).toContainText('Which piers?');
    await isAccessible(ana);
    await overlap.getByRole('button', { name: 'Give way' }).click();
    await expect(floor(ana)).not.toContainText('You have the floor');
    await expect(floor(ana)).toContainText('Robin goes on alone (the other gave way)');
  });
});

describe('consensus required', () => {
  it('[IP-3] lets me vote on an interruption, and shows how it came out', async () => {
    await meet({ kind: 'consensusRequired', minVotes: 2, votingWindowMs: 60_000 });
    const { ana } = company;
    const robin = await company.joined('Robin');
    const cleo = await company.joined('Cleo');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await cleo.floor.interrupt({ reason: 'Time is short.' });
    const motion = floor(ana).getByRole('region', { name: 'Vote: may Cleo interrupt Robin?' });
    await expect(motion).toContainText('1 of 2 has voted');
    await expect(motion).toContainText('Time is short.');
    await isAccessible(ana);
    await motion.getByRole('button', { name: 'Yes' }).click();
    await expect(floor(ana)).toContainText('Cleo has the floor');
    const result = floor(ana).getByRole('region', { name: 'How it was decided' });
    await expect(result).toContainText('The interruption was voted for');
    await expect(result.getByRole('listitem').filter({ hasText: 'Yes' })).toContainText('2 votes');
  });
});

describe('by priority, or not at all', () => {
  it('[IP-2] tells me that my priority is too low, and raises my hand instead', async () => {
    await meet({ kind: 'priorityBased', threshold: 1 });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request({ urgency: 1 });
    await anaInterrupts('Please');
    await expect(ana.getByText('Ana has too little priority to interrupt Robin')).toBeVisible();
    await expect(floor(ana)).toContainText('You are number 1 of 1');
  });

  it('[IP-1] offers no interruption where nobody may interrupt', async () => {
    await meet({ kind: 'forbidden' });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await expect(floor(ana).getByRole('button', { name: 'Raise hand' })).toBeVisible();
    await expect(floor(ana).getByRole('button', { name: 'Interrupt' })).toHaveCount(0);
  });

  it('found nothing to complain about', () => {
    expect(stage.complaints).toEqual([]);
  });
});
