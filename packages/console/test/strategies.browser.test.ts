import { expect } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { isAccessible } from './axe.ts';
import { Company } from './company.ts';
import { composer, floor, Stage } from './stage.ts';

let stage: Stage;
let company: Company;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => company.part());
afterAll(() => stage.close());

const turns = () => company.ana.getByTestId('turns');

describe('bidding', () => {
  it('[TS-6] takes my bid, lets me change it, and shows every score, what I paid and what I have left', async () => {
    company = await Company.meet(stage, 'An auction', {
      floor: {
        strategy: {
          kind: 'bidding',
          bidWindowMs: 60_000,
          evaluation: 'highestAmount',
          payment: 'secondPrice',
          excludePreviousSpeaker: false,
        },
      },
      credits: { initial: 100 },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    const cleo = await company.joined('Cleo');
    await stage.joins(ana, company.address, 'Ana');
    const bid = (value: number) => ({ urgency: 0.2, amount: { currency: 'priorityPoints', value } });
    const window = floor(ana).getByRole('region', { name: 'Bids for the next turn' });
    const result = floor(ana).getByRole('region', { name: 'How it was decided' });

    await robin.floor.request(bid(30));
    await expect(window).toContainText('You have 100 points');
    await expect(window.getByRole('timer')).toContainText(/[01]:\d\d left/);
    await expect(turns()).toContainText('Bids for the next turn are taken now.');
    await window.getByLabel('Offer (points)').fill('20');
    await window.getByLabel('What will it be about?').fill('Costs');
    await window.getByRole('slider').focus();
    await window.getByRole('slider').press('ArrowRight');
    await isAccessible(ana);
    await window.getByRole('button', { name: 'Bid', exact: true }).click();
    await expect(window).toContainText('Your bid: urgency 55 %, 20 points');
    await expect(window).toContainText('You have 80 points');
    await expect(window).not.toContainText('30');
    await window.getByRole('button', { name: 'Change the bid' }).click();
    await expect(window.getByLabel('What will it be about?')).toHaveValue('Costs');
    await window.getByLabel('Offer (points)').fill('40');
    await window.getByRole('button', { name: 'Replace the bid' }).click();
    await expect(window).toContainText('You have 60 points');
    await expect.poll(() => cleo.view.floor.window).toBeDefined();
    await cleo.bids.pass();

    await expect(floor(ana)).toContainText('You have the floor');
    await expect(floor(ana)).toContainText('had the winning bid (best of 2, score');
    await expect(result).toContainText('Ana wins the turn with the best of 2 bids and pays 31');
    await expect(result.getByRole('row', { name: /^Ana wins/ })).toContainText('40');
    await expect(result.getByRole('row', { name: /^Robin/ })).toContainText('30');
    await isAccessible(ana);
    await composer(ana).fill('Costs matter.');
    await composer(ana).press('Enter');

    // With 30 she would have tied with Robin, who came first. The others share what she paid.
    await robin.floor.request(bid(50));
    await expect(window).toContainText('You have 69 points');
    await window.getByLabel('Offer (points)').fill('10');
    await window.getByRole('button', { name: 'Bid', exact: true }).click();
    await expect(window).toContainText('You have 59 points');
    await expect.poll(() => cleo.view.floor.window).toBeDefined();
    await cleo.bids.pass();
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect(turns()).toContainText('Your bid lost.');
    await result.getByRole('button', { name: 'Dismiss' }).click();
    await expect(result).toHaveCount(0);
    await ana.getByRole('button', { name: 'Show the numbers' }).last().click();
    const numbers = ana.getByRole('dialog', { name: 'How it was decided' });
    await expect(numbers.getByRole('row', { name: /^Robin wins/ })).toContainText('50');
    await ana.keyboard.press('Escape');
  });
});

describe('consensus', () => {
  it('[TS-16] lets me rank the candidates by buttons, and shows the tally', async () => {
    company = await Company.meet(stage, 'A council', {
      floor: { strategy: { kind: 'consensus', votingPeriodMs: 60_000, minVotes: 2, method: 'ranked' } },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    const cleo = await company.joined('Cleo');
    await stage.joins(ana, company.address, 'Ana');
    const vote = floor(ana).getByRole('region', { name: 'Vote: who speaks next?' });
    /** The open vote, once everybody has heard of it. */
    const ballot = async (): Promise<string> => {
      await expect.poll(() => [robin, cleo].every((room) => room.view.floor.ballot !== undefined)).toBe(true);
      return robin.view.floor.ballot?.ballot ?? '';
    };

    await cleo.floor.request();
    await expect(vote).toContainText('0 of 3 have voted');
    await robin.vote(await ballot(), [cleo.me]);
    await cleo.vote(await ballot(), [cleo.me]);
    await expect(floor(ana)).toContainText('Cleo has the floor');

    await robin.floor.request({ preview: 'The figures' });
    await floor(ana).getByRole('button', { name: 'Stand for the next turn' }).click();
    await expect(floor(ana)).toContainText('Standing');
    await cleo.floor.release();
    await expect(vote).toContainText('The figures');
    await expect(turns()).toContainText('A vote is open: who speaks next? You can vote.');
    await ana.locator('body').press('v');
    await vote.getByRole('button', { name: 'Move Ana up' }).press('Enter');
    await expect(vote.getByRole('listitem').first()).toContainText('Ana');
    await isAccessible(ana);
    await vote.getByRole('button', { name: 'Vote', exact: true }).click();
    await expect(vote).toContainText('Your vote is in.');
    await robin.vote(await ballot(), [robin.me]);
    const [, second = ''] = cleo.view.floor.ballot?.candidates ?? [];
    await cleo.vote(await ballot(), [second]);
    await expect(floor(ana)).toContainText('You have the floor');
    await expect(floor(ana)).toContainText('was voted for (2 of 3 ballots)');
    const result = floor(ana).getByRole('region', { name: 'How it was decided' });
    await expect(result).toContainText('Ana is elected to speak');
    await expect(result.getByRole('listitem').filter({ hasText: 'Ana' })).toContainText('2 votes');
    await expect(result.getByRole('listitem').filter({ hasText: 'Robin' })).toContainText('1 vote');
  });
});

describe('round robin', () => {
  it('[TS-14] offers me my turn where I asked for that, and passes it on', async () => {
    company = await Company.meet(stage, 'A round', { floor: { strategy: { kind: 'roundRobin' } } });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await ana.goto(company.address);
    await ana.getByText('Offer me the floor when it is my turn').click();
    await isAccessible(ana);
    await ana.getByLabel('Your name').fill('Ana');
    await ana.getByRole('button', { name: 'Join' }).click();
    await floor(ana).waitFor();
    await robin.floor.request();
    await robin.say('I begin.');
    const offer = floor(ana).getByRole('region', { name: 'It is your turn: speak, or pass' });
    await expect(offer).toBeVisible();
    await expect(floor(ana)).toContainText('it is the next turn');
    await offer.getByRole('button', { name: 'Pass on' }).click();
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect(offer).toHaveCount(0);
  });
});

describe('priority', () => {
  it('[TS-11] warns me that I am being preempted, with the numbers, and gives the rest of my turn back later', async () => {
    company = await Company.meet(stage, 'A debate', {
      floor: {
        strategy: { kind: 'priority', preemptionThreshold: 0.5 },
        timers: { revokeGraceMs: 4_000 },
      },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await floor(ana).getByRole('button', { name: 'Take the floor' }).click();
    await composer(ana).fill('To begin with,');
    await composer(ana).press('Control+Shift+Enter');
    await robin.floor.request({ urgency: 1 });
    const notice = floor(ana).getByRole('region', { name: 'You are being preempted for Robin' });
    await expect(notice).toContainText('priority 1, needed to cut in: more than 0.5');
    await expect(notice.getByRole('timer')).toContainText(/0:0\d left/);
    await expect(turns()).toContainText('You are being preempted.');
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect(floor(ana)).toContainText('had the highest priority (priority 1)');
    await expect(floor(ana)).toContainText('You are number 1 of 1');
  });
});

describe('concurrent', () => {
  it('[TS-19] shows everybody who speaks and the places, and announces a collision', async () => {
    company = await Company.meet(stage, 'At once', {
      floor: {
        strategy: {
          kind: 'concurrent',
          maxSimultaneous: 2,
          collision: { resolution: 'firstStarter', windowMs: 60_000 },
        },
      },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    const cleo = await company.joined('Cleo');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await expect(floor(ana)).toContainText('1 of 2 places taken');
    await floor(ana).getByRole('button', { name: 'Take the floor' }).click();
    await expect(floor(ana)).toContainText('You have the floor');
    await expect(floor(ana)).toContainText('Robin has the floor');
    await cleo.floor.request();
    const words = 'Ana and Cleo started at once: Ana has the floor (whoever came first)';
    await expect(floor(ana)).toContainText(words);
    await expect(turns()).toContainText(words);
    await expect(floor(ana)).toContainText('2 of 2 places taken');
    await isAccessible(ana);
  });
});

describe('agents among themselves', () => {
  it('[FL-14] are stopped after a while, and any human lets them go on', async () => {
    company = await Company.meet(stage, 'Agents', { floor: { maxConsecutiveAgentTurns: 2 } });
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    for (const text of ['One.', 'Two.']) {
      await robin.floor.request();
      await robin.say(text);
    }
    await expect(ana.getByRole('status').first()).toContainText('Agents have talked for 2 turns');
    await expect(turns()).toContainText('Only agents have talked for long.');
    await ana.getByRole('button', { name: 'Go on', exact: true }).first().click();
    await expect(ana.getByRole('status').first()).not.toContainText('Agents have talked');
    await robin.floor.request();
    await expect(floor(ana)).toContainText('Robin has the floor');
  });

  it('found nothing to complain about', () => {
    expect(stage.complaints).toEqual([]);
  });
});
