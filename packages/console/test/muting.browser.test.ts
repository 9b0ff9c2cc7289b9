import type { Connection, Room } from '@parley/client';
import { connect } from '@parley/client';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isAccessible } from './axe.ts';
import { floor, Stage } from './stage.ts';

let stage: Stage;
let ana: Page;
let connection: Connection;
let robin: Room;
beforeAll(async () => {
  stage = await Stage.open();
  ana = await stage.person();
  const address = await stage.creates(ana, 'Ana', 'Hush');
  connection = await connect(stage.url);
  const id = new URL(address).pathname.slice(3);
  robin = await connection.join(id, { kind: 'agent', displayName: 'Robin' });
});
afterAll(async () => {
  await connection.close();
  await stage.close();
});

const person = () => ana.locator('.person', { hasText: 'Robin' });

async function moderate(action: string): Promise<void> {
  await ana.getByRole('button', { name: 'Moderate Robin' }).click();
  await ana.getByRole('menuitem', { name: action }).click();
}

describe('a moderator', () => {
  it('[DG-3] mutes somebody, who loses the floor and is marked with the cause, and lets it speak again', async () => {
    await robin.floor.request();
    await expect(floor(ana)).toContainText('Robin has the floor');
    await moderate('Mute until further notice');
    await expect(person()).toContainText('Muted');
    await expect(person()).toContainText('by a moderator');
    await expect(floor(ana)).toContainText('The floor is free');
    await expect(ana.getByText('Robin was muted: by a moderator')).toBeVisible();
    await isAccessible(ana);
    expect((await robin.floor.request()).status).toBe('accepted');
    await moderate('Let speak again');
    await expect(floor(ana)).toContainText('Robin has the floor');
    await expect(person()).not.toContainText('Muted');
    await robin.floor.release();
  });

  it('[DG-3] sees of what an agent’s turns failed, and until when it is left out', async () => {
    for (const failed of ['error', 'timeout', 'unreachable'] as const) {
      await robin.floor.request();
      await robin.floor.release({ failed });
    }
    await expect(person()).toContainText('Muted');
    await expect(person()).toContainText(/its turns failed \(it could not be reached\), until \d+:\d\d/);
  });
});
