import type { Session } from '../_shared/contract.ts';
import { AppError } from '../_shared/errors.ts';
import { readFields, uuid } from '../_shared/fields.ts';
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

async function hashOf(token: unknown): Promise<string> {
  if (typeof token !== 'string' || !LINK_SHAPE.test(token)) {
    throw new AppError('TOKIV', 'This link isn’t valid any more.');
  }
  return await sha256Hex(token);
}
