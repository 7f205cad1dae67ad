import { colorsOf } from '../_shared/accent.ts';
import { contentOf } from '../_shared/content.ts';
import type { WidgetConfig } from '../_shared/contract.ts';
import { queryOf, readFields, uuid } from '../_shared/fields.ts';
import { empty, json } from '../_shared/http.ts';
import { initialOf } from '../_shared/initial.ts';
import { labelsFor, languageOf, untoldFor, whenLost } from '../_shared/labels.ts';
import { sha256Hex } from '../_shared/tokens.ts';
import { originOf } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

type Stored = Omit<
  WidgetConfig,
  'greeting_content' | 'initial' | 'colors' | 'labels' | 'when_lost' | 'realtime' | 'locale'
> & {
  labels: { positive: string | null; request_help: string | null; confirmation: string | null };
  /** The chatbot's own language, which serves when the visitor's is not one of ours. */
  language: string | null;
};

/**
 * `GET widget/config`. It may be kept but has to be asked about each time (`no-cache` with an ETag): a saved setting shows
 * at the next look, and an unchanged one costs no body.
 */
export async function show(parts: WidgetParts, request: Request): Promise<Response> {
  const query = queryOf(request);
  const { chatbot_id } = readFields({ chatbot_id: uuid() }, query);
  // The languages that are wanted, best first.
  const wanted = String(query['locale'] ?? '').split(',');
  const asked = wanted.map(languageOf).find((language) => language !== null);
  const stored = await parts.rpc<Stored>('widget_config', {
    p_chatbot_id: chatbot_id,
    ...originOf(request),
  });
  const { language, labels, ...rest } = stored;
  const locale = asked ?? languageOf(language) ?? 'en';
  const { is_sender_stopped, contact_text } = rest.person_available;
  const config: WidgetConfig = {
    ...rest,
    locale,
    greeting_content: contentOf('assistant', rest.greeting ?? ''),
    initial: initialOf(rest.name),
    colors: colorsOf(rest.accent_color),
    labels: labelsFor(locale, {
      positive_label: labels.positive,
      request_help_label: labels.request_help,
      confirmation_message: is_sender_stopped ? untoldFor(locale, contact_text) : labels.confirmation,
    }),
    when_lost: whenLost(locale, contact_text),
    realtime: parts.realtime,
  };
  const etag = `"${(await sha256Hex(JSON.stringify(config))).slice(0, 32)}"`;
  const headers = { etag, 'cache-control': 'no-cache' };
  return isKnown(request, etag) ? empty(304, headers) : json(200, config, headers);
}

// If-None-Match compares weakly (RFC 9110, section 13.1.2): a proxy that compressed the body marks our tag as weak.
function isKnown(request: Request, etag: string): boolean {
  const known = request.headers.get('if-none-match')?.split(',') ?? [];
  return known.some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
