import { describe, expect, it } from 'vitest';
import { conversationAddress, parseConversationAddress, parseHubAddress } from './address.ts';

describe('addresses', () => {
  it('reads what it writes', () => {
    const address = conversationAddress('http://127.0.0.1:8787', 'cnv_1');
    expect(parseConversationAddress(address)).toEqual({
      hub: 'http://127.0.0.1:8787',
      conversation: 'cnv_1',
    });
  });

  it('takes the invite along', () => {
    expect(parseConversationAddress('https://hub.example/c/cnv_1?invite=inv_x').invite).toBe('inv_x');
    expect(parseConversationAddress('https://hub.example/c/cnv_1#invite=inv_x').invite).toBe('inv_x');
  });

  it.each(['cnv_1', 'ftp://a/c/cnv_1', 'http://a/', 'http://a/c/', 'http://a/c/a/b', 'http://a/c/ä'])(
    'refuses %s and says what was expected',
    (text) => {
      expect(() => parseConversationAddress(text)).toThrow(/expected http:\/\/host:port\/c\/<conversation>/);
    },
  );

  it('reads a hub without the rest of the address', () => {
    expect(parseHubAddress('http://127.0.0.1:8787/c/cnv_1')).toBe('http://127.0.0.1:8787');
    expect(() => parseHubAddress('localhost')).toThrow(/expected http:\/\/host:port/);
  });
});
