/**
 * The page people read mail on, and answer it. Mails of one thread stand below each other. Rendered here, whole; a small script asks again every two seconds and swaps
 * what changed, so the page works without it and never flickers with it. Nothing of a mail is trusted: it is
 * escaped, and only http(s) addresses become links.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isInbound, replyAddressOf, type Answering } from './answering.ts';
import { html, linkify, readableText, type Html } from './html.ts';
import { SCRIPT } from './script.ts';
import type { Answer, Message } from './store.ts';
import { STYLES } from './styles.ts';
import { threadsOf, type Item, type Thread } from './threads.ts';

const LISTED = 200;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
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
  { store, inboundAddress }: Answering,
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
  const answers = store.answers();
  const threads = threadsOf(store.messages(recipient), answers);
  const isOf = ({ items }: Thread) => items.some((item) => 'message' in item && item.message === chosen);
  const thread = threads.find(isOf) ?? threadsOf(store.messages(), answers).find(isOf);
  const shown = chosen && thread ? { chosen, thread } : null;
  const body = renderPage({ threads, recipient, shown, isMissing: id !== null && !shown, inboundAddress });
  return send(request, response, 'text/html', body.text);
}

function send(request: IncomingMessage, response: ServerResponse, type: string, body: string): true {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = {
    etag,
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    // With `no-referrer` a browser says that the page's own form comes from nowhere.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
  else response.writeHead(200, { ...headers, 'content-type': `${type}; charset=utf-8` }).end(body);
  return true;
}

interface Shown {
  chosen: Message;
  thread: Thread;
}

interface View {
  threads: Thread[];
  recipient: string;
  shown: Shown | null;
  isMissing: boolean;
  inboundAddress: string;
}

function renderPage({ threads, recipient, shown, isMissing, inboundAddress }: View): Html {
  const title = shown ? `${shown.chosen.Subject || '(no subject)'} · Mailbox` : `Mailbox (${threads.length})`;
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
      <body class="${shown || isMissing ? 'reading' : 'listing'}">
        <header>
          <h1><a href="/">Mailbox</a></h1>
          <p>Mail sent by this stack. None of it leaves this machine.</p>
        </header>
        <main>
          <section id="list" aria-label="Messages">
            ${recipient ? html`<p class="filter">Only mail to <b>${recipient}</b>. <a href="/">Show all</a></p>` : null}
            ${threads.length === 0 ? renderEmpty(recipient) : renderList(threads, recipient, shown)}
          </section>
          <article id="message" tabindex="-1" aria-label="Message">
            ${shown ? renderThread(shown, inboundAddress) : renderNothing(isMissing, threads.length > 0)}
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

function renderList(threads: Thread[], recipient: string, shown: Shown | null): Html {
  const query = recipient ? `&recipient=${encodeURIComponent(recipient)}` : '';
  const rows = threads.slice(0, LISTED).map(({ id, latest, items, at }) => {
    const current = id === shown?.thread.id ? html` aria-current="true"` : null;
    const count =
      items.length > 1
        ? html` <span class="count" title="${items.length} mails in this thread">${items.length}</span>`
        : null;
    return html`<li>
      <a href="/?id=${latest.MessageID}${query}" ${current}>
        <span class="to">${latest.To}</span><span class="when">${count}${renderTime(at)}</span>
        <span class="subject">${latest.Subject || '(no subject)'}</span>${renderStatus(latest)}
      </a>
    </li>`;
  });
  const rest = threads.length - LISTED;
  return html`<ol>
      ${rows}
    </ol>
    ${rest > 0 ? html`<p class="filter">${rest} older ones are at <code>/messages</code>.</p>` : null}`;
}

function renderThread({ chosen, thread }: Shown, inboundAddress: string): Html {
  const isAlone = thread.items.length === 1;
  return html`<a class="back" href="/">← All mail</a>
    <h2>${chosen.Subject || '(no subject)'}</h2>
    ${thread.items.map((item, index) => renderItem(item, isAlone, index === thread.items.length - 1))}
    ${renderForm(thread.latest, inboundAddress)}`;
}

function renderItem(item: Item, isAlone: boolean, isLast: boolean): Html {
  const anchor = isLast ? html` id="latest"` : null;
  if ('answer' in item) {
    const { answer } = item;
    return html`<section class="mail answer" ${anchor}>
      <p class="facts"><b>${answer.From}</b> ${renderAnswered(answer)} ${renderTime(answer.SentAt)}</p>
      <dl>
        <dt>To</dt>
        <dd>${answer.To}</dd>
        <dt>Subject</dt>
        <dd>${answer.Subject}</dd>
      </dl>
      <div class="body">${renderAnswer(answer.TextBody)}</div>
    </section>`;
  }
  const { message } = item;
  const facts = renderFacts(message);
  return html`<section class="mail" ${anchor}>
    <p class="facts">
      ${isAlone ? null : html`<b>${message.From}</b>`} ${renderStatus(message)}
      ${renderTime(message.ReceivedAt)}
    </p>
    ${
      isAlone
        ? facts
        : html`<details class="more">
            <summary>To ${message.To}</summary>
            ${facts}
          </details>`
    }
    <div class="body">${linkify(message.TextBody || readableText(message.HtmlBody))}</div>
    ${
      message.HtmlBody
        ? html`<details>
            <summary>HTML source</summary>
            <pre>${message.HtmlBody}</pre>
          </details>`
        : null
    }
  </section>`;
}

function renderFacts(message: Message): Html {
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
  return html`<dl>
    ${rows
      .filter(([, value]) => value)
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`;
}

function renderForm(message: Message, inboundAddress: string): Html {
  const to = replyAddressOf(message);
  const reader = message.Recipients[0] ?? message.To;
  const isPosted = isInbound(to, inboundAddress);
  return html`<form method="post" action="/answer">
    <input type="hidden" name="MessageID" value="${message.MessageID}" />
    <label class="title" for="text">Reply to <span>${to}</span></label>
    <textarea id="text" name="text" rows="4" required></textarea>
    ${
      isPosted
        ? null
        : html`<p class="hint">This address is not the stack’s: your reply stays here, as mail to it.</p>`
    }
    <p class="choices">
      <label>
        As
        <select name="as">
          <option value="reader">${reader}, its reader</option>
          <option value="stranger">somebody else</option>
          <option value="autoresponder">the reader’s autoresponder</option>
        </select>
      </label>
      <label><input type="checkbox" name="quote" value="true" checked /> Quote the mail</label>
      <label><input type="checkbox" name="times" value="2" /> Send it twice</label>
      <button type="submit">Send</button>
    </p>
  </form>`;
}

/** What was typed, with the mail that it quotes folded away. */
function renderAnswer(text: string): Html {
  const quote = /\n\nOn [^\n]+ wrote:\n\n>/.exec(text);
  if (!quote) return linkify(text);
  return html`${linkify(text.slice(0, quote.index))}
    <details>
      <summary>Quoted mail</summary>
      ${linkify(text.slice(quote.index).trim())}
    </details>`;
}

/** What the inbound webhook made of it. */
function renderAnswered({ statuses }: Answer): Html {
  const last = statuses.at(-1);
  const words =
    last === undefined
      ? 'On its way'
      : last === 200
        ? statuses.length > 1
          ? `Taken in, ${statuses.length} ×`
          : 'Taken in'
        : last === 401 || last === 403
          ? 'Turned away'
          : 'Comes again';
  const look = last === undefined ? 'sent' : last === 200 ? 'delivered' : 'bounced';
  return html`<span class="status ${look}" title="${statuses.join(', ')}">${words}</span>`;
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
