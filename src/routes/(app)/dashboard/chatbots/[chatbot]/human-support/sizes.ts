/** Rows of the list that are read at once. */
export const PAGE_ROWS = 50;

/** The most rows that a live update reads again; the server gives no more at once. */
export const REFRESH_ROWS = 200;

/** Messages that a case opens with. */
export const TRANSCRIPT_ROWS = 60;

/** Messages that scrolling up brings. */
export const OLDER_ROWS = 200;
