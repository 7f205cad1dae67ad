import type { ConversationState } from '../_shared/contract.ts';
import { flag, integer, lenient, optional, queryOf, readFields } from '../_shared/fields.ts';
import { empty, json, readJson } from '../_shared/http.ts';
import { withContent } from './content.ts';
import { originOf, tokenHash } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

/** `GET widget/conversation?after=<seq>`: what is new since `seq`, and who handles the conversation. */
export async function read(parts: WidgetParts, request: Request): Promise<Response> {
  const p_token_hash = await tokenHash(request);
  const { after } = readFields({ after: optional(integer(0)) }, queryOf(request));
  const state = await parts.rpc<ConversationState>('widget_read', {
    p_token_hash,
    p_after: after ?? 0,
    ...originOf(request),
  });
  return json(200, { ...state, messages: state.messages.map(withContent) });
}

/** `POST widget/seen`: how far the visitor has read, and whether they type. Courtesy for the team, nothing depends on it. */
export async function see(parts: WidgetParts, request: Request): Promise<Response> {
  const p_token_hash = await tokenHash(request);
  const { read_seq, typing } = readFields(
    { read_seq: lenient(integer(0)), typing: lenient(flag()) },
    await readJson(request),
  );
  await parts.rpc('widget_seen', { p_token_hash, p_read_seq: read_seq ?? 0, p_typing: typing ?? false });
  return empty();
}
