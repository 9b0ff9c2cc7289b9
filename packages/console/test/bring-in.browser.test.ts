import type { BridgeKind } from '@parley/hub';
import { BridgeError } from '@parley/hub';
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isAccessible, violations } from './axe.ts';
import { Company } from './company.ts';
import { composer, line, Stage } from './stage.ts';

/** Reaches whoever has `there` in its settings, and says what it was given as instructions. */
const models: BridgeKind<'externalAI'> = {
  kind: 'externalAI',
  open: async ({ settings, bridge }) => {
    const { service, baseURL, model = 'qwen3-32b', instructions = 'Nothing.' } = settings;
    if (service === 'broken') throw new BridgeError('agent.unreachable', 'The service does not answer.');
    const { displayName: name } = bridge;
    const agent = { name, onTurn: async () => `${baseURL ?? service}: ${instructions}` };
    return { agent, profile: { model, owner: 'Riverside Ltd', verified: true }, close: async () => {} };
  },
};

const OFFERED = {
  services: [
    { name: 'house', provider: 'openai-compatible', model: 'qwen3-32b' },
    { name: 'broken', provider: 'openai', model: 'none' },
  ],
  agents: [{ name: 'minutes' }],
};

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ open: true }, { bridges: { externalAI: models } });
});
afterAll(() => stage.close());

const people = (page: Page) => page.getByRole('complementary', { name: 'People' });
const person = (page: Page, name: string) => people(page).locator('.person', { hasText: name });
const bridge = (page: Page, name: string) => people(page).locator('.bridge', { hasText: name });

async function opened(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Bring somebody in…' }).click();
  return page.getByRole('dialog', { name: 'Bring somebody in' });
}

/** As an operator has set it up; another test of the hub shows that it answers like this. */
const offers = (page: Page) => page.route('**/v1/services', (route) => route.fulfill({ json: OFFERED }));

