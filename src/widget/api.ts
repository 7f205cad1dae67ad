/**
 * The edge function `widget`, call by call. Every failure becomes an `ApiError`. When no answer came at all nobody knows
 * whether the server acted, which is why every id is made here.
 */
import type {
  AssistantReply,
  ConversationState,
  ErrorBody,
  EscalationReply,
  EscalationRequest,
  Lead,
  Session,
  WidgetConfig,
} from '#shared/contract.ts';
import { ApiError } from './api-error.ts';
import { readEvents, type StreamListener } from './stream.ts';

const DEADLINE_MS = 15_000;
/** A streamed answer may pause this long between two pieces; models think before they speak. */
const SILENCE_MS = 45_000;

export type Api = ReturnType<typeof openApi>;

/** Once the signal is aborted nobody waits for an answer any more; what is on its way out still goes out. */
export function openApi(base: string, signal: AbortSignal) {
  const address = `${base}/functions/v1/widget/`;

  async function call(path: string, token: string | null, body?: object, accept?: string): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), accept ? SILENCE_MS : DEADLINE_MS);
    // A tap is still sent while the page is being left.
    const keepalive = !!body && !accept;
    const end = () => (keepalive ? clearTimeout(timer) : abort.abort());
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      const response = await fetch(address + path, {
        method: body ? 'POST' : 'GET',
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(accept && { accept }),
        },
        ...(body && { body: JSON.stringify(body) }),
        credentials: 'omit',
        keepalive,
        signal: abort.signal,
      });
      if (!response.ok) throw await refusal(response);
      return response;
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError('OFFLN');
    } finally {
      clearTimeout(timer);
      // A stream goes on.
      if (!accept) signal.removeEventListener('abort', end);
    }
  }

  const json = async <T>(path: string, token: string | null, body?: object): Promise<T> => {
    const response = await call(path, token, body);
    // A body cut off half way is a lost answer, not an empty one.
    return response.json().catch(() => Promise.reject(new ApiError('OFFLN'))) as Promise<T>;
  };

  /** What is new after a place. A long history comes in pages, so that none of them holds the customer's page. */
  async function conversation(token: string, after: number): Promise<ConversationState> {
    const page = await json<ConversationState>(`conversation?after=${after}`, token);
    if (!page.has_more) return page;
    const rest = await conversation(token, page.last_seq);
    return { ...rest, messages: [...page.messages, ...rest.messages] };
  }

  return {
    config: (chatbotId: string, locale: string) =>
      json<WidgetConfig>(`config?${new URLSearchParams({ chatbot_id: chatbotId, locale })}`, null),
    startSession: (chatbot_id: string, locale: string, page_url: string, isAsking: boolean) =>
      json<Session>('sessions', null, {
        chatbot_id,
        locale,
        page_url,
        ...(isAsking && { purpose: 'escalation' }),
      }),
    conversation,
    /** For the token in a mail's link, one of this browser's own to the same conversation. */
    resume: (chatbot_id: string, token: string) => json<Session>('resume', null, { chatbot_id, token }),
    escalate: (token: string, request: EscalationRequest) =>
      json<EscalationReply>('escalations', token, request),
    async thumbsUp(token: string, message_id: string): Promise<void> {
      await call('feedback', token, { message_id, value: 'positive' });
    },
    async seen(token: string, read_seq: number, typing: boolean): Promise<void> {
      await call('seen', token, { read_seq, typing });
    },
    async saveLead(token: string, lead: Lead): Promise<void> {
      await call('leads', token, lead);
    },
    /** The assistant's answer, heard piece by piece where the server streams and all at once where it does not. */
    async send(token: string, id: string, text: string, listener?: StreamListener): Promise<AssistantReply> {
      const response = await call('messages', token, { id, text }, 'text/event-stream');
      const isStream = response.headers.get('content-type')?.includes('text/event-stream');
      if (isStream && response.body) return readEvents(response.body, listener, SILENCE_MS);
      return response.json().catch(() => Promise.reject(new ApiError('OFFLN'))) as Promise<AssistantReply>;
    },
  };
}

async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const code = typeof body?.code === 'string' ? body.code : `H${response.status}`;
  return new ApiError(code, response.status, Number(response.headers.get('retry-after') ?? 0) * 1000 || 0);
}
