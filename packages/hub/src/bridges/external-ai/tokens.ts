/**
 * How many tokens a text is at most, roughly: a third of its bytes. Tokenizers of today make four to five
 * bytes of English one token, three of program text, and about three of Chinese or Japanese; so a prompt that
 * fits by this estimate fits, at the price of some room that stays empty (ADR 36).
 */
export const tokensIn = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);
