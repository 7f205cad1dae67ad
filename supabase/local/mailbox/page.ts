/**
 * The page people read mail on. Rendered here, whole; a small script asks again every two seconds and swaps
 * what changed, so the page works without it and never flickers with it. Nothing of a mail is trusted: it is
 * escaped, and only http(s) addresses become links.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { html, linkify, readableText, type Html } from './html.ts';
import { SCRIPT } from './script.ts';
import type { Message, Store } from './store.ts';
import { STYLES } from './styles.ts';

const LISTED = 200;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STATUS_WORDS = {
  Sent: 'Sent',
  Delivered: 'Delivered',
  Bounced: 'Bounced',
  SpamComplaint: 'Marked as spam',
};

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="7" width="26" height="18" rx="4" fill="#3f50d0"/><path d="M5 10l11 8 11-8" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>',
  );

/** Answers the page and what it loads; false for other paths. */
export function answerPage(
  store: Store,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (url.pathname === '/mailbox.css') return send(request, response, 'text/css', STYLES);
  if (url.pathname === '/mailbox.js') return send(request, response, 'text/javascript', SCRIPT);
  if (url.pathname !== '/') return false;
  const id = url.searchParams.get('id');
  const recipient = url.searchParams.get('recipient') ?? '';
  const chosen = id ? store.message(id) : undefined;
  const body = renderPage(store.messages(recipient), recipient, chosen, id !== null && !chosen);
  return send(request, response, 'text/html', body.text);
}

function send(request: IncomingMessage, response: ServerResponse, type: string, body: string): true {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = {
    etag,
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
  else response.writeHead(200, { ...headers, 'content-type': `${type}; charset=utf-8` }).end(body);
  return true;
}

function renderPage(
  messages: Message[],
  recipient: string,
  chosen: Message | undefined,
  isMissing: boolean,
): Html {
  const title = chosen ? `${chosen.Subject || '(no subject)'} · Mailbox` : `Mailbox (${messages.length})`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="/mailbox.css" />
        <script src="/mailbox.js" defer></script>
      </head>
      <body class="${chosen || isMissing ? 'reading' : 'listing'}">
        <header>
          <h1><a href="/">Mailbox</a></h1>
          <p>Mail sent by this stack. None of it leaves this machine.</p>
        </header>
        <main>
          <section id="list" aria-label="Messages">
            ${recipient ? html`<p class="filter">Only mail to <b>${recipient}</b>. <a href="/">Show all</a></p>` : null}
            ${messages.length === 0 ? renderEmpty(recipient) : renderList(messages, recipient, chosen)}
          </section>
          <article id="message" tabindex="-1" aria-label="Message">
            ${chosen ? renderMessage(chosen) : renderNothing(isMissing, messages.length > 0)}
          </article>
        </main>
      </body>
    </html>`;
}

function renderEmpty(recipient: string): Html {
  if (recipient) return html`<p class="empty"><b>Nothing for this address yet.</b></p>`;
  return html`<p class="empty">
    <b>No mail yet.</b><br />Sign up, ask for a person in the widget, or invite somebody: what the stack sends
    appears here by itself.
  </p>`;
}

function renderList(messages: Message[], recipient: string, chosen: Message | undefined): Html {
  const query = recipient ? `&recipient=${encodeURIComponent(recipient)}` : '';
  const rows = messages.slice(0, LISTED).map(
    (message) =>
      html`<li>
        <a href="/?id=${message.MessageID}${query}" ${message === chosen ? html` aria-current="true"` : null}>
          <span class="to">${message.To}</span>${renderTime(message.ReceivedAt)}
          <span class="subject">${message.Subject || '(no subject)'}</span>${renderStatus(message)}
        </a>
      </li>`,
  );
  const rest = messages.length - LISTED;
  return html`<ol>
      ${rows}
    </ol>
    ${rest > 0 ? html`<p class="filter">${rest} older ones are at <code>/messages</code>.</p>` : null}`;
}

function renderMessage(message: Message): Html {
  const rows: [string, string][] = [
    ['From', message.From],
    ['To', message.To],
    ['Cc', message.Cc],
    ['Bcc', message.Bcc],
    ['Reply to', message.ReplyTo],
    ['Tag', message.Tag],
    ['Attachments', message.Attachments.join(', ')],
    ...Object.entries(message.Metadata).map(([key, value]): [string, string] => [key, value]),
  ];
  return html`<a class="back" href="/">← All mail</a>
    <h2>${message.Subject || '(no subject)'}</h2>
    <p class="facts">${renderStatus(message)} ${renderTime(message.ReceivedAt)}</p>
    <dl>
      ${rows
        .filter(([, value]) => value)
        .map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
    </dl>
    <div class="body">${linkify(message.TextBody || readableText(message.HtmlBody))}</div>
    ${
      message.HtmlBody
        ? html`<details>
            <summary>HTML source</summary>
            <pre>${message.HtmlBody}</pre>
          </details>`
        : null
    }`;
}

function renderNothing(isMissing: boolean, hasMail: boolean): Html {
  const text = isMissing
    ? 'This message is gone.'
    : hasMail
      ? 'Choose a message to read it.'
      : 'Nothing to read.';
  return html`${isMissing ? html`<a class="back" href="/">← All mail</a>` : null}
    <p class="empty">${text}</p>`;
}

function renderTime(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function renderStatus({ Status }: Message): Html {
  return html`<span class="status ${Status.toLowerCase()}">${STATUS_WORDS[Status]}</span>`;
}
