import { describe, expect, it } from 'vitest';
import { ResumeTokens } from './resume-token.ts';
import { ownerOf, TaskIds } from './task-ids.ts';

const secret = Buffer.alloc(32, 1);
const ids = new TaskIds(secret);

describe('ids of A2A tasks', () => {
  it('[A2-6] say which membership they are, the same each time, without naming the principal', () => {
    const id = ids.ofMember('cnv_1', 'prt_1', 'ada@example.org');
    expect(new TaskIds(secret).ofMember('cnv_1', 'prt_1', 'ada@example.org')).toBe(id);
    expect(ids.read(id)).toEqual({
      conversation: 'cnv_1',
      participant: 'prt_1',
      owner: ownerOf('ada@example.org'),
      refused: null,
    });
    expect(Buffer.from(id.slice(4).split('.')[0]!, 'base64url').toString()).not.toContain('ada');
  });

  it('[A2-6] fit into an address, however long a principal is', () => {
    const id = ids.ofMember('c'.repeat(26), 'p'.repeat(20), 'x'.repeat(200));
    expect(`${id}:subscribe`.length).toBeLessThan(200);
    expect(id).toMatch(/^[A-Za-z0-9_.-]+$/);
  });

  it('[A2-6] are believed only as this hub signed them, for this purpose', () => {
    const id = ids.ofRefused('cnv_1', 'ada', 'conversation.full');
    expect(ids.read(id)).toMatchObject({ participant: null, refused: 'conversation.full' });
    expect(new TaskIds(Buffer.alloc(32, 2)).read(id)).toBeNull();
    const claims = { conversation: 'cnv_1', participant: 'prt_1', principal: 'ada', generation: 0 };
    expect(ids.read(new ResumeTokens(secret).sign(claims).replace('rsm_', 'tsk_'))).toBeNull();
    for (const text of ['', 'tsk_', 'tsk_.', `${id}.`, id.slice(0, -1)]) expect(ids.read(text)).toBeNull();
  });
});
