import { isWebhookUrl } from '../_shared/addresses.ts';

/**
 * Where a chatbot's own model is asked, or null when it may not be. An administrator types this address, so it must not
 * become a way into the network the function runs in: https on a public host name, as for a webhook. What the name
 * resolves to is not checked, because a private address gets no further than the TLS handshake: no server in there holds a
 * certificate for the public name, and redirects are errors. `allowLoopback` admits `http://127.0.0.1:<port>` as well.
 */
export function completionsUrl(baseUrl: string | null, allowLoopback: boolean): string | null {
  if (!baseUrl || !isWebhookUrl(baseUrl, { allowLoopback })) return null;
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/chat/completions') ? path : `${path}/chat/completions`;
  url.hash = '';
  return url.href;
}
