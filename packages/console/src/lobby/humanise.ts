/** A readable name for a key that the catalogue does not know: `maxTurnDurationMs` → `Max turn duration`. */
export function humanise(key: string): string {
  const words = key
    .replace(/Ms$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
