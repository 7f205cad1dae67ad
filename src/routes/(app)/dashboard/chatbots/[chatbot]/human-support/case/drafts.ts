// Half-written replies, kept on this device so that neither a reload nor a colleague's call loses them.

const PREFIX = 'handoff:draft:';
const KEPT = 50;

/** The draft of a conversation; empty when there is none or the browser keeps nothing. */
export function readDraft(conversation_id: string, kind: string): string {
  try {
    return localStorage.getItem(`${PREFIX}${conversation_id}:${kind}`) ?? '';
  } catch {
    return '';
  }
}

/** Keeps a draft, or forgets it when it is empty. */
export function writeDraft(conversation_id: string, kind: string, text: string): void {
  const key = `${PREFIX}${conversation_id}:${kind}`;
  try {
    if (text.trim() === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    const drafts = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    for (const old of drafts.filter((name) => name !== key).slice(0, Math.max(0, drafts.length - KEPT))) {
      localStorage.removeItem(old);
    }
  } catch {
    // Private windows may refuse storage; the text is still in the field.
  }
}
