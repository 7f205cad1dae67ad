// How Auth's mails leave: through the mailbox's Postmark call, with links that lead where the request asked to be led back to.
// The library forgets that address, so it is remembered here for as long as the request lasts.
import type { EmailMessage } from '@supabase/lite';
import { AsyncLocalStorage } from 'node:async_hooks';

const redirects = new AsyncLocalStorage<string | null>();

/** Where mails go, and the addresses links may lead to. */
export interface AuthMail {
  url: string;
  serverToken: string;
  from: string;
  apiUrl: string;
  appUrl: string;
}

/** Answers a request to Auth; a mail sent meanwhile knows the request's `redirect_to`. */
export function rememberRedirect<T>(request: Request, answer: () => T): T {
  return redirects.run(new URL(request.url).searchParams.get('redirect_to'), answer);
}

/** Sends one mail. Throws when the mailbox refuses it, and Auth then answers with an error. */
export async function sendAuthMail(mail: AuthMail, message: EmailMessage): Promise<void> {
  const html = leadBack(mail, message.html ?? message.text ?? '');
  const response = await fetch(`${mail.url}/email`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-postmark-server-token': mail.serverToken,
    },
    body: JSON.stringify({
      From: mail.from,
      To: message.to,
      Subject: message.subject,
      TextBody: asText(html),
      HtmlBody: html,
      MessageStream: 'outbound',
    }),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`The mailbox refused a mail: ${await response.text()}`);
}

// The library writes the site's address wherever a template says {{ .RedirectTo }} and as the base of its own verify links; Auth
// itself is reached at the API's address.
function leadBack({ apiUrl, appUrl }: AuthMail, html: string): string {
  const asked = redirects.getStore();
  const target = asked && isOurs(asked, appUrl) ? asked : `${appUrl}/callback?next=%2F`;
  return html
    .replaceAll(`${appUrl}&token_hash=`, `${target.replaceAll('&', '&amp;')}&token_hash=`)
    .replaceAll(`${appUrl}/auth/v1/`, `${apiUrl}/auth/v1/`)
    .replaceAll(`redirect_to=${encodeURIComponent(appUrl)}`, `redirect_to=${encodeURIComponent(target)}`);
}

function isOurs(address: string, appUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  return (
    address.startsWith('http') &&
    new URL(address).host.replace('localhost', '127.0.0.1') === new URL(appUrl).host
  );
}

function asText(html: string): string {
  return html
    .replace(/<a\s[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs, '$2: $1')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&amp;', '&')
    .trim();
}
