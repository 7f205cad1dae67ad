// Whether the figures above the list are folded, kept in a cookie of this browser so that the server draws them as they were left.

const NAME = 'figures';
const YEAR_SECONDS = 31_536_000;

/** Reads it on the server. */
export function isFolded(cookies: { get: (name: string) => string | undefined }): boolean {
  return cookies.get(NAME) === 'folded';
}

/** Keeps it in the browser for a year. */
export function rememberFolded(isFolded: boolean): void {
  document.cookie = `${NAME}=${isFolded ? 'folded' : 'shown'}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
