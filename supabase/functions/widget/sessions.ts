import { cut } from '../_shared/clean.ts';
import type { Session } from '../_shared/contract.ts';
import { readFields, uuid } from '../_shared/fields.ts';
import { json, readJson } from '../_shared/http.ts';
import { languageOf } from '../_shared/labels.ts';
import { newToken, sha256Hex } from '../_shared/tokens.ts';
import { callerOf } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

const PAGE_URL_MAX_LENGTH = 2048;
const USER_AGENT_MAX_LENGTH = 400;

/** `POST widget/sessions`. The token leaves here once; the database keeps its hash. */
export async function start(parts: WidgetParts, request: Request): Promise<Response> {
  const body = await readJson(request);
  const { chatbot_id } = readFields({ chatbot_id: uuid() }, body);
  const token = newToken();
  const started = await parts.rpc<Omit<Session, 'token'>>('widget_start_session', {
    p_chatbot_id: chatbot_id,
    p_language: languageOf(typeof body['locale'] === 'string' ? body['locale'] : null),
    p_page_url: pageUrl(body['page_url']),
    p_user_agent: cut(request.headers.get('user-agent') ?? '', USER_AGENT_MAX_LENGTH) || null,
    p_token_hash: await sha256Hex(token),
    // Whoever asks for a person is not held up by those behind the same address who only talk.
    p_to_escalate: body['purpose'] === 'escalation',
    ...callerOf(parts, request),
  });
  const session: Session = {
    session_id: started.session_id,
    conversation_id: started.conversation_id,
    token,
  };
  return json(201, session);
}

/**
 * The page the visitor is on, or null. Only http and https, because a team will click on it; without user name, password
 * and fragment, which may hold the visitor's secrets (an OAuth token arrives in a fragment). A strange one refuses nobody.
 */
export function pageUrl(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href.length <= PAGE_URL_MAX_LENGTH
    ? url.href
    : cut(`${url.origin}${url.pathname}`, PAGE_URL_MAX_LENGTH);
}
