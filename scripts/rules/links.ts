/** What a Markdown file of the checkout offers to those that link to it. */
export interface Page {
  /** From the checkout's root, with `/`. */
  readonly file: string;
  readonly text: string;
}

const FENCE = /^(?<fence>`{3,}|~{3,})[\s\S]*?^\k<fence>[`~]*\s*$/gm;
const CODE = /(?<ticks>`+)(?!`)[\s\S]*?(?<!`)\k<ticks>(?!`)/g;
/** `](target)` or `](target "title")`, and `href`, `src`, `srcset` of the HTML that Markdown lets through. */
const LINK = /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)|\b(?:href|src|srcset)="([^"\s]+)"/g;
const HEADING = /^#{1,6}\s+(.+?)\s*#*\s*$/gm;
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** Links of a page, without those in code and those to other sites. */
export const linksIn = (markdown: string): string[] =>
  [...markdown.replaceAll(FENCE, '').replaceAll(CODE, '').matchAll(LINK)]
    .map(([, inline, html]) => (inline ?? html)!)
    .filter((target) => !ELSEWHERE.test(target));

/** The anchors that GitHub gives to a page's headings; of equal ones the second ends in `-1`. */
export function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of markdown.replaceAll(FENCE, '').matchAll(HEADING)) {
    const words = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    let free = anchor;
    for (let count = 1; anchors.has(free); count++) free = `${anchor}-${count}`;
    anchors.add(free);
  }
  return anchors;
}

/**
 * One line for each relative link that leads nowhere: to no file or folder of the checkout, or to no heading
 * of the page. `exists` is asked with paths from the root.
 */
export function deadLinks(pages: readonly Page[], exists: (file: string) => boolean): string[] {
  const anchors = new Map(pages.map(({ file, text }) => [file, anchorsIn(text)]));
  return pages.flatMap(({ file, text }) =>
    linksIn(text).flatMap((link) => {
      const [target = '', anchor] = decodeURI(link).split('#', 2);
      const found = target === '' ? file : within(file, target);
      if (found === null || !exists(found)) return [`${file}: ${link} leads to nothing in this checkout`];
      const known = anchors.get(found);
      const isDead = anchor !== undefined && known !== undefined && !known.has(anchor);
      return isDead ? [`${file}: ${link} names no heading of ${found}`] : [];
    }),
  );
}

/** The path from the root of what `from` links to; null outside of the checkout. */
function within(from: string, target: string): string | null {
  const path = new URL(target, `file:///${from}`).pathname.slice(1);
  // A URL stops at its root; what would leave the checkout has more steps up than `from` has folders.
  const steps = target.split('/').filter((step) => step === '..').length;
  return steps > from.split('/').length - 1 ? null : decodeURI(path).replace(/\/$/, '');
}
