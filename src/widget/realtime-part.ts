/** Live hints as a part of their own, for whoever waits for a person: what is listened to, and what is read because of a hint. */
import { openGate } from './gate.ts';
import type { Later } from './later.ts';
import { openHints } from './realtime.ts';

export interface Live {
  /** What the moment asks for; nothing closes the line. */
  listen(isOpen: boolean, conversationId: string | null, isWaiting: boolean): void;
  isLive(): boolean;
}

export type OpenLive = typeof openLive;

function openLive(
  server: { url: string; key: string },
  chatbot: string,
  later: Later,
  readConfig: () => Promise<void>,
  readConversation: () => Promise<void>,
): Live {
  // A hint about settings says that the version we know is old, whatever the conversation's state says.
  const lookAtConfig = openGate(() => void readConfig().catch(() => undefined), later);
  // A person may write several times in a row, and each should be read at once.
  const lookAtConversation = openGate(() => void readConversation(), later, 3);
  const settings = `widget:${chatbot}`;
  const hints = openHints(server, (topic) => (topic === settings ? lookAtConfig() : lookAtConversation()));
  return {
    listen(isOpen, conversationId, isWaiting) {
      const isWanted = conversationId && (isOpen || isWaiting);
      hints.listen([...(isOpen ? [settings] : []), ...(isWanted ? [`visitor:${conversationId}`] : [])]);
    },
    isLive: hints.isLive,
  };
}

(document.currentScript as HTMLScriptElement & { handoff: OpenLive }).handoff = openLive;