describe('bringing somebody in', () => {
  it('[AI-1] [HU-3] a model of the operator’s comes in, is marked with what the hub knows, and speaks', async () => {
    const company = await Company.meet(stage, 'House model', {});
    const { ana } = company;
    await offers(ana);
    await stage.joins(ana, company.address, 'Ana');
    await makeModerator(company);
    const dialog = await opened(ana);
    await dialog.getByText('A model', { exact: true }).click();
    await expect(dialog.getByRole('button', { name: 'Which model?' })).toContainText('house · qwen3-32b');
    await dialog.getByLabel('Instructions').fill('You know rivers.');
    await dialog.getByText('When a question is open', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Budget and limits' }).click();
    await dialog.getByLabel('Budget in tokens').fill('5000');
    await dialog.getByLabel('Requests per minute').fill('10');
    await isAccessible(ana);
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(dialog.getByLabel('Its name here')).toBeFocused();
    await expect(dialog).toContainText('Please give it a name');
    await dialog.getByLabel('Its name here').fill('АNА');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(dialog).toContainText('This name cannot be had here');
    await dialog.getByLabel('Its name here').fill('Sage');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(dialog).toHaveCount(0);

    await expect(bridge(ana, 'Sage')).toContainText('Here');
    await expect(bridge(ana, 'Sage')).toContainText('house');
    await expect(person(ana, 'Sage')).toContainText(/External AI\s*qwen3-32b/);
    await expect(person(ana, 'Sage')).toContainText('Verified');
    await expect(person(ana, 'Sage')).toContainText('of Riverside Ltd');
    const robin = await company.joined('Robin', { roles: ['moderator'] });
    expect(robin.view.bridges).toMatchObject([
      {
        settings: {
          service: 'house',
          instructions: 'You know rivers.',
          budget: { tokens: 5_000 },
          rateLimits: { requestsPerMinute: 10 },
        },
        engagement: { kind: 'onQuestion' },
      },
    ]);
    await composer(ana).fill('What do you know?');
    await composer(ana).press('Enter');
    await expect(line(ana, 'house: You know rivers.')).toContainText('External AI');
    await isAccessible(ana);
    await ana.getByRole('button', { name: 'Send Sage away' }).click();
    await expect(person(ana, 'Sage')).toHaveCount(0);
    await expect(bridge(ana, 'Sage')).toHaveCount(0);
    await company.part();
  });

  it('[AI-1] what keeps somebody away is told where it is seen and said', async () => {
    const company = await Company.meet(stage, 'Broken model', {});
    const { ana } = company;
    await offers(ana);
    await stage.joins(ana, company.address, 'Ana');
    await makeModerator(company);
    const dialog = await opened(ana);
    await dialog.getByText('A model', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Which model?' }).click();
    await ana.getByRole('option', { name: 'broken · none' }).click();
    await dialog.getByLabel('Its name here').fill('Sage');
    await dialog.getByText('After a silence', { exact: true }).click();
    await dialog.getByLabel('Length of the silence (seconds)').fill('45');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(bridge(ana, 'Sage')).toContainText('Kept away');
    await expect(bridge(ana, 'Sage')).toContainText('The service does not answer.');
    await expect(ana.getByTestId('turns')).toContainText('Sage is kept away: The service does not answer.');
    await isAccessible(ana);
    await company.part();
  });

  it('[A2-1] an address that is none is told at its field, and so is an agent that the hub cannot reach', async () => {
    const company = await Company.meet(stage, 'By card', { routing: { kind: 'topicBased' } });
    const { ana } = company;
    await stage.joins(ana, company.address, 'Ana');
    await makeModerator(company);
    const dialog = await opened(ana);
    await dialog.getByRole('textbox', { name: 'Address of its card' }).fill('agents.example/card.json');
    await dialog.getByLabel('Its name here').fill('Atlas');
    await dialog.getByLabel('Topics', { exact: true }).first().fill('rivers.*');
    await dialog.getByLabel('Topics', { exact: true }).first().press('Enter');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(dialog.getByRole('textbox', { name: 'Address of its card' })).toBeFocused();
    await expect(dialog.locator('.field', { hasText: 'Address of its card' })).toContainText(
      'an address that begins with https://',
    );
    await isAccessible(ana);
    await dialog
      .getByRole('textbox', { name: 'Address of its card' })
      .fill('https://agents.example/card.json');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(bridge(ana, 'Atlas')).toContainText('https://agents.example/card.json');
    await company.part();
  });

  it('[AI-1] [LA-1] a hub whose operator offers nobody says so; a model can still be named by its address', async () => {
    const company = await Company.meet(stage, 'Nobody offered', {});
    const { ana } = company;
    await stage.joins(ana, company.address, 'Ana');
    await makeModerator(company);
    const dialog = await opened(ana);
    await dialog.getByText('An agent of this hub').click();
    await expect(dialog).toContainText('The operator of this hub offers no agents.');
    await expect(dialog.getByRole('button', { name: 'Bring in', exact: true })).toBeDisabled();
    await dialog.getByText('A model', { exact: true }).click();
    await expect(dialog).toContainText('The operator of this hub offers no model.');
    await dialog.getByLabel('Address of the model').fill('https://models.example/v1');
    await dialog.getByLabel('Name of the model').fill('tiny-1');
    await dialog.getByLabel('Its name here').fill('Tiny');
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await expect(person(ana, 'Tiny')).toContainText('tiny-1');
    await company.part();
  });

  it('an agent asks, and a human moderator lets in or turns down', async () => {
    const company = await Company.meet(stage, 'Asked for', {});
    const { ana } = company;
    await stage.joins(ana, company.address, 'Ana');
    await makeModerator(company);
    const robin = await company.joined('Robin', { roles: ['moderator'] });
    const sage = { kind: 'externalAI', displayName: 'Sage', settings: { service: 'house' } } as const;
    await robin.bridges.add(sage);
    await expect(ana.getByTestId('turns')).toContainText('Robin asks to bring in Sage.');
    await expect(bridge(ana, 'Sage')).toContainText('Robin asks for it');
    await isAccessible(ana);
    await ana.setViewportSize({ width: 360, height: 740 });
    await expect(ana.getByRole('img', { name: '1 waits to be let in' })).toBeVisible();
    expect(await violations(ana)).toEqual([]);
    await ana.setViewportSize({ width: 1280, height: 800 });
    await ana.getByRole('button', { name: 'Turn down' }).click();
    await expect(bridge(ana, 'Sage')).toHaveCount(0);
    await expect(ana.getByRole('button', { name: 'Bring somebody in…' })).toBeFocused();
    await robin.bridges.add(sage);
    await ana.getByRole('button', { name: 'Let in' }).click();
    await expect(person(ana, 'Sage')).toBeVisible();
    await company.part();
  });

  it('is nobody’s but moderators’', async () => {
    const company = await Company.meet(stage, 'No moderator', {});
    await stage.joins(company.ana, company.address, 'Ana');
    await expect(person(company.ana, 'Ana')).toBeVisible();
    await expect(company.ana.getByRole('button', { name: 'Bring somebody in…' })).toHaveCount(0);
    await company.part();
  });

  it('[HU-3] who comes under a name that is taken is asked for another', async () => {
    const company = await Company.meet(stage, 'Names', {});
    await company.joined('Ana');
    const { ana } = company;
    await ana.goto(company.address);
    await ana.getByLabel('Your name').fill('АNА');
    await ana.getByRole('button', { name: 'Join' }).click();
    await expect(ana.getByRole('alert').first()).toContainText('This name cannot be had here');
    await isAccessible(ana);
    await ana.getByLabel('Your name').fill('Bea');
    await ana.getByRole('button', { name: 'Join' }).click();
    await expect(person(ana, 'Bea')).toBeVisible();
    await company.part();
  });

  it('speaks German', async () => {
    const company = await Company.meet(stage, 'Auf Deutsch', {});
    const bo = await stage.person({ locale: 'de-DE' });
    await offers(bo);
    await bo.goto(company.address);
    await bo.getByLabel('Ihr Name').fill('Bo');
    await bo.getByRole('button', { name: 'Teilnehmen' }).click();
    await makeModerator(company, 'Bo');
    await bo.getByRole('button', { name: 'Jemanden hereinholen…' }).click();
    const dialog = bo.getByRole('dialog', { name: 'Jemanden hereinholen' });
    await dialog.getByText('Ein Agent dieses Hubs').click();
    await expect(dialog.getByRole('button', { name: 'Welcher Agent?' })).toContainText('minutes');
    await isAccessible(bo);
    await bo.context().close();
    await company.part();
  });

  it('found nothing to complain about', () => {
    expect(stage.complaints).toEqual([]);
  });
});

/** A moderator makes another; under `--open` anybody may come as one. */
async function makeModerator(company: Company, name = 'Ana'): Promise<void> {
  const maker = await company.joined('Maker', { roles: ['moderator'] });
  const seen = () => maker.view.participants.find(({ displayName }) => displayName === name)?.id;
  await expect.poll(seen).toBeDefined();
  await maker.send('role.set', { participant: seen(), roles: ['moderator', 'participant'] });
  await maker.leave();
}
