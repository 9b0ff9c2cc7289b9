import { describe, expect, it } from 'vitest';
import { anchorsIn, deadLinks, linksIn } from './links.ts';

const files = new Set(['README.md', 'docs', 'docs/guide.md', 'docs/images/room.png', 'LICENSE']);
const dead = (file: string, text: string, ...others: { file: string; text: string }[]) =>
  deadLinks([{ file, text }, ...others], (path) => files.has(path));

describe('links between the pages of the checkout', () => {
  it('are found in Markdown and in its HTML, and not in code', () => {
    const text = [
      'A [guide](docs/guide.md), ![a picture](a.png "title"), <img src="b.png">, [site](https://example.com),',
      '[mail](mailto:a@example.com), `[code](no.md)`, ``[`more`](no.md)``.',
      '```md\n[fenced](no.md)\n```',
      '[after](#here)',
    ].join('\n');
    expect(linksIn(text)).toEqual(['docs/guide.md', 'a.png', 'b.png', '#here']);
  });

  it('name headings as GitHub does', () => {
    const text =
      '# What’s *new*, in `a.*`?\n## See [the log](log.md)\n## Routing\n## Routing\n```\n# no\n```';
    expect([...anchorsIn(text)]).toEqual(['whats-new-in-a', 'see-the-log', 'routing', 'routing-1']);
  });

  it.each([
    ['README.md', '[a](docs/guide.md) [b](docs) [c](docs/) [d](LICENSE) ![e](docs/images/room.png)'],
    ['docs/guide.md', '[a](../README.md) [b](images/room.png) [c](./guide.md#top)\n# Top'],
    ['docs/guide.md', '[a](#top) [b](https://example.com/nothing)\n# Top'],
  ])('may lead from %s to what is there: %s', (file, text) => {
    expect(dead(file, text)).toEqual([]);
  });

  it.each([
    ['README.md', 'docs/gone.md', /README\.md: docs\/gone\.md leads to nothing/],
    ['docs/guide.md', 'README.md', /leads to nothing/],
    ['docs/guide.md', '../../README.md', /leads to nothing/],
    ['docs/guide.md', '#bottom', /#bottom names no heading of docs\/guide\.md/],
    ['docs/guide.md', '../README.md#bottom', /names no heading of README\.md/],
  ])('may not lead from %s to %s', (file, link, problem) => {
    expect(dead(file, `[x](${link})\n# Top`, { file: 'README.md', text: '# Parley' })).toEqual([
      expect.stringMatching(problem),
    ]);
  });
});
