import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
let ana: Page;
let dialog: Locator;
let name: Locator;
let add: Locator;
beforeAll(async () => {
  stage = await Stage.open();
  ana = await stage.person();
  await ana.goto(stage.url);
  await ana.getByRole('button', { name: 'New conversation' }).first().click();
  dialog = ana.getByRole('dialog', { name: 'New conversation' });
  await dialog.getByRole('button', { name: 'Who hears what is said' }).click();
  await ana.getByRole('option', { name: 'By roles' }).click();
  name = dialog.getByLabel('One more role that speaks');
  add = dialog
    .getByRole('group', { name: 'Who hears whom' })
    .getByRole('button', { name: 'Add', exact: true });
});
afterAll(() => stage.close());

const remove = (role: string): Locator => dialog.getByRole('button', { name: `Remove ${role}`, exact: true });

describe('in a table of settings the focus', () => {
  it('is in the field again after an entry was added, by a press or by the keyboard', async () => {
    await name.fill('teacher');
    await add.click();
    await expect(name).toBeFocused();
    await name.fill('student');
    await ana.keyboard.press('Tab');
    await expect(add).toBeFocused();
    await ana.keyboard.press('Enter');
    await expect(name).toBeFocused();
    await name.fill('guest');
    await ana.keyboard.press('Enter');
    await expect(name).toBeFocused();
    await expect(dialog.getByRole('button', { name: /^Remove/ })).toHaveCount(3);
  });

  it('is in the field after a press that adds nothing', async () => {
    await name.fill('guest');
    await add.click();
    await expect(name).toBeFocused();
    await expect(dialog.getByText('guest is there already')).toBeVisible();
    await name.fill('');
    await add.click();
    await expect(name).toBeFocused();
    await expect(dialog.getByRole('button', { name: /^Remove/ })).toHaveCount(3);
  });

  it('is on the next entry after one was taken out, and on Add after the last', async () => {
    await remove('student').focus();
    await ana.keyboard.press('Enter');
    await expect(remove('guest')).toBeFocused();
    await ana.keyboard.press('Enter');
    await expect(add).toBeFocused();
    await remove('teacher').click();
    await expect(add).toBeFocused();
  });
});

describe('in a list of texts the focus', () => {
  it('stays where one goes, also when leaving the field has added what was written', async () => {
    await name.fill('teacher');
    await name.press('Enter');
    const field = dialog.getByLabel('“teacher” is heard by').first();
    await field.fill('student');
    await ana.keyboard.press('Tab');
    const more = dialog.getByRole('button', { name: 'Add (“teacher” is heard by)' });
    await expect(dialog.getByRole('row', { name: 'student' })).toBeVisible();
    await expect(more).toBeFocused();
    await ana.keyboard.press('Enter');
    await expect(field).toBeFocused();
    await field.fill('guest');
    await more.click();
    await expect(dialog.getByRole('row', { name: 'guest' })).toBeVisible();
    await expect(field).toBeFocused();
  });
});
