/**
 * The link of a mail, as a part of its own: most visitors never come by one. It brings the conversation of the mail into this browser
 * and opens it. The one that stood here is left to the team, as by "Start a new conversation"; a link that is not valid changes nothing.
 */
import type { ApiError } from './api-error.ts';
import type { Api } from './api.ts';
import type { Chat } from './chat.ts';
import type { Later } from './later.ts';
import type { Launcher, Panel } from './launcher.ts';
import { SESSION_KEY, type Session } from './session.ts';
import type { Storage } from './storage.ts';
import { NOTHING_YET } from './store.ts';
import type { Words } from './words.ts';

const RETRY_MS = 5_000;

export type Resume = typeof resume;

function resume(
  { chatbot }: Launcher,
  later: Later,
  storage: Storage,
  api: Api,
  session: Session,
  chat: Chat,
  words: Words,
  panel: Panel,
): Promise<void> {
  const [, token = ''] = /handoff=([^&]*)/.exec(location.hash) ?? [];
  // Not for bookmarks, for whoever counts visits, or for the next person at this screen.
  history.replaceState(history.state, '', location.pathname + location.search);

  async function exchange(isAgain = false): Promise<void> {
    try {
      const opened = await chat.heard(api.resume(chatbot, token));
      if (opened.conversation_id !== session.conversationId()) {
        // What was written here without a line, before any conversation began, is said in this one.
        if (session.token()) chat.startOver();
        else chat.change(NOTHING_YET);
        storage.remove('seen');
      }
      storage.set(SESSION_KEY, JSON.stringify(opened));
      chat.change({ notice: '' });
    } catch (error) {
      const { isPassing, retryAfterMs } = error as ApiError;
      if (isPassing) later(() => void exchange(true), Math.max(RETRY_MS, retryAfterMs));
      else chat.change({ notice: words.texts.link_invalid });
    }
    if (!isAgain) panel.open();
  }

  return exchange();
}

(document.currentScript as HTMLScriptElement & { handoff: Resume }).handoff = resume;
