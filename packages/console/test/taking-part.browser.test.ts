import { connect } from '@parley/client';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { composer, floor, line, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

describe('taking part through the console', () => {
  it('lets somebody who gave a name before into a conversation with one press', async () => {
    const ana = await stage.person();
    await stage.creates(ana, 'Ana', 'Two presses');
    const bo = await stage.person();
    await bo.goto(stage.url);
    await bo.getByLabel('Your name').fill('Bo');
    await bo.getByRole('button', { name: 'Join Two presses' }).click();
    await expect(floor(bo)).toContainText('The floor is free');
    await bo.goto(stage.url);
    await expect(bo.getByLabel('Your name')).toHaveValue('Bo');
    await expect(bo.getByRole('listitem').filter({ hasText: 'Two presses' })).toContainText('Going on');
  });

  it('speaks on a free floor with Enter, and gives it back', async () => {
    const ana = await stage.person();
    await stage.creates(ana, 'Ana', 'A free floor');
    await composer(ana).fill('Good morning.');
    await composer(ana).press('Enter');
    await expect(line(ana, 'Good morning.')).toContainText('Ana');
    await expect(line(ana, 'Good morning.')).toContainText('Human');
    await expect(composer(ana)).toHaveValue('');
    await expect(floor(ana)).toContainText('The floor is free');
  });

  it('[FL-4] queues, shows my place, lets me lower the hand, and keeps the draft until I have the floor', async () => {
    const ana = await stage.person();
    const address = await stage.creates(ana, 'Ana', 'A queue');
    const bo = await stage.person();
    await stage.joins(bo, address, 'Bo');
    await floor(ana).getByRole('button', { name: 'Take the floor' }).click();
    await expect(floor(bo)).toContainText('Ana has the floor');
    await expect(floor(bo).getByRole('timer')).toContainText(/0:(30|29|28|27) to begin/);

    await composer(bo).fill('My turn.');
    await composer(bo).press('Enter');
    await expect(floor(bo)).toContainText('You are number 1 of 1');
    await expect(floor(ana)).toContainText('Bo');
    await floor(bo).getByRole('button', { name: 'Lower hand' }).click();
    await expect(floor(bo).getByRole('button', { name: 'Raise hand' })).toBeVisible();
    await composer(bo).press('Enter');
    await expect(floor(bo)).toContainText('You are number 1 of 1');
    await expect(composer(bo)).toHaveValue('My turn.');

    await composer(ana).fill('First.');
    await composer(ana).press('Control+Shift+Enter');
    await expect(line(bo, 'First.')).toBeVisible();
    await expect(floor(ana)).toContainText('You have the floor');
    await floor(ana).getByRole('button', { name: 'Give up the floor' }).click();
    await expect(floor(bo)).toContainText('You have the floor');
    await composer(bo).press('Enter');
    await expect(line(ana, 'My turn.')).toContainText('Bo');
  });

  it('comes back after a reload as the same participant, with floor and draft', async () => {
    const ana = await stage.person();
    const address = await stage.creates(ana, 'Ana', 'A reload');
    const bo = await stage.person();
    await stage.joins(bo, address, 'Bo');
    await floor(bo).getByRole('button', { name: 'Take the floor' }).click();
    await composer(bo).fill('Half a thought');
    await bo.reload();
    await expect(floor(bo)).toContainText('You have the floor');
    await expect(composer(bo)).toHaveValue('Half a thought');
    await expect(bo.getByRole('complementary', { name: 'People' }).getByRole('listitem')).toHaveCount(2);
  });

  it('shows streamed speech as it is said and announces it once, when it was said', async () => {
    const ana = await stage.person();
    const address = await stage.creates(ana, 'Ana', 'Live speech');
    const connection = await connect(stage.url);
    const room = await connection.join(new URL(address).pathname.slice(3), {
      kind: 'agent',
      displayName: 'Robin',
    });
    await room.floor.request();
    const utterance = await room.utter();
    utterance.write('One thing ');
    await expect(line(ana, 'One thing')).toContainText('speaking now');
    await expect(line(ana, 'One thing')).toContainText('Agent');
    utterance.write('after another.');
    await expect(line(ana, 'One thing after another.')).toBeVisible();
    await expect(ana.getByTestId('turns')).not.toContainText('One thing');
    await utterance.end();
    await expect(ana.getByTestId('turns')).toContainText('Robin said: One thing after another.');
    await expect(line(ana, 'One thing after another.')).not.toContainText('speaking now');
    await connection.close();
  });

  it('reacts to a line, answers it, and leads to it by its address', async () => {
    const ana = await stage.person();
    const address = await stage.creates(ana, 'Ana', 'Lines');
    await composer(ana).fill('A claim.');
    await composer(ana).press('Enter');
    const claim = line(ana, 'A claim.').first();
    await claim.getByRole('button', { name: /More about this line/ }).click();
    await ana.getByRole('menuitem', { name: 'Good point' }).click();
    await expect(claim.getByRole('button', { name: 'Good point 1 by Ana' })).toBeVisible();

    await claim.getByRole('button', { name: /More about this line/ }).click();
    await ana.getByRole('menuitem', { name: 'Reply to this' }).click();
    await expect(composer(ana)).toBeFocused();
    await composer(ana).fill('An answer.');
    await composer(ana).press('Enter');
    await expect(line(ana, 'An answer.')).toContainText('Ana: A claim.');

    const link = await claim.getByRole('link', { name: /link to line/ }).getAttribute('href');
    const bo = await stage.person();
    await stage.joins(bo, address, 'Bo');
    await bo.goto(new URL(link ?? '', address).href);
    await expect(line(bo, 'A claim.').first()).toHaveClass(/line--marked/);
  });

  it('keeps the shared context: topic, open items, decisions', async () => {
    const ana = await stage.person();
    const address = await stage.creates(ana, 'Ana', 'Context');
    const bo = await stage.person();
    await stage.joins(bo, address, 'Bo');
    const context = ana.getByRole('complementary', { name: 'Shared context' });
    const seen = bo.getByRole('complementary', { name: 'Shared context' });
    await context.getByRole('button', { name: 'Change the topic' }).click();
    await context.getByLabel('What this is about now').fill('The garden');
    await context.getByRole('button', { name: 'Save' }).click();
    await expect(seen).toContainText('The garden');
    await context.getByRole('button', { name: 'Add an open item' }).click();
    await context.getByLabel('What is open?').fill('Who waters it?');
    await context.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(seen).toContainText('Who waters it?');
    await seen.getByRole('button', { name: 'Record a decision' }).click();
    await seen.getByLabel('What was decided?').fill('Bo does.');
    await seen.getByRole('button', { name: 'Record', exact: true }).click();
    await expect(context).toContainText('Bo does.');
    await context.getByRole('button', { name: 'Resolve: Who waters it?' }).click();
    await context.getByLabel('How was it resolved?').fill('See the decision.');
    await context.getByRole('button', { name: 'Resolve', exact: true }).click();
    await expect(seen).toContainText('Nothing is open.');
  });

  it('does everything with the floor by single keys, and lists them', async () => {
    const ana = await stage.person();
    await stage.creates(ana, 'Ana', 'Keys');
    await ana.locator('body').press('h');
    await expect(floor(ana)).toContainText('You have the floor');
    await ana.locator('body').press('r');
    await expect(floor(ana)).toContainText('The floor is free');
    await ana.locator('body').press('c');
    await expect(composer(ana)).toBeFocused();
    await composer(ana).press('h');
    await expect(composer(ana)).toHaveValue('h');
    await composer(ana).blur();
    await ana.locator('body').press('?');
    await expect(ana.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await ana.keyboard.press('Escape');
    await expect(ana.getByRole('dialog')).toHaveCount(0);
  });

  it('found nothing to complain about', () => {
    expect(stage.complaints).toEqual([]);
  });
});
