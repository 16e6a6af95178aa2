const LONGEST = 38;

/** The host label a tenant's name becomes: "Ødegård & Söhne" → "odegard-sohne". The server has the last word. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/ø/g, 'o')
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
}
