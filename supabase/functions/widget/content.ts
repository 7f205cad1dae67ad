import { contentOf } from '../_shared/content.ts';
import type { ConversationMessage } from '../_shared/contract.ts';

/** The message with what is drawn of it. */
export function withContent(message: ConversationMessage): ConversationMessage {
  return { ...message, content: contentOf(message.role, message.text) };
}
