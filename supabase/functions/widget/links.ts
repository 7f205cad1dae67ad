import type { Session } from '../_shared/contract.ts';
import { AppError } from '../_shared/errors.ts';
import { flag, line, oneOf, readFields, uuid } from '../_shared/fields.ts';
import { empty, json, readJson } from '../_shared/http.ts';
import { newToken, sha256Hex } from '../_shared/tokens.ts';
import { callerOf } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

const LINK_SHAPE = /^[\w-]{43}$/;

/** `POST widget/resume`: the token in the link of a mail, for a token of this browser's own to the same conversation. */
export async function resume(parts: WidgetParts, request: Request): Promise<Response> {
  const body = await readJson(request);
  const { chatbot_id } = readFields({ chatbot_id: uuid() }, body);
  const token = newToken();
  const opened = await parts.rpc<Omit<Session, 'token'>>('widget_resume', {
    p_resume_hash: await hashOf(body['token']),
    p_token_hash: await sha256Hex(token),
    p_chatbot_id: chatbot_id,
    ...callerOf(parts, request),
  });
  const session: Session = { session_id: opened.session_id, conversation_id: opened.conversation_id, token };
  return json(201, session);
}

/** `POST widget/not-me`: whoever got a mail that was not for them wants no more of them. */
export async function disown(parts: WidgetParts, request: Request): Promise<Response> {
  await parts.rpc('reply_not_me', { p_token_hash: await hashOf((await readJson(request))['token']) });
  return empty();
}

/**
 * `POST widget/act`: what an alert's link to "I have it" or "Resolve" is about and, where `is_posted`, what it says is done. It is not a
 * visitor who calls, but neither need be somebody who is signed in: whoever has the mail, asks.
 */
export async function act(parts: WidgetParts, request: Request): Promise<Response> {
  const fields = { delivery_id: uuid(), act: oneOf('claim', 'resolve'), token: line(100), is_posted: flag() };
  const { delivery_id, act, token, is_posted } = readFields(fields, await readJson(request));
  const parameters = { p_delivery_id: delivery_id, p_act: act, p_token: token };
  return json(200, await parts.rpc(is_posted ? 'act_from_mail' : 'read_act', parameters));
}

async function hashOf(token: unknown): Promise<string> {
  if (typeof token !== 'string' || !LINK_SHAPE.test(token)) {
    throw new AppError('TOKIV', 'This link isn’t valid any more.');
  }
  return await sha256Hex(token);
}
