// What is drawn of a message. It is made where the message is sent from, so that a customer's page carries no parser.
import type { MessageRole } from './contract.ts';
import { linked } from './links.ts';
import { parseMarkdown } from './markdown.ts';

/** The tree of what was written, as JSON: only an assistant writes Markdown. Undefined where it is nothing but the text itself. */
export function contentOf(role: MessageRole, text: string): string | undefined {
  const nodes = role === 'assistant' ? parseMarkdown(text) : linked(text);
  return nodes.length === 0 || nodes[0] === text ? undefined : JSON.stringify(nodes);
}
