/** The beginning of a Markdown text in one line without its marks, for quotations and announcements. */
export function plainStart(markdown: string, characters: number): string {
  const plain = markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~#>|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain.length <= characters) return plain;
  return `${plain.slice(0, characters).trimEnd()}…`;
}
