/** A piece of a summary: words, or a place that they rest on. */
export type Cited = string | { readonly seq: number };

/** A line of a summary in pieces; what is not among its citations is text like any other. */
export function citedPieces(line: string, cites: readonly number[]): readonly Cited[] {
  return line
    .split(/(\[#\d+\])/)
    .map((piece): Cited => {
      const seq = Number(/^\[#(\d+)\]$/.exec(piece)?.[1] ?? Number.NaN);
      return cites.includes(seq) ? { seq } : piece;
    })
    .filter((piece) => piece !== '');
}
