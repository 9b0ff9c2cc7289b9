import type { Room } from '@parley/client';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Company } from './company.ts';
import { composer, floor, line, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const said = (room: Room): string[] =>
  room.transcript.flatMap((each) => (each.kind === 'utterance' ? [each.text] : []));

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

interface Held {
  readonly release: () => void;
  /** Frames that the page has sent since. */
  readonly sent: readonly string[];
}

/** Keeps what asks for the floor from the hub, until the test lets it go. */
async function heldRequest(ana: Page): Promise<Held> {
  const held = Promise.withResolvers<Held>();
  const sent: string[] = [];
  await ana.routeWebSocket(/\/v1\/ws/, (page) => {
    const hub = page.connectToServer();
    page.onMessage((frame) => {
      sent.push(String(frame));
      if (!String(frame).includes('"op":"floor.request"')) hub.send(frame);
      else held.resolve({ release: () => hub.send(frame), sent });
    });
  });
  return held.promise;
}

describe('between asking for the floor and having it', () => {
  const whispersTo = async (company: Company): Promise<void> => {
    const { ana } = company;
    await stage.joins(ana, company.address, 'Ana');
    await ana.getByRole('button', { name: 'Whisper…' }).press('Enter');
    await ana.getByRole('menuitemcheckbox', { name: 'Robin' }).press('Enter');
    await ana.keyboard.press('Escape');
    await composer(ana).fill('Only between us.');
    await composer(ana).press('Enter');
  };

  it('[RT-6] another address changes nothing of the whisper, and what is written on stays one', async () => {
    const company = await Company.meet(stage, 'On its way', {
      routing: { kind: 'broadcast', whisper: true },
    });
    const { ana } = company;
    const [robin, sam] = [await company.joined('Robin'), await company.joined('Sam')];
    const held = heldRequest(ana);
    await whispersTo(company);
    const { release } = await held;
    await composer(ana).press('End');
    await composer(ana).pressSequentially(' And more.');
    release();
    await expect(line(ana, 'Only between us.')).toContainText('whisper to Robin');
    await expect(composer(ana)).toHaveValue('And more.');
    await expect(ana.getByRole('grid', { name: 'Whispered to' })).toContainText('Robin');
    expect(said(sam)).toEqual([]);
    await expect.poll(() => said(robin)).toEqual(['Only between us.']);
    await company.part();
  });

  it('[RT-6] a whisper taken back to be said aloud is still whispered', async () => {
    const company = await Company.meet(stage, 'Taken back', {
      routing: { kind: 'broadcast', whisper: true },
    });
    const { ana } = company;
    await company.joined('Robin');
    const held = heldRequest(ana);
    await whispersTo(company);
    const { release } = await held;
    await ana.getByRole('button', { name: 'Remove Robin' }).click();
    release();
    await expect(line(ana, 'Only between us.')).toContainText('whisper to Robin');
    await expect(composer(ana)).toHaveValue('');
    await company.part();
  });

  it('[RT-6] nothing is whispered to who has left by then, and the words stay', async () => {
    const company = await Company.meet(stage, 'Gone by then', {
      routing: { kind: 'broadcast', whisper: true },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await company.joined('Sam');
    const held = heldRequest(ana);
    await whispersTo(company);
    const { release, sent } = await held;
    await robin.leave();
    await expect(ana.getByText('Robin has left and does not hear this.')).toBeVisible();
    release();
    await expect(floor(ana)).toContainText('You have the floor');
    // What is said with a grant is sent before anything that one asks for after it.
    await floor(ana).getByRole('button', { name: 'Give up the floor' }).click();
    await expect(floor(ana)).toContainText('The floor is free');
    expect(sent.filter((frame) => frame.includes('Only between us.'))).toEqual([]);
    await expect(composer(ana)).toHaveValue('Only between us.');
    await expect(ana.getByRole('alert')).toBeEmpty();
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
