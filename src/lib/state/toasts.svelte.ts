// The short messages at the edge of the screen: what was just done, and the way back while there is one. Made once by the
// (app) layout and found through context; the Toaster component counts the seconds.
import { createContext } from 'svelte';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'red' | 'green' | 'amber';
  /** How long it stays; pointing at it or focusing it stops the clock. */
  seconds: number;
  /** What can be done about it, and the key that does it too, or what that does instead. */
  action?: { label: string; run: () => void; key?: string; keyDoes?: string } | undefined;
}

export class Toasts {
  #list = $state<Toast[]>([]);
  #next = 1;

  get list(): Toast[] {
    return this.#list;
  }

  /** Shows a message and returns its id. */
  show(text: string, options: Partial<Omit<Toast, 'id' | 'text'>> = {}): number {
    const id = this.#next++;
    this.#list = [...this.#list.slice(-3), { id, text, tone: 'plain', seconds: 5, ...options }];
    return id;
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}

/** The toasts of the page this component is on. */
export const [getToasts, setToasts] = createContext<Toasts>();
