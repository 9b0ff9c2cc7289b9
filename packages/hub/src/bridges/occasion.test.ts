import { expect, it } from 'vitest';
import { judged } from './occasion.ts';

type Present = Parameters<typeof judged>[1];

/** A room with these people in it, as the first of them sees it. */
function present(...names: string[]): Present {
  const participants = names.map((displayName) => ({ id: `prt_${displayName}`, displayName }));
  return { me: participants[0]!.id, self: participants[0], view: { participants } } as unknown as Present;
}

const said = (text: string, addressedTo: readonly string[] = []) => ({
  text,
  addressedTo,
  expectsReply: false,
});

it.each([
  ['What do you think, @Sage?', true],
  ['@sage, what do you think?', true],
  ['Ask @Sage’s opinion', true],
  ['@Sageさん、どう思う', true],
  ['Sage is wise.', false],
  ['What do you think, @Sage2?', false],
  ['What do you think, @sage of the North?', false],
  ['What do you think, @Sage2 and @Sage?', true],
  ['@Sage3?', true],
])('who is present with names alike is not taken for another: %s', (text, addressed) => {
  const room = present('Sage', 'Sage2', 'Sage of the North', 'Ann');
  expect(judged(said(text), room).addressed).toBe(addressed);
});

it('whoever is addressed by id is addressed, however it is called', () => {
  const room = present('Sage', 'Sage2');
  expect(judged(said('Well, @Sage2?', ['prt_Sage']), room)).toEqual({ addressed: true, question: true });
  expect(judged(said('Well, @Sage2?', ['prt_Sage2']), room)).toEqual({ addressed: false, question: false });
});
