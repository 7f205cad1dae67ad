// The page of an evidence pack that people read and print: made of the chain and what belongs to it, without a script and without
// anything from elsewhere.
import type { CaseProof, Content, ProofReceipt } from '$lib/server/case-proof';
import { count, exact, type Zone } from '$lib/time';

interface Body {
  kind: 'message' | 'timeline' | 'receipt';
  at: string;
  role?: string;
  via?: string;
  author?: string | null;
  type?: string;
  actor?: string | null;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What entries of the timeline say to somebody who has never seen the desk; the rest say their own names. */
const HAPPENED: Record<string, string> = {
  'conversation.started': 'The conversation began',
  'conversation.escalated': 'The visitor asked for a person',
  'escalation.asked_again': 'The visitor asked again',
  'conversation.opened': 'A person opened the case',
  'conversation.claimed': 'A person took the case',
  'conversation.assigned': 'The case was given to a person',
  'conversation.resolved': 'The case was resolved',
  'conversation.reopened': 'The case was reopened',
  'conversation.handed_back': 'The case was handed back to the assistant',
  'conversation.exported': 'The transcript was exported',
  'lead.captured': 'The visitor left contact details',
  'note.added': 'Somebody wrote an internal note (kept back)',
  'mail.sent': 'The mail service took an e-mail',
  'mail.delivered': 'An e-mail was delivered',
  'mail.bounced': 'An e-mail came back',
  'mail.failed': 'An e-mail could not be sent',
  'mail.skipped': 'An e-mail was not sent',
  'webhook.delivered': 'A webhook was delivered',
  'webhook.retried': 'A webhook failed and was tried again',
  'webhook.failed': 'A webhook could not be delivered',
};

/** The page of one case. Times are those of `zone`, each with its offset. */
export function readingPage(chatbot: string, proof: CaseProof, zone: Zone): string {
  const { conversation, entries, contents, receipts, seals, people } = proof;
  const contentOf = new Map(contents.map((content) => [content.seq, content]));
  const read = entries.map(({ seq, body }) => ({
    seq,
    body: JSON.parse(body) as Body,
    content: contentOf.get(seq),
  }));
  const messages = read.filter(({ body }) => body.kind === 'message');
  const happened = read.filter(({ body }) => body.kind === 'timeline');
  const by = (id: string | null | undefined) => (id ? (people[id] ?? 'A person') : '');
  const author = ({ role, author: id }: Body) =>
    role === 'assistant'
      ? 'AI assistant'
      : role === 'visitor'
        ? 'Visitor'
        : role === 'agent'
          ? by(id) || 'The team'
          : 'Note of the system';

  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(conversation.reference)} · ${escaped(chatbot)}</title>
<style>${STYLE}</style>
<main>
<p class="soft" dir="auto">${escaped(chatbot)}</p>
<h1>Case ${escaped(conversation.reference)}</h1>
<p>${count(messages.length, 'message')}, ${count(happened.length, 'event')}, ${count(receipts.length, 'receipt')}. Times are those of ${escaped(zone.name)}.</p>
<h2>What was said</h2>
${messages.map(({ seq, body, content }) => `<article class="${escaped(body.role ?? '')}"><h3><span dir="auto">${escaped(author(body))}</span> <time>${exact(body.at, zone)}</time> <small>entry ${seq}</small></h3><p dir="auto">${words(content)}</p></article>`).join('\n')}
<h2>What happened</h2>
<table><thead><tr><th>Entry<th>When<th>What<th>Who</thead><tbody>
${happened.map(({ seq, body }) => `<tr><td>${seq}<td><time>${exact(body.at, zone)}</time><td>${escaped(HAPPENED[body.type ?? ''] ?? (body.type ?? '').replace('.', ': ').replaceAll('_', ' '))}<td dir="auto">${escaped(by(body.actor))}`).join('\n')}
</tbody></table>
<h2>Who was told</h2>
<table><thead><tr><th>Whom<th>How<th>Why<th>What became of it<th>Tries</thead><tbody>
${receipts.map((receipt) => receiptRow(receipt, zone)).join('\n')}
</tbody></table>
<h2>How this is proven</h2>
<p>${count(entries.length, 'entry', 'entries')} in the chain, ${count(seals.length, 'seal')}. The chain ends with</p>
<p><code>${escaped(entries.at(-1)?.hash ?? '')}</code></p>
<p>This page is made of the files beside it. Check those: README.txt says how.</p>
</main>
</html>
`;
}

function receiptRow(
  { to, means, purpose, status, reason, delivered_at, sent_at, attempts }: ProofReceipt,
  zone: Zone,
): string {
  const at = delivered_at ?? sent_at;
  const became = [status, reason?.replaceAll('_', ' '), at && exact(at, zone)].filter(Boolean).join(', ');
  return `<tr><td dir="auto">${escaped(to)}<td>${escaped(means === 'email' ? 'e-mail' : means)}<td>${escaped(purpose.replaceAll('_', ' '))}<td>${escaped(became)}<td>${attempts.length}`;
}

function words(content: Content | undefined): string {
  if (content === undefined || content.salt === null) return '<em>The words were erased.</em>';
  return content.words === null ? '<em>The words are gone.</em>' : escaped(content.words);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);
}

const STYLE = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1c1917; background: #fff }
main { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #d6d3d1; padding-bottom: .25rem }
h3 { font-size: .85rem; margin: 0; font-weight: 600 }
h3 time, small, .soft { color: #57534e; font-weight: 400 }
article { padding: .5rem .75rem; margin: .5rem 0; border-inline-start: 3px solid #a8a29e; break-inside: avoid }
article.visitor { border-color: #2563eb } article.agent { border-color: #15803d }
article p { margin: .15rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #e7e5e4; overflow-wrap: anywhere }
code { overflow-wrap: anywhere; font-size: .85rem }
@media print { main { margin: 0; max-width: none } }
`;
