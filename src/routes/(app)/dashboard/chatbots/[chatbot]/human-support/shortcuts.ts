// The keys of the triage page. Bare keys act only outside fields and dialogs, and can be switched off in the account.

export type Shortcut =
  | 'next'
  | 'previous'
  | 'resolve'
  | 'reply'
  | 'note'
  | 'assign'
  | 'undo'
  | 'search'
  | 'help'
  | 'palette'
  | 'back';

export const SHORTCUTS: { keys: string[]; does: string }[] = [
  { keys: ['J', 'K'], does: 'Next and previous case' },
  { keys: ['E'], does: 'Mark resolved, or reopen' },
  { keys: ['R'], does: 'Reply' },
  { keys: ['N'], does: 'Internal note' },
  { keys: ['A'], does: 'Assign' },
  { keys: ['Z'], does: 'Undo the last resolve' },
  { keys: ['/'], does: 'Search' },
  { keys: ['?'], does: 'This help' },
  { keys: ['Ctrl', '⌘', 'K'], does: 'Find a case or an action' },
  { keys: ['Ctrl', '⌘', 'Enter'], does: 'Send' },
  { keys: ['Esc'], does: 'Back' },
];

const BARE: Record<string, Shortcut> = {
  j: 'next',
  k: 'previous',
  e: 'resolve',
  r: 'reply',
  n: 'note',
  a: 'assign',
  z: 'undo',
  '/': 'search',
  '?': 'help',
};

/** What a key press means here; null when it belongs to whatever has the focus. */
export function shortcutOf(event: KeyboardEvent, areBareKeysOn: boolean): Shortcut | null {
  if (event.defaultPrevented || event.isComposing) return null;
  const isCommand = event.metaKey || event.ctrlKey;
  if (isCommand && !event.altKey && event.key.toLowerCase() === 'k') return 'palette';
  if (isCommand || event.altKey || isTyping(event.target)) return null;
  if (document.querySelector('dialog[open], [role="menu"]')) return null;
  if (event.key === 'Escape') return 'back';
  if (!areBareKeysOn || event.repeat) {
    const moves = event.repeat && areBareKeysOn ? BARE[event.key.toLowerCase()] : undefined;
    return moves === 'next' || moves === 'previous' ? moves : null;
  }
  return BARE[event.key.toLowerCase()] ?? null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
