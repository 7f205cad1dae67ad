// What a screen reader is told that nobody pressed for: short sentences, one at a time, in one place. Made once by the (app) layout and
// found through context; the Announcer component gives it its live region, which moves into a dialog while one is open.
import { createContext } from 'svelte';

/** What comes within this time is said together, and the last of what has the same subject stands for it. */
const GATHER_MILLISECONDS = 400;
const NO_BREAK_SPACE = '\u00a0';

export class Announcer {
  #text = $state('');
  #pending = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** What is being said; a no-break space at every other end, since the same text twice in a row would be said once. */
  get text(): string {
    return this.#text;
  }

  /** Says a sentence soon. Of one `subject` only the latest is said: a count that changes, a case among several that are passed. */
  say(sentence: string, subject: string = sentence): void {
    this.#pending.delete(subject);
    this.#pending.set(subject, sentence);
    this.#timer ??= setTimeout(() => this.#speak(), GATHER_MILLISECONDS);
  }

  /** Says nothing any more of what is waiting about the subject. */
  withdraw(subject: string): void {
    this.#pending.delete(subject);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #speak(): void {
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    const sentences = [...this.#pending.values()].join(' ');
    this.#pending.clear();
    this.#text = sentences + (this.#turn++ % 2 === 1 ? NO_BREAK_SPACE : '');
  }
}

/** The announcer of the page this component is on. */
export const [getAnnouncer, setAnnouncer] = createContext<Announcer>();
