/** The two who talk in the demo. */
export type Speaker = 'brindle' | 'juniper';

/** One exchange: who says what, in order. Each line can be told from every other by its beginning. */
export interface Topic {
  /** What the conversation's topic is set to when it begins. */
  readonly title: string;
  readonly lines: readonly (readonly [Speaker, string])[];
}
