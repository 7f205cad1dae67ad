import { isWebhookUrl } from '../_shared/addresses.ts';

/**
 * Where a chatbot's own model is asked, or null when it may not be: https on a public host name, as for a webhook, judged by
 * its text; what the name resolves to is judged when it is called. `allowLoopback` admits `http://127.0.0.1:<port>` as well.
 */
export function completionsUrl(baseUrl: string | null, allowLoopback: boolean): string | null {
  if (!baseUrl || !isWebhookUrl(baseUrl, { allowLoopback })) return null;
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/chat/completions') ? path : `${path}/chat/completions`;
  url.hash = '';
  return url.href;
}
