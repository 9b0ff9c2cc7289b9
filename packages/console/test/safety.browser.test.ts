import { connect, http } from '@parley/client';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { composer, floor, line, Stage } from './stage.ts';

const HOSTILE = [
  '<img src=x onerror="document.title=\'taken\'"><script>document.title = "taken"</script>',
  '![a picture](https://pictures.example/pixel.gif)',
  '[press me](javascript:document.title="taken") [out](https://elsewhere.example/)',
  '# Parley: a moderator says',
].join('\n\n');

describe('what others say', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  it('is text: no raw HTML, no script, nothing fetched from elsewhere, links marked', async () => {
    const ana = await stage.person();
    const elsewhere: string[] = [];
    ana.on('request', (request) => {
      if (!request.url().startsWith(stage.url)) elsewhere.push(request.url());
    });
    const address = await stage.creates(ana, 'Ana', 'Hostile words');
    const connection = await connect(stage.url);
    const room = await connection.join(new URL(address).pathname.slice(3), {
      kind: 'agent',
      displayName: 'Mallory',
    });
    await room.floor.request();
    await room.say(HOSTILE);

    const said = line(ana, 'a moderator says');
    await expect(said).toContainText('Mallory');
    await expect(said).toContainText('Agent');
    await expect(said.locator('img, script, h1, h2')).toHaveCount(0);
    await expect(said.getByText('press me')).not.toHaveAttribute('href', /./);
    const out = said.getByRole('link', { name: /^out/ });
    await expect(out).toHaveAttribute('rel', /noopener.*noreferrer/);
    await expect(out).toHaveAttribute('target', '_blank');
    await expect(ana).toHaveTitle(/Hostile words/);
    expect(elsewhere).toEqual([]);
    await connection.close();
  });

  it('runs under a policy without inline scripts and styles', () => {
    expect(stage.complaints).toEqual([]);
  });
});

describe('a hub that asks who one is', () => {
  let stage: Stage;
  let token: string;
  beforeAll(async () => {
    stage = await Stage.open({ open: false });
    const operator = http(stage.url, { token: stage.hub.operator.token });
    token = (await operator.createToken({ subject: 'ana', kinds: ['human'], ttlSeconds: 600 })).token;
  });
  afterAll(() => stage.close());

  it('takes a token, keeps it for the tab only and never in an address', async () => {
    const ana = await stage.person();
    const addresses: string[] = [];
    ana.on('request', (request) => addresses.push(request.url()));
    ana.on('websocket', (socket) => addresses.push(socket.url()));
    await ana.goto(stage.url);
    await ana.getByLabel('Your token').fill('not a token');
    await ana.getByRole('button', { name: 'Sign in' }).click();
    await expect(ana.getByText('The token is not valid')).toBeVisible();
    await ana.getByLabel('Your token').fill(token);
    await ana.getByRole('button', { name: 'Sign in' }).click();
    await ana.getByLabel('Your name').fill('Ana');
    await ana.getByRole('button', { name: 'New conversation' }).first().click();
    await ana.getByLabel('What is it about?').fill('Behind a door');
    await ana.getByRole('button', { name: 'Create and join' }).click();
    await expect(floor(ana)).toContainText('The floor is free');
    expect(addresses.filter((address) => address.includes(token))).toEqual([]);
    expect(await ana.evaluate(() => JSON.stringify(localStorage))).not.toContain(token);
  });

  it('lets who follows an invite in, and takes its code out of the address', async () => {
    const ana = await stage.person();
    await ana.goto(stage.url);
    await ana.getByLabel('Your token').fill(token);
    await ana.getByRole('button', { name: 'Sign in' }).click();
    const address = await stage.creates(ana, 'Ana', 'By invitation');
    await ana.getByRole('button', { name: 'Menu of this conversation' }).click();
    await ana.getByRole('menuitem', { name: 'Invite people…' }).click();
    await ana.getByRole('button', { name: 'Make a link' }).click();
    const link = await ana.getByLabel('Send them this link').inputValue();
    expect(link).toContain('#invite=');

    const operator = http(stage.url, { token: stage.hub.operator.token });
    const other = await operator.createToken({ subject: 'bo', kinds: ['human'], ttlSeconds: 600 });
    const bo = await stage.person();
    await bo.goto(stage.url);
    await bo.getByLabel('Your token').fill(other.token);
    await bo.getByRole('button', { name: 'Sign in' }).click();
    await bo.getByLabel('Your name').waitFor();
    await stage.joins(bo, link, 'Bo');
    expect(bo.url()).toBe(address);
    await composer(bo).fill('Thank you for having me.');
    await composer(bo).press('Enter');
    await expect(line(ana, 'Thank you for having me.')).toContainText('Bo');
  });
});
