// How many cases wait in each chatbot, for the strip of chatbots at the side: what the server said with the page, and over it what
// the open triage page has learnt since.
import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

export class OpenCounts {
  readonly #learnt = new SvelteMap<string, number>();

  /** The latest known count of a chatbot; `known` is what the page was given. */
  of(chatbot_id: string, known: number): number {
    return this.#learnt.get(chatbot_id) ?? known;
  }

  learn(chatbot_id: string, count: number): void {
    this.#learnt.set(chatbot_id, count);
  }

  /** The server has been asked again: its word counts from here on. */
  forget(): void {
    this.#learnt.clear();
  }
}

export const [getOpenCounts, setOpenCounts] = createContext<OpenCounts>();
