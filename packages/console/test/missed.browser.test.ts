import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { violations } from './axe.ts';
import { Company } from './company.ts';
import { line, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

describe('who missed much', () => {
  it('[CU-2] [HU-2] reads it in short, follows it to the lines, and sees which answer came late', async () => {
    const company = await Company.meet(stage, 'A long talk', {
      floor: { maxConsecutiveAgentTurns: 0 },
    });
    const { ana, address } = company;
    const bo = await company.joined('Bo');
    const { item } = await bo.openItem({ kind: 'question', text: 'How many lanes?' });
    const seq = bo.view.context.openItems[0]!.seq;
    await bo.resolveItem(item as string, 'Two.');
    for (let turn = 0; turn < 40; turn += 1) {
      await bo.withFloor((speaking) => speaking.say(`Point ${turn}.`));
    }
    await bo.recordDecision({ text: 'Two lanes.' });
    await bo.withFloor((speaking) => speaking.say('Three, I still say.', { inReplyTo: seq }));
    await bo.resolveItem(item as string, 'Three.');

    await stage.joins(ana, address, 'Ana');
    const missed = ana.getByRole('region', { name: 'What you missed, in short' });
    await expect(missed).toContainText('Decided: “Two lanes.” (Bo)');
    expect(await violations(ana)).toEqual([]);
    const link = missed.getByRole('listitem').filter({ hasText: 'Spoke' }).getByRole('link');
    const cited = await link.textContent();
    await link.click();
    await expect(ana).toHaveURL(new RegExp(`#s${cited}$`));
    await expect(line(ana, 'Three, I still say.')).toHaveClass(/line--marked/);
    await expect(line(ana, 'Three, I still say.')).toContainText('a late answer');
    await expect(ana.getByText('Bo answers late: Three.')).toBeVisible();
    await missed.getByRole('button', { name: 'Put away' }).click();
    await expect(missed).toHaveCount(0);
    await expect(ana.locator('.transcript__list')).toBeFocused();
    await company.part();
  });
});
