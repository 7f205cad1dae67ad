/**
 * The conversation token of this visitor on this chatbot: made when the first message or request is sent, kept for
 * the next page, shared by the tabs. When the server no longer knows it, it is forgotten and the next thing
 * sent starts a new conversation.
 */
import type { Api } from './api.ts';
import type { ApiError } from './api-error.ts';
import type { Storage } from './storage.ts';

export interface Session {
  /** The token in storage, null before the first message. */
  token(): string | null;
  conversationId(): string | null;
  /** The token, after starting a session if there is none. One that a request for a person begins is not held up by other visitors. */
  ensure(isAsking: boolean): Promise<string>;
  /** The token of a conversation that this browser does not show. */
  aside(isAsking: boolean): Promise<string>;
  /** Forgets this token, unless another tab has already put a new one in its place. */
  forget(token: string): void;
}

export const SESSION_KEY = 'session';

/**
 * One tab at a time, where the browser can arrange it: two first messages must not make two conversations. Where storage is
 * blocked, and in sandboxed frames, it refuses; then every tab is alone anyway.
 */
export async function oneTabAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  const begin = () => (started ??= work());
  await navigator.locks?.request(name, begin).catch(() => undefined);
  return begin();
}

export function openSession(
  api: Api,
  storage: Storage,
  chatbotId: string,
  locale: string,
  pageUrl: () => string,
): Session {
  let starting: Promise<string> | null = null;

  function kept(): { token: string; conversation_id: string } | null {
    try {
      const found = JSON.parse(storage.get(SESSION_KEY) ?? 'null');
      return typeof found?.token === 'string' ? found : null;
    } catch {
      return null;
    }
  }

  const begin = (isAsking: boolean) => api.startSession(chatbotId, locale, pageUrl(), isAsking);

  async function start(isAsking: boolean): Promise<string> {
    const found = kept();
    if (found) return found.token;
    const session = await begin(isAsking);
    storage.set(SESSION_KEY, JSON.stringify(session));
    return session.token;
  }

  function startOnce(isAsking: boolean): Promise<string> {
    starting ??= oneTabAtATime(`handoff:${chatbotId}:start`, () => start(isAsking)).finally(
      () => (starting = null),
    );
    return starting;
  }

  return {
    token: () => kept()?.token ?? null,
    conversationId: () => kept()?.conversation_id ?? null,
    async ensure(isAsking) {
      try {
        return await startOnce(isAsking);
      } catch (error) {
        // It may have been a message's session that was refused.
        if (isAsking && (error as ApiError).code === 'TOOMY') return startOnce(true);
        throw error;
      }
    },
    aside: async (isAsking) => (await begin(isAsking)).token,
    forget(token) {
      if (kept()?.token === token) storage.remove(SESSION_KEY);
    },
  };
}
