import { BlockedError } from '../_shared/checked-connect.ts';
import { completionsUrl } from './bot-address.ts';
import type { BotFetch, Network } from './bot-fetch.ts';
import { MarkFilter, promptFor } from './prompt.ts';
import type { Bot } from './prompt.ts';

/** Why a bot gave no answer. It goes to the log, never to the visitor. */
export class BotFailure extends Error {
  override name = 'BotFailure';
}

/** An answer as it will be stored; an empty text becomes the sentence that says there is no answer. */
export interface Draft {
  text: string;
  suggestHuman: boolean;
}

export interface BotLimits {
  allowLoopback: boolean;
  /** Longest silence before the first and between two bytes, in milliseconds. */
  silenceMs: number;
  /** How names are resolved and judged; the real way unless a test says otherwise. */
  network?: Network;
}

/** The longest answer that is kept, in UTF-16 code units. */
const ANSWER_MAX_LENGTH = 8000;

// A bot that drips one byte at a time is never silent: the whole answer may take four silences, and so many bytes.
const SILENCES_PER_ANSWER = 4;
const RESPONSE_MAX_BYTES = 1024 * 1024;

/**
 * Asks an OpenAI-compatible endpoint (`POST <base>/chat/completions`, streamed) and hands each piece to `onText`. An
 * endpoint that ignores `stream` and answers in one JSON document is understood as well. Throws BotFailure alone; what
 * `onText` was given until then is void.
 */
export async function complete(bot: Bot, limits: BotLimits, onText: (piece: string) => void): Promise<Draft> {
  const url = completionsUrl(bot.base_url, limits.allowLoopback);
  if (!url) throw new BotFailure('its address is not allowed');
  const abort = new AbortController();
  const alarm = new Alarm(() => abort.abort(), limits.silenceMs);
  try {
    const fetch = await fetchWith(limits);
    const response = await fetch(url, requestFor(bot, abort.signal));
    alarm.heard();
    if (!response.ok) throw new BotFailure(`it answered ${response.status}`);
    return await readDraft(response, alarm, onText);
  } catch (error) {
    if (error instanceof BotFailure) throw error;
    if (error instanceof BlockedError) throw new BotFailure('its address leads to no public server');
    throw new BotFailure(abort.signal.aborted ? 'it was silent for too long' : 'the connection failed');
  } finally {
    alarm.stop();
    abort.abort();
  }
}

const fetches = new WeakMap<BotLimits, Promise<BotFetch>>();

/** One pool of connections for all questions under the same limits. */
function fetchWith(limits: BotLimits): Promise<BotFetch> {
  const known =
    fetches.get(limits) ??
    import('./bot-fetch.ts').then(({ createBotFetch }) =>
      createBotFetch(limits.allowLoopback, limits.network),
    );
  fetches.set(limits, known);
  return known;
}

function requestFor(bot: Bot, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
  };
  if (bot.api_key) headers['authorization'] = `Bearer ${bot.api_key}`;
  const body = JSON.stringify({ model: bot.model ?? '', messages: promptFor(bot), stream: true });
  return { method: 'POST', headers, body, redirect: 'error', signal };
}

async function readDraft(response: Response, alarm: Alarm, onText: (piece: string) => void): Promise<Draft> {
  const filter = new MarkFilter();
  let text = '';
  const take = (piece: string) => {
    const shown = piece.replaceAll('\0', '').slice(0, ANSWER_MAX_LENGTH - text.length);
    if (shown === '') return;
    text += shown;
    onText(shown);
  };
  const isEvents = response.headers.get('content-type')?.includes('text/event-stream');
  for await (const piece of isEvents ? eventPieces(response, alarm) : documentPieces(response, alarm)) {
    take(filter.push(piece));
    if (text.length >= ANSWER_MAX_LENGTH) break;
  }
  take(filter.end());
  // Half a character, as the longest answer may end with, could not be stored.
  const whole = text.replace(/\p{Surrogate}/gu, '').trim();
  if (whole === '' && !filter.wasSeen) throw new BotFailure('it answered nothing');
  return { text: whole, suggestHuman: filter.wasSeen };
}

/** The pieces of a streamed answer. It has to end as the API says, or it was cut off and must not pass as an answer. */
async function* eventPieces(response: Response, alarm: Alarm): AsyncGenerator<string> {
  let isFinished = false;
  let rest = '';
  for await (const chunk of decoded(response, alarm)) {
    const lines = (rest + chunk).split(/\r\n|\r|\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1];
      if (data === undefined) continue;
      if (data.trim() === '[DONE]') return;
      const choice = choiceOf(data);
      if (typeof choice?.delta?.content === 'string') yield choice.delta.content;
      isFinished ||= Boolean(choice?.finish_reason);
    }
  }
  if (!isFinished) throw new BotFailure('its answer broke off');
}

async function* documentPieces(response: Response, alarm: Alarm): AsyncGenerator<string> {
  let document = '';
  for await (const chunk of decoded(response, alarm)) document += chunk;
  const content = choiceOf(document)?.message?.content;
  if (typeof content === 'string') yield content;
}

interface Choice {
  delta?: { content?: unknown };
  message?: { content?: unknown };
  finish_reason?: unknown;
}

function choiceOf(data: string): Choice | undefined {
  let parsed: { choices?: (Choice | null)[]; error?: unknown } | null;
  try {
    parsed = JSON.parse(data) as typeof parsed;
  } catch {
    throw new BotFailure('it answered something else than JSON');
  }
  if (!parsed || typeof parsed !== 'object' || parsed.error) throw new BotFailure('it reported an error');
  return (Array.isArray(parsed.choices) ? parsed.choices[0] : undefined) ?? undefined;
}

async function* decoded(response: Response, alarm: Alarm): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    alarm.heard();
    bytes += chunk.length;
    if (bytes > RESPONSE_MAX_BYTES) throw new BotFailure('it answered too much');
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** Goes off after one silence, or when everything together takes too long. */
class Alarm {
  #silence: ReturnType<typeof setTimeout>;
  readonly #whole: ReturnType<typeof setTimeout>;

  constructor(
    readonly ring: () => void,
    readonly silenceMs: number,
  ) {
    this.#silence = setTimeout(ring, silenceMs);
    this.#whole = setTimeout(ring, silenceMs * SILENCES_PER_ANSWER);
  }

  heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.ring, this.silenceMs);
  }

  stop(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#whole);
  }
}
