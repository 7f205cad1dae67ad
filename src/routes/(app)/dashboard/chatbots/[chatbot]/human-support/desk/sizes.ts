/** Rows of the list that are read at once. */
export const PAGE_ROWS = 50;

/** The most rows that a live update reads again; the server gives no more at once. */
export const REFRESH_ROWS = 200;

/**
 * Rows that the server draws. The virtual list keeps drawing this many until it is first scrolled, however many there are by
 * then, so it must not be less than what may arrive meanwhile.
 */
export const SERVER_ROWS = 200;

/** Items of a transcript that are drawn at once: about as many as fit on a screen. */
export const FIRST_ITEMS = 10;

/** Items of a transcript that are in the document; a screen that shows more of them at once has more. */
export const DRAWN_ITEMS = 200;

/** Items by which that stretch moves when one of its ends comes near; it must be well below their number. */
export const STEP_ITEMS = 100;

/** Messages that scrolling up brings. */
export const OLDER_ROWS = 200;
