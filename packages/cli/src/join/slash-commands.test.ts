import { describe, expect, it } from 'vitest';
import { helpLines, parseInput, SLASH_COMMANDS } from './slash-commands.ts';

describe('what a person types', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['Good morning.', { kind: 'say', text: 'Good morning.' }],
    ['  and/or  ', { kind: 'say', text: 'and/or' }],
    ['//usr is a folder', { kind: 'say', text: '/usr is a folder' }],
    ['/say  two  spaces', { kind: 'say', text: 'two  spaces' }],
    ['/hand', { kind: 'hand' }],
    ['/hand 0.8', { kind: 'hand', urgency: 0.8 }],
    ['/HAND 1', { kind: 'hand', urgency: 1 }],
    ['/lower', { kind: 'lower' }],
    ['/release', { kind: 'release' }],
    ['/topic Tea and time', { kind: 'topic', topic: 'Tea and time' }],
    ['/react 👍', { kind: 'react', reaction: '👍' }],
    ['/react agree @Ada Lovelace', { kind: 'react', reaction: 'agree', to: 'Ada Lovelace' }],
    ['/react agree Ada', { kind: 'react', reaction: 'agree', to: 'Ada' }],
    ['/peo', { kind: 'people' }],
    ['/leave', { kind: 'leave' }],
    ['/?', { kind: 'problem' }],
    ['/', { kind: 'problem' }],
    ['/constructor', { kind: 'problem' }],
    ['/hand high', { kind: 'problem' }],
    ['/hand 2', { kind: 'problem' }],
    ['/say', { kind: 'problem' }],
    ['/topic', { kind: 'problem' }],
    ['/react', { kind: 'problem' }],
    // Two commands begin with "re", two with "h", two with "l".
    ['/re', { kind: 'problem' }],
    ['/l', { kind: 'problem' }],
  ])('understands %j', (line, input) => {
    expect(parseInput(line)).toMatchObject(input);
  });

  it('lists every command in its help', () => {
    const help = helpLines();
    for (const name of Object.keys(SLASH_COMMANDS)) expect(help.join('\n')).toContain(`/${name}`);
  });
});
