// The keys of the triage page. Bare keys act only outside fields and dialogs, and can be switched off in the account.

import { isComposing } from '$lib/composing';

export type Shortcut =
  | 'next'
  | 'previous'
  | 'select'
  | 'extend-next'
  | 'extend-previous'
  | 'resolve'
  | 'reply'
  | 'note'
  | 'assign'
  | 'undo'
  | 'unread'
  | 'search'
  | 'help'
  | 'palette'
  | 'back';

export const SHORTCUTS: { keys: string[]; does: string }[] = [
  { keys: ['J', 'K'], does: 'Next and previous case' },
  { keys: ['X'], does: 'Select or deselect a case' },
  { keys: ['Shift', 'J', 'K'], does: 'Extend the selection up or down' },
  { keys: ['Shift', 'Click'], does: 'Select everything up to a case' },
  { keys: ['E'], does: 'Mark resolved or reopen, or resolve everything selected' },
  { keys: ['R'], does: 'Reply' },
  { keys: ['N'], does: 'Internal note' },
  { keys: ['A'], does: 'Assign, or assign everything selected' },
  { keys: ['Z'], does: 'Undo the last resolve; press again for the one before' },
  { keys: ['U'], does: 'Mark unread' },
  { keys: ['/'], does: 'Search' },
  { keys: ['?'], does: 'This help' },
  { keys: ['Ctrl', '⌘', 'K'], does: 'Find a case or an action' },
  { keys: ['Ctrl', '⌘', 'Enter'], does: 'Send' },
  { keys: ['Esc'], does: 'Clear the selection, then back' },
];

const BARE: Record<string, Shortcut> = {
  j: 'next',
  k: 'previous',
  x: 'select',
  e: 'resolve',
  r: 'reply',
  n: 'note',
  a: 'assign',
  z: 'undo',
  u: 'unread',
  '/': 'search',
  '?': 'help',
};

const WITH_SHIFT: Partial<Record<Shortcut, Shortcut>> = { next: 'extend-next', previous: 'extend-previous' };

/** What may be repeated by holding the key down. */
const MOVES: Shortcut[] = ['next', 'previous', 'extend-next', 'extend-previous'];

/** What a key press means here; null when it belongs to whatever has the focus. */
export function shortcutOf(event: KeyboardEvent, areBareKeysOn: boolean): Shortcut | null {
  if (event.defaultPrevented || isComposing(event)) return null;
  if (isAskedFirst()) return null;
  const isCommand = event.metaKey || event.ctrlKey;
  if (isCommand && !event.altKey && event.key.toLowerCase() === 'k') return 'palette';
  if (isCommand || event.altKey || isTyping(event.target)) return null;
  if (event.key === 'Escape') return 'back';
  const bare = areBareKeysOn ? BARE[event.key.toLowerCase()] : undefined;
  if (!bare) return null;
  const shortcut = (event.shiftKey && WITH_SHIFT[bare]) || bare;
  return !event.repeat || MOVES.includes(shortcut) ? shortcut : null;
}

/** Whether a dialog or a menu is open, which is what keys are for then. */
export function isAskedFirst(): boolean {
  return document.querySelector('dialog[open], [role="menu"]') !== null;
}

/** Whether keys are letters there. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
