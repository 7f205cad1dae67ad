/** The page the visitor is on, as the team may see it: a query may hold secrets, so of its parameters only those the owner has named. */
export function pageAddress(href: string, names: readonly string[] = []): string {
  const { origin, pathname, searchParams } = new URL(href);
  const kept = [...searchParams].filter(([name]) => names.includes(name));
  return origin + pathname + (kept.length ? `?${new URLSearchParams(kept)}` : '');
}
