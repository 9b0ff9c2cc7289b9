import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Company } from './company.ts';
import { composer, line, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

describe('a whisper', () => {
  it('[RT-6] to somebody who has left is not sent, and one is told why', async () => {
    const company = await Company.meet(stage, 'Too late', { routing: { kind: 'broadcast', whisper: true } });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await company.joined('Sam');
    await stage.joins(ana, company.address, 'Ana');
    await ana.getByRole('button', { name: 'Whisper…' }).press('Enter');
    await ana.getByRole('menuitemcheckbox', { name: 'Robin' }).press('Enter');
    await ana.keyboard.press('Escape');
    await composer(ana).fill('Only between us.');
    const whisper = ana.getByRole('button', { name: 'Whisper', exact: true });
    await expect(whisper).toBeEnabled();

    await robin.leave();
    await expect(ana.getByText('Robin has left and does not hear this.')).toBeVisible();
    await expect(whisper).toBeDisabled();
    await composer(ana).press('Enter');
    await expect(composer(ana)).toHaveValue('Only between us.');

    await ana.getByRole('button', { name: 'Remove Robin' }).click();
    await expect(composer(ana)).toBeFocused();
    await expect(ana.getByRole('button', { name: 'Speak', exact: true })).toBeEnabled();
    await expect(line(ana, 'Only between us.')).toHaveCount(0);
    await company.part();
  });
});

describe('what was read', () => {
  it('is not what was said behind another tab of the room', async () => {
    const company = await Company.meet(stage, 'Elsewhere', {});
    await company.ana.setViewportSize({ width: 360, height: 740 });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    const mark = async (): Promise<number> =>
      ana.evaluate((id) => JSON.parse(localStorage.getItem('parley.read') ?? '{}')[id]?.seq ?? 0, company.id);
    await robin.floor.request();
    await robin.say('You see this.', { final: false });
    await expect.poll(mark).toBe(robin.view.seq);
    const seen = robin.view.seq;

    await ana.getByRole('tab', { name: /People/ }).click();
    await robin.say('You do not see this.', { final: false });
    await company.joined('Sam');
    // Whoever came after it is shown, so it has arrived; a page that is left notes at once what was read.
    await expect(ana.getByRole('tabpanel').getByText('Sam')).toBeVisible();
    await ana.evaluate(() => dispatchEvent(new Event('pagehide')));
    expect(await mark()).toBe(seen);

    await ana.getByRole('tab', { name: 'Conversation' }).click();
    await expect.poll(mark).toBe(robin.view.seq);
    await company.part();
  });
});
