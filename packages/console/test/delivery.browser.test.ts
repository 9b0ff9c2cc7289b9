import type { Room } from '@parley/client';
import { http } from '@parley/client';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isAccessible, violations } from './axe.ts';
import { Company } from './company.ts';
import { Silent } from './silent.ts';
import { composer, floor, line, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const heardBy = (room: Room): string[] =>
  room.transcript.flatMap((each) => (each.kind === 'utterance' ? [each.text] : []));
const person = (page: Page, name: string) =>
  page.getByRole('complementary', { name: 'People' }).getByRole('listitem').filter({ hasText: name });

describe('a whisper', () => {
  it('[RT-6] is aimed by keyboard, says beforehand who hears it, and reaches nobody else', async () => {
    const company = await Company.meet(stage, 'Whispering', {
      routing: { kind: 'broadcast', whisper: true },
    });
    const { ana } = company;
    const [robin, sam] = [await company.joined('Robin'), await company.joined('Sam')];
    await stage.joins(ana, company.address, 'Ana');
    const hearers = ana.getByRole('button', { name: 'Everybody hears this' });
    await expect(hearers).toBeVisible();
    await ana.getByRole('button', { name: 'Whisper…' }).press('Enter');
    await ana.getByRole('menuitemcheckbox', { name: 'Robin' }).waitFor();
    expect(await violations(ana)).toEqual([]);
    await ana.getByRole('menuitemcheckbox', { name: 'Robin' }).press('Enter');
    await ana.keyboard.press('Escape');
    const some = ana.getByRole('button', { name: '1 of 2 hears this' });
    await some.click();
    const list = ana.getByRole('dialog', { name: 'Who hears this' });
    await expect(list).toContainText('A whisper reaches only whom you choose');
    await expect(list).not.toContainText('Everybody hears everything');
    await expect(list.getByRole('listitem').first()).toContainText('Robin');
    await isAccessible(ana);
    await ana.keyboard.press('Escape');

    await composer(ana).fill('Only between us.');
    await ana.reload();
    await expect(ana.getByRole('grid', { name: 'Whispered to' })).toContainText('Robin');
    await ana.getByRole('button', { name: 'Whisper', exact: true }).click();
    await expect(line(ana, 'Only between us.')).toContainText('whisper to Robin');
    await expect(ana.getByRole('grid', { name: 'Whispered to' })).toHaveCount(0);
    await expect(hearers).toBeVisible();
    await composer(ana).fill('And this aloud.');
    await composer(ana).press('Enter');
    await expect.poll(() => heardBy(sam)).toEqual(['And this aloud.']);
    expect(heardBy(robin)).toEqual(['Only between us.', 'And this aloud.']);
    await expect(line(ana, 'And this aloud.')).not.toContainText('whisper');
    await isAccessible(ana);

    await robin.floor.request();
    await robin.say('And back to you.', { to: [anaIn(robin)] });
    await expect(line(ana, 'And back to you.')).toContainText('whisper to you');
    await expect(ana.getByTestId('turns')).toContainText('Robin whispered: And back to you.');
    await company.part();
  });

  it('[RT-6] is not offered where it is not allowed', async () => {
    const company = await Company.meet(stage, 'Aloud', {});
    await company.joined('Robin');
    await stage.joins(company.ana, company.address, 'Ana');
    await expect(company.ana.getByRole('button', { name: 'Everybody hears this' })).toBeVisible();
    await expect(company.ana.getByRole('button', { name: 'Whisper…' })).toHaveCount(0);
    await company.part();
  });
});

const anaIn = (room: Room): string =>
  room.view.participants.find(({ displayName }) => displayName === 'Ana')?.id ?? '';

describe('topics', () => {
  it('[RT-3] are written on an utterance, decide who hears it, and are followed in a dialog', async () => {
    const company = await Company.meet(stage, 'Tea and coffee', { routing: { kind: 'topicBased' } });
    const { ana } = company;
    const robin = await company.joined('Robin', { topics: ['tea.*', 'cake'] });
    const sam = await company.joined('Sam');
    await stage.joins(ana, company.address, 'Ana');
    await ana.getByRole('button', { name: 'Topics…' }).click();
    const field = ana.getByLabel('One more topic').first();
    await field.fill('tea.green');
    await field.press('Enter');
    await isAccessible(ana);
    await ana.keyboard.press('Escape');
    await expect(ana.getByRole('button', { name: '1 of 2 hears this' })).toBeVisible();
    await composer(ana).fill('Green tea it is.');
    await composer(ana).press('Enter');
    await expect(line(ana, 'Green tea it is.')).toContainText('tea.green');
    await expect(line(ana, 'Green tea it is.')).toContainText('not for everybody');
    await expect.poll(() => heardBy(robin)).toEqual(['Green tea it is.']);

    await sam.floor.request();
    await sam.say('Coffee first.', { topics: ['coffee'], final: false });
    await ana.getByRole('button', { name: 'Menu of this conversation' }).click();
    await ana.getByRole('menuitem', { name: 'What you follow' }).click();
    const dialog = ana.getByRole('dialog', { name: 'What you follow' });
    await dialog.getByLabel('Topics', { exact: true }).first().fill('coffee');
    await dialog.getByLabel('Interests', { exact: true }).first().fill('breakfast, lunch');
    await isAccessible(ana);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(person(ana, 'Ana')).toContainText('follows coffee');
    await sam.say('Coffee again.', { topics: ['coffee'] });
    await expect(line(ana, 'Coffee again.')).toContainText('coffee');
    await expect(line(ana, 'Coffee first.')).toHaveCount(0);
    expect(sam.view.participants.find(({ displayName }) => displayName === 'Ana')).toMatchObject({
      topics: ['coffee'],
      interests: ['breakfast', 'lunch'],
    });
    await company.part();
  });
});

describe('roles', () => {
  it('[RT-2] are set in a table when a conversation is created, and taken out of it again while it runs', async () => {
    const ana = await stage.person();
    await ana.goto(stage.url);
    await ana.getByLabel('Your name').fill('Ana');
    await ana.getByRole('button', { name: 'New conversation' }).first().click();
    const dialog = ana.getByRole('dialog', { name: 'New conversation' });
    await dialog.getByLabel('What is it about?').fill('A school');
    await expect(dialog.getByRole('button', { name: "How everybody's view is kept" })).toContainText(
      'Eventual',
    );
    await dialog.getByRole('button', { name: 'Who hears what is said' }).click();
    await ana.getByRole('option', { name: 'By roles' }).click();
    for (const role of ['teacher', 'student', 'guest']) {
      await dialog.getByLabel('One more role that speaks').fill(role);
      await dialog.getByLabel('One more role that speaks').press('Enter');
    }
    await dialog.getByLabel('“teacher” is heard by').first().fill('student, guest');
    await dialog.getByLabel('“teacher” is heard by').first().press('Enter');
    // What was written and not confirmed is meant too.
    await dialog.getByLabel('“student” is heard by').first().fill('teacher');
    await dialog.getByRole('button', { name: 'Remove guest' }).last().click();
    await isAccessible(ana);
    await dialog.getByRole('button', { name: 'Create and join' }).click();
    await ana.getByRole('heading', { name: 'A school', level: 1 }).waitFor();
    const id = new URL(ana.url()).pathname.slice(3);
    const token = await ana.evaluate(() => sessionStorage.getItem('parley.token') ?? '');
    const table = async () => (await http(stage.url, { token }).getConversation(id)).config.routing['table'];
    expect(await table()).toEqual({ teacher: ['student', 'guest'], student: ['teacher'] });

    await ana.getByRole('button', { name: 'Menu of this conversation' }).click();
    await ana.getByRole('menuitem', { name: 'Rules of this conversation' }).click();
    const rules = ana.getByRole('dialog', { name: 'Rules of this conversation' });
    await rules.getByRole('button', { name: 'Remove student' }).last().click();
    await rules.getByRole('button', { name: 'Change the rules' }).click();
    await expect(rules).toHaveCount(0);
    expect(await table()).toEqual({ teacher: ['student', 'guest'] });

    const bo = await stage.person();
    await bo.goto(`${stage.url}/c/${id}`);
    await bo.getByLabel('Your name').fill('Bo');
    await bo.getByText('student', { exact: true }).click();
    await bo.getByRole('button', { name: 'Advanced' }).click();
    await bo.getByText('Causal', { exact: true }).click();
    await isAccessible(bo);
    await bo.getByRole('button', { name: 'Join' }).click();
    await expect(floor(bo)).toBeVisible();
    await expect(person(ana, 'Bo')).toContainText('student');
    // Nobody hears students but moderators, and that is Ana alone.
    await expect(bo.getByRole('button', { name: 'Everybody hears this' })).toBeVisible();
    await expect(ana.getByRole('button', { name: 'Nobody hears this' })).toBeVisible();
    await ana.context().close();
    await bo.context().close();
  });
});

describe('views that are behind', () => {
  it('[CS-1] are waited for, and the floor says so', async () => {
    // As long as the test may need to look: the wait ends when Sam goes.
    const company = await Company.meet(stage, 'Waiting', {
      consistency: { kind: 'strong', barrierTimeoutMs: 60_000 },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    const silent = await Silent.joins(stage.url, company.id, 'Sam');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await robin.say('Did everybody hear this?');
    await expect(line(ana, 'Did everybody hear this?')).toBeVisible();
    await floor(ana).getByRole('button', { name: 'Take the floor' }).click();
    await expect(floor(ana)).toContainText(
      /The next turn begins when all \d here have heard this, after 60 s at most/,
    );
    expect(await violations(ana)).toEqual([]);
    silent.leave();
    await expect(floor(ana)).toContainText('You have the floor');
    await company.part();
  });

  it('[CS-1] are marked, until they are gone', async () => {
    const company = await Company.meet(stage, 'Left behind', {
      consistency: { kind: 'strong', barrierTimeoutMs: 500 },
    });
    const { ana } = company;
    const robin = await company.joined('Robin');
    const silent = await Silent.joins(stage.url, company.id, 'Sam');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await robin.say('Did everybody hear this?');
    await robin.floor.request();
    await expect(person(ana, 'Sam')).toContainText('behind');
    expect(await violations(ana)).toEqual([]);
    silent.leave();
    await expect(person(ana, 'Sam')).not.toContainText('behind');
    await company.part();
  });

  it('[CS-1] tell their own person, until they have caught up', async () => {
    const company = await Company.meet(stage, 'Deaf', {
      consistency: { kind: 'strong', barrierTimeoutMs: 500 },
    });
    const { ana } = company;
    let lose = async (): Promise<void> => {};
    // Acknowledges nothing.
    await ana.routeWebSocket(/\/v1\/ws/, (page) => {
      const hub = page.connectToServer();
      page.onMessage((frame) => {
        if (!String(frame).includes('"op":"ack"')) hub.send(frame);
      });
      lose = () => page.close({ code: 4503 });
    });
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    const status = ana.getByRole('status').filter({ hasText: 'Your view is not up to date' });
    await robin.floor.request();
    await robin.say('Does Ana hear this?');
    await robin.floor.request();
    await expect(status).toBeVisible();
    await isAccessible(ana);
    await lose();
    await expect(status).toHaveCount(0);
    await expect(person(ana, 'Ana')).not.toContainText('behind');
    await company.part();
  });
});

describe('who comes back', () => {
  it('sees unread lines counted in the lobby, and in the room where one stopped reading', async () => {
    const company = await Company.meet(stage, 'Meanwhile', {});
    const { ana } = company;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await robin.say('You still hear this.', { final: false });
    await expect(line(ana, 'You still hear this.')).toBeVisible();
    await expect
      .poll(() => ana.evaluate(() => localStorage.getItem('parley.read')))
      .toContain(`"seq":${robin.view.seq}`);
    await composer(ana).fill('Half a thought');
    await ana.goto('about:blank');
    await expect
      .poll(() => robin.view.participants.find(({ id }) => id === anaIn(robin))?.connection)
      .toBe('disconnected');
    await robin.say('The first that you miss.', { final: false });
    await robin.say('And the second.', { final: false });

    await ana.goto(stage.url);
    const card = ana.getByRole('listitem').filter({ hasText: 'Meanwhile' });
    await expect(card).toContainText('2 unread');
    expect(await violations(ana)).toEqual([]);
    await card.getByRole('button', { name: 'Join Meanwhile' }).click();
    await expect(ana.getByText('2 lines since you left')).toBeVisible();
    await expect(composer(ana)).toHaveValue('Half a thought');
    expect(await violations(ana)).toEqual([]);
    await expect(person(ana, 'Ana')).toHaveCount(1);
    await company.part();
  });

  it('after a lost connection sees what was said meanwhile, in one piece', async () => {
    const company = await Company.meet(stage, 'A tunnel', {});
    const { ana } = company;
    let lose = async (): Promise<void> => {};
    let back = false;
    await ana.routeWebSocket(/\/v1\/ws/, (page) => {
      if (lost && !back) return void page.close({ code: 4503 });
      page.connectToServer();
      lose = () => page.close({ code: 4503 });
    });
    let lost = false;
    const robin = await company.joined('Robin');
    await stage.joins(ana, company.address, 'Ana');
    await robin.floor.request();
    await robin.say('Before the tunnel.', { final: false });
    await expect(line(ana, 'Before the tunnel.')).toBeVisible();
    lost = true;
    await lose();
    await expect(ana.getByRole('status').filter({ hasText: 'The connection was lost' })).toBeVisible();
    await robin.say('In the tunnel.', { final: false });
    back = true;
    await expect(line(ana, 'In the tunnel.')).toBeVisible();
    await expect(ana.getByText('1 line since you left')).toBeVisible();
    await company.part();
  });

  it('found nothing to complain about', () => {
    expect(stage.complaints).toEqual([]);
  });
});
