import type { AssistantReply, ConversationMessage, ReplyStreamEvent } from '../_shared/contract.ts';
import { TEXT_MAX_LENGTH } from '../_shared/contract.ts';
import { oneOf, readFields, text, uuid } from '../_shared/fields.ts';
import { empty, json, readJson } from '../_shared/http.ts';
import { withContent } from './content.ts';
import { eventStream, piecesOf, wantsEvents } from './event-stream.ts';
import { GrowingReply } from './growing-reply.ts';
import { BotFailure, complete } from './openai.ts';
import type { Draft } from './openai.ts';
import type { Bot } from './prompt.ts';
import { callerOf, originOf, tokenHash } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

/** What SQL answers once the visitor's message is stored: with the built-in bot, the reply is stored already. */
interface Posted {
  message: ConversationMessage;
  reply: ConversationMessage | null;
  is_muted: boolean;
  intent: AssistantReply['intent'];
  bot: Bot;
}

type OnText = (piece: string) => void;

/** `POST widget/messages`: the reply as JSON, or streamed to a caller that accepts `text/event-stream`. */
export async function post(parts: WidgetParts, request: Request): Promise<Response> {
  const p_token_hash = await tokenHash(request);
  const { id, text: p_text } = readFields(
    { id: uuid(), text: text(TEXT_MAX_LENGTH) },
    await readJson(request),
  );
  const posted = await parts.rpc<Posted>('widget_post_message', {
    p_token_hash,
    p_id: id,
    p_text,
    ...callerOf(parts, request),
  });
  if (wantsEvents(request))
    return eventStream((send) => streamReply(parts, p_token_hash, posted, send), parts.keepAlive);
  const reply = replyTo(parts, p_token_hash, posted, () => undefined);
  parts.keepAlive(reply);
  return json(200, await reply);
}

/** `POST widget/feedback`. */
export async function rate(parts: WidgetParts, request: Request): Promise<Response> {
  const p_token_hash = await tokenHash(request);
  const { message_id, value } = readFields(
    { message_id: uuid(), value: oneOf('positive') },
    await readJson(request),
  );
  await parts.rpc('widget_feedback', {
    p_token_hash,
    p_message_id: message_id,
    p_value: value,
    ...originOf(request),
  });
  return empty();
}

async function streamReply(
  parts: WidgetParts,
  p_token_hash: string,
  posted: Posted,
  send: (event: ReplyStreamEvent) => void,
): Promise<void> {
  const { id, seq, content } = withContent(posted.message);
  send({ event: 'accepted', data: { id, seq, content } });
  const growing = new GrowingReply((data) => send({ event: 'delta', data }));
  try {
    const reply = await replyTo(parts, p_token_hash, posted, (piece) => growing.push(piece));
    growing.flush();
    send({ event: 'reply', data: reply });
  } finally {
    growing.stop();
  }
}

async function replyTo(
  parts: WidgetParts,
  p_token_hash: string,
  posted: Posted,
  onText: OnText,
): Promise<AssistantReply> {
  const { bot, is_muted, intent } = posted;
  // Who is being handed over at once hears the confirmation, not another answer.
  if (posted.reply || is_muted || bot.kind !== 'openai' || intent === 'escalate') {
    if (posted.reply) piecesOf(posted.reply.text).forEach(onText);
    return asReply(posted.reply, intent);
  }
  const { text, suggestHuman, answerId } = await draftReply(parts, posted, onText);
  // Null when a person has taken over meanwhile: then the assistant keeps what it wanted to say to itself.
  const stored = await parts.rpc<ConversationMessage | null>('widget_store_reply', {
    p_token_hash,
    p_in_reply_to: posted.message.id,
    p_id: crypto.randomUUID(),
    p_text: text,
    p_followups: bot.followups,
    p_suggest_human: suggestHuman || intent === 'offer',
    p_answer_id: answerId ?? null,
  });
  return asReply(stored, intent);
}

/**
 * The model's answer; when it fails, what the built-in search is sure of, else an empty text, which SQL stores as "I have
 * no answer" in the visitor's language; with the offer of a person in both cases. Pieces that the visitor has seen of a
 * failed answer are replaced by the reply.
 */
async function draftReply(
  parts: WidgetParts,
  { bot, message }: Posted,
  onText: OnText,
): Promise<Draft & { answerId?: string | undefined }> {
  try {
    return await complete(bot, parts.bot, onText);
  } catch (error) {
    if (!(error instanceof BotFailure)) throw error;
    console.error(`the bot gave no answer to ${message.id}: ${error.message}`);
    const known = bot.candidates.find(({ is_confident }) => is_confident);
    return { text: known?.answer ?? '', suggestHuman: true, answerId: known?.answer_id };
  }
}

function asReply(message: ConversationMessage | null, intent: AssistantReply['intent']): AssistantReply {
  return {
    message: message && withContent(message),
    followups: message?.followups ?? [],
    suggest_human: message?.suggest_human ?? false,
    intent,
  };
}
