import type { Connection, Room } from '@parley/client';
import { connect } from '@parley/client';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isAccessible, violations } from './axe.ts';
import { composer, floor, line, Stage } from './stage.ts';

let stage: Stage;
let ana: Page;
let connection: Connection;
let silent: Connection;
let robin: Room;
beforeAll(async () => {
  stage = await Stage.open();
  ana = await stage.person();
  const address = await stage.creates(ana, 'Ana', 'Changing rules');
  connection = await connect(stage.url);
  const id = new URL(address).pathname.slice(3);
  robin = await connection.join(id, { kind: 'agent', displayName: 'Robin' });
  // Never bids: windows stay open for it.
  silent = await connect(stage.url);
  await silent.join(id, { kind: 'agent', displayName: 'Sam' });
});
afterAll(async () => {
  await connection.close();
  await silent.close();
  await stage.close();
});

/** Opens the rules of the running conversation. */
async function rules() {
  await ana.getByRole('button', { name: 'Menu of this conversation' }).click();
  await ana.getByRole('menuitem', { name: 'Rules of this conversation' }).click();
  return ana.getByRole('dialog', { name: 'Rules of this conversation' });
}

async function choose(label: string, choice: string): Promise<void> {
  await ana.getByRole('dialog').getByRole('button', { name: label }).click();
  await ana.getByRole('option', { name: choice, exact: true }).click();
}

describe('a moderator', () => {
  it('[FL-15] changes strategy and policy while the conversation runs; the holder keeps the floor', async () => {
    await robin.floor.request();
    await expect(floor(ana)).toContainText('Robin has the floor');
    const dialog = await rules();
    await expect(dialog.getByRole('button', { name: 'Change the rules' })).toBeDisabled();
    await choose('Who speaks next', 'The best bid');
    await dialog.getByLabel('How long bids are taken (seconds)').fill('60');
    await choose('May one interrupt?', 'The speaker is asked');
    await isAccessible(ana);
    await dialog.getByRole('button', { name: 'Change the rules' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(floor(ana).getByRole('button', { name: 'Bid for the next turn' })).toBeVisible();
    await expect(floor(ana).getByRole('button', { name: 'Interrupt' })).toBeVisible();
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect
      .poll(() => robin.view.config.floor.strategy)
      .toMatchObject({ kind: 'bidding', bidWindowMs: 60_000 });
    expect(robin.view.config.interruption.kind).toBe('cooperative');
  });

  it('[TS-8] gives credits and takes them away', async () => {
    const person = ana
      .getByRole('complementary', { name: 'People' })
      .getByRole('listitem')
      .filter({ hasText: 'Robin' });
    await person.getByRole('button', { name: 'Moderate Robin' }).click();
    await ana.getByRole('menuitem', { name: 'Give or take credits' }).click();
    const dialog = ana.getByRole('dialog', { name: 'Credits of Robin' });
    await expect(dialog).toContainText('Robin can offer 100 points.');
    await dialog.getByLabel('How many?').fill('25');
    expect(await violations(ana)).toEqual([]);
    await dialog.getByRole('button', { name: 'Give', exact: true }).click();
    await expect(person).toContainText('125 points');
    await expect.poll(() => robin.view.credits).toMatchObject([{ balance: 125 }]);
  });

  it('switches back, and an open window is closed without effect', async () => {
    await floor(ana).getByRole('button', { name: 'Bid for the next turn' }).click();
    await expect(floor(ana)).toContainText('Your bid: urgency 50 %, 0 points');
    await robin.floor.release();
    const window = floor(ana).getByRole('region', { name: 'Bids for the next turn' });
    await expect(window).toBeVisible();
    const dialog = await rules();
    await choose('Who speaks next', 'First come, first served');
    await dialog.getByRole('button', { name: 'Change the rules' }).click();
    await expect(window).toHaveCount(0);
    await expect(floor(ana)).toContainText('You have the floor');
    await composer(ana).fill('Now by the queue.');
    await composer(ana).press('Enter');
    await expect(floor(ana)).toContainText('The floor is free');
  });
});

describe('how the floor was shared', () => {
  it('takes my rating of an utterance and shows it, and what quality comes of it', async () => {
    await robin.floor.request();
    await robin.say('The piers are safe.');
    const said = line(ana, 'The piers are safe.');
    await said.getByRole('button', { name: /More about this line/ }).click();
    expect(await violations(ana)).toEqual([]);
    await ana.getByRole('menuitem', { name: 'Good', exact: true }).click();
    await expect(said).toContainText('Rated by 1: 1');
    await expect(ana.getByRole('complementary', { name: 'People' })).toContainText('quality 0.25');
  });

  it('shows speaking and waiting time as a chart and a table, with the indices', async () => {
    const context = ana.getByRole('complementary', { name: 'Shared context' });
    await context.getByRole('button', { name: 'Read again' }).click();
    await expect(context.getByRole('img', { name: /^Speaking time: .*Robin/ })).toBeVisible();
    await expect(context.getByRole('row', { name: /^Robin/ })).toContainText('0.25');
    await expect(context.getByRole('row', { name: /^Ana/ })).toContainText('1');
    await expect(context.getByText('Jain’s index')).toBeVisible();
    expect(await violations(ana)).toEqual([]);
  });

  it('found nothing to complain about', () => {
    expect(stage.complaints).toEqual([]);
  });
});
