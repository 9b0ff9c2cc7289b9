/** A question mark at the end, in whatever script, behind which only spaces, quotes and brackets may stand. */
const ASKS = /[?？؟\u037E՞][\s"'“‘\p{Pf}\p{Pe}]*$/u;

/** Whether an utterance asks something, as far as its text shows: by its end, not by what it means. */
export const isQuestion = (text: string): boolean => ASKS.test(text);
