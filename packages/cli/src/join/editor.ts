/** One line of input with its cursor, as graphemes: what a person sees as one character is one entry. */
export interface Editor {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Lines entered earlier, oldest first. */
  readonly history: readonly string[];
  /** Which of them is shown; `history.length` is the line being written. */
  readonly shown: number;
  /** The line being written while an earlier one is shown. */
  readonly draft: string;
}

export const EMPTY_EDITOR: Editor = { before: [], after: [], history: [], shown: 0, draft: '' };
const HISTORY_MAX = 100;
/** The wire's limit for one utterance. */
const TEXT_MAX = 32_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

export const textOf = (editor: Editor): string => [...editor.before, ...editor.after].join('');

export type Edit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' | 'up' | 'down' }
  /** Ctrl-U and Ctrl-W. */
  | { readonly kind: 'clear' | 'backWord' }
  /** The line is done: it goes into the history. */
  | { readonly kind: 'enter' };

export function edit(editor: Editor, change: Edit): Editor {
  const { before, after } = editor;
  switch (change.kind) {
    case 'insert':
      if (textOf(editor).length + change.text.length > TEXT_MAX) return editor;
      return { ...editor, before: graphemes(before.join('') + change.text) };
    case 'backspace':
      return { ...editor, before: before.slice(0, -1) };
    case 'delete':
      return { ...editor, after: after.slice(1) };
    case 'left':
      return before.length === 0
        ? editor
        : { ...editor, before: before.slice(0, -1), after: [before.at(-1)!, ...after] };
    case 'right':
      return after.length === 0
        ? editor
        : { ...editor, before: [...before, after[0]!], after: after.slice(1) };
    case 'home':
      return { ...editor, before: [], after: [...before, ...after] };
    case 'end':
      return { ...editor, before: [...before, ...after], after: [] };
    case 'clear':
      return { ...editor, before: [] };
    case 'backWord':
      return { ...editor, before: graphemes(before.join('').replace(/\S+\s*$/, '')) };
    case 'up':
      return show(editor, editor.shown - 1);
    case 'down':
      return show(editor, editor.shown + 1);
    case 'enter': {
      const line = textOf(editor);
      const repeated = line.trim() === '' || line === editor.history.at(-1);
      const history = repeated ? editor.history : [...editor.history, line].slice(-HISTORY_MAX);
      return { before: [], after: [], history, shown: history.length, draft: '' };
    }
  }
}

function show(editor: Editor, index: number): Editor {
  if (index < 0 || index > editor.history.length) return editor;
  const draft = editor.shown === editor.history.length ? textOf(editor) : editor.draft;
  const line = index === editor.history.length ? draft : editor.history[index]!;
  return { ...editor, before: graphemes(line), after: [], shown: index, draft };
}
