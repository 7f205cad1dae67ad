/** What is to be read when the panel cannot be loaded: a sentence, the team's own way to be reached, and a request that is kept. */
import type { Stage } from './launcher.ts';

interface Surroundings {
  frame: HTMLElement;
  config: Stage['config'];
  /** What the names in storage begin with. */
  key: string;
  /** In a browser that is too old for the panel nothing would ever send what is kept. */
  isOld: boolean;
  /** Something is kept, and to be sent as soon as that is possible. */
  again(): void;
}

export function openNote({ frame, config, key, isOld, again }: Surroundings) {
  /** Kept as the panel's outbox keeps it. */
  function keep(): void {
    // The address of an object ends in a UUID, which is all that we want of it.
    const id = URL.createObjectURL(new Blob()).slice(-36);
    const at = new Date().toISOString();
    const request = { request_id: id, trigger: 'compact_link', tapped_at: at };
    localStorage[`${key}out:${id}`] = JSON.stringify({ id, at, kind: 'escalation', request });
  }

  /** A tap on the button shows it, and another one takes it away. */
  async function show(verb: 'open' | 'escalate'): Promise<void> {
    const { when_lost, labels } = await config;
    const known = frame.querySelector('p');
    if (known) known.remove();
    if (known && verb === 'open') return;
    const note = document.createElement('p');
    const ask = document.createElement('button');
    note.setAttribute('role', 'alert');
    note.append(when_lost ? when_lost.unavailable : 'The chat cannot be reached.');
    ask.append(labels ? labels.request_help : 'Talk to a human');
    ask.onclick = () => {
      try {
        keep();
        note.replaceChildren(when_lost ? when_lost.kept : 'Your request is kept. We keep trying.');
        again();
      } catch (reason) {
        console.warn('Handoff', reason);
      }
    };
    if (!isOld) note.append(ask);
    frame.prepend(note);
    if (verb === 'escalate') ask.click();
  }

  return { show };
}
