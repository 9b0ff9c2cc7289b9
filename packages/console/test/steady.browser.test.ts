import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { composer, floor, line, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ open: true, log: 'sqlite' });
});
afterAll(() => stage.close());

describe('when things do not go as usual', () => {
  it('says that it reconnects, keeps the draft, and goes on after the hub came back', async () => {
    const ana = await stage.person();
    await stage.creates(ana, 'Ana', 'A restart');
    await composer(ana).fill('Before.');
    await composer(ana).press('Enter');
    await line(ana, 'Before.').waitFor();
    await composer(ana).fill('After, I hope.');
    const port = await stage.stopHub();
    await expect(ana.getByText('Reconnecting; your draft is safe')).toBeVisible();
    await stage.startHubAgain(port);
    await expect(ana.getByText('Reconnecting; your draft is safe')).toHaveCount(0, { timeout: 30_000 });
    await expect(composer(ana)).toHaveValue('After, I hope.');
    await composer(ana).press('Enter');
    await expect(line(ana, 'After, I hope.')).toBeVisible();
    await expect(line(ana, 'Before.')).toHaveCount(1);
  });

  it('[FL-12] gives a moderator a menu: order of the queue, roles, removal; who is removed is told', async () => {
    const ana = await stage.person();
    const address = await stage.creates(ana, 'Ana', 'Moderated');
    const bo = await stage.person();
    await stage.joins(bo, address, 'Bo');
    const cleo = await stage.person();
    await stage.joins(cleo, address, 'Cleo');
    await floor(ana).getByRole('button', { name: 'Take the floor' }).click();
    for (const page of [bo, cleo]) {
      await floor(page).getByRole('button', { name: 'Raise hand' }).click();
      await expect(floor(page)).toContainText('You are number');
    }
    await expect(floor(cleo)).toContainText('You are number 2 of 2');
    await ana.getByRole('button', { name: 'Moderate Cleo' }).click();
    await ana.getByRole('menuitem', { name: 'Let speak next' }).click();
    await expect(floor(cleo)).toContainText('You are number 1 of 2');

    await ana.getByRole('button', { name: 'Moderate Bo' }).click();
    await ana.getByRole('menuitem', { name: 'Make an observer' }).click();
    await expect(bo.getByText('You watch this conversation.')).toBeVisible();
    await expect(floor(bo).getByRole('button')).toHaveCount(0);

    await ana.getByRole('button', { name: 'Moderate Cleo' }).click();
    await ana.getByRole('menuitem', { name: 'Remove from the conversation' }).click();
    await expect(cleo.getByRole('heading', { name: 'You were removed' })).toBeVisible();
    await expect(bo.getByRole('button', { name: /^Moderate/ })).toHaveCount(0);
  });

  it('does not move what one reads, and counts what is new', async () => {
    const ana = await stage.person({ viewport: { width: 1280, height: 500 } });
    const address = await stage.creates(ana, 'Ana', 'Reading back');
    const bo = await stage.person();
    await stage.joins(bo, address, 'Bo');
    await floor(bo).getByRole('button', { name: 'Take the floor' }).click();
    const say = async (text: string): Promise<void> => {
      await composer(bo).fill(text);
      await composer(bo).press('Control+Shift+Enter');
      await expect(composer(bo)).toHaveValue('');
    };
    for (let index = 1; index <= 12; index += 1) await say(`Point number ${index}.`);
    await expect(line(ana, 'Point number 12.')).toBeInViewport();
    await line(ana, 'Point number 12.').hover();
    await ana.mouse.wheel(0, -600);
    await expect(ana.getByRole('button', { name: 'To the end' })).toBeVisible();
    await say('Something new.');
    await ana.getByRole('button', { name: '1 new line' }).click();
    await expect(line(ana, 'Something new.')).toBeInViewport();
  });

  it('leaves after asking, and offers to come back', async () => {
    const ana = await stage.person();
    await stage.creates(ana, 'Ana', 'Leaving');
    await ana.getByRole('button', { name: 'Menu of this conversation' }).click();
    await ana.getByRole('menuitem', { name: 'Leave…' }).click();
    await ana.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await expect(ana.getByRole('heading', { name: 'You left the conversation' })).toBeVisible();
    await ana.getByRole('button', { name: 'Come back' }).click();
    await expect(floor(ana)).toContainText('The floor is free');
  });

  it('says what to do at an address that leads nowhere', async () => {
    const ana = await stage.person();
    await ana.goto(`${stage.url}/c/not/a/room`);
    await expect(ana.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
    await ana.goto(`${stage.url}/c/cnv_gone`);
    await ana.getByLabel('Your name').fill('Ana');
    await ana.getByRole('button', { name: 'Join' }).click();
    await expect(ana.getByText('There is no such thing here')).toBeVisible();
    await ana.getByRole('link', { name: 'Parley' }).click();
    await expect(ana.getByRole('heading', { name: 'Conversations', level: 1 })).toBeVisible();
  });
});
