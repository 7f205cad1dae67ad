/**
 * What the widget remembers in the visitor's browser: a token and what is not sent yet, never a cookie.
 * Where storage is blocked or full everything works from memory until the page goes. Keys are kept apart
 * by chatbot, and one fact has one key, so that two tabs never overwrite each other's.
 */
export interface Storage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
  /** Called when another tab changed something, until the signal is aborted. */
  onChange(listener: () => void, signal: AbortSignal): void;
}

export type Area = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** The browser's own storage; reading the property itself throws where it is blocked. */
function browserArea(): Area | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function openStorage(chatbotId: string, area: Area | null = browserArea()): Storage {
  const prefix = `handoff:${chatbotId}:`;
  const memory = new Map<string, string>();

  function attempt<T>(work: (area: Area) => T): T | undefined {
    try {
      return area ? work(area) : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    get: (key) => memory.get(key) ?? attempt((kept) => kept.getItem(prefix + key)) ?? null,
    set(key, value) {
      const isKept = attempt((kept) => (kept.setItem(prefix + key, value), true));
      if (isKept) memory.delete(key);
      else memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((kept) => kept.removeItem(prefix + key));
    },
    keys() {
      const found = new Set(memory.keys());
      attempt((kept) => {
        for (let index = 0; index < kept.length; index++) {
          const key = kept.key(index);
          if (key?.startsWith(prefix)) found.add(key.slice(prefix.length));
        }
      });
      return [...found];
    },
    onChange(listener, signal) {
      const hear = ({ key }: StorageEvent) => {
        // A null key means that everything was cleared.
        if (key === null || key.startsWith(prefix)) listener();
      };
      addEventListener('storage', hear, { signal });
    },
  };
}
