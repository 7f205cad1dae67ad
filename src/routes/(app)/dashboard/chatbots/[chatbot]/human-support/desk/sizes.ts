/** Rows of the list that are read at once. */
export const PAGE_ROWS = 50;

/** The most rows that a live update reads again; the server gives no more at once. */
export const REFRESH_ROWS = 200;

/**
 * Rows that the server draws. The virtual list keeps drawing this many until it is first scrolled, however many there are by
 * then, so it must not be less than what may arrive meanwhile.
 */
export const SERVER_ROWS = 200;

/** What a transcript draws at once, in short items (see `case/stretch.ts`): about as many as fit on a screen. */
export const FIRST_WEIGHT = 10;

/** What of a transcript is in the document, in short items; a screen that shows more of it at once has more. */
export const DRAWN_WEIGHT = 200;

/** By how much that stretch grows or moves in one frame, in short items; it must be well below the whole. */
export const STEP_WEIGHT = 40;

/** How much of a text that is longer than anybody can type in the widget is shown until it is unfolded, in characters. */
export const FOLDED_LENGTH = 1000;

/** Messages that scrolling up brings. */
export const OLDER_ROWS = 200;
