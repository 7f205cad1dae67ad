// Writes the mails: plain text, one recipient each. An alert says what the spec's section 5 asks for; the others are short
// notes that lead back to the dashboard. The only links in a mail are those the database gave us.
import type { Delivery, Escalation, Lead } from './delivery.ts';
import type { Letter, Mail, MailSettings } from './letter.ts';
import { replyBounced, replyLetter } from './reply-mail.ts';
import {
  inHeader,
  inLine,
  mailAddress,
  namedAddress,
  quoted,
  shortened,
  utcTime,
  zoneTime,
} from '../_shared/mail-text.ts';

const QUESTION_MAX = 80;
const NAME_MAX = 60;

/** The mail of a claimed delivery. Throws when the row lacks what its purpose needs. */
export function compose(delivery: Delivery, settings: MailSettings): Mail {
  if (!delivery.recipient) throw new TypeError('A mail needs a recipient.');
  const letter = LETTERS[delivery.purpose](delivery, settings);
  const { subject, paragraphs, replyTo, from, headers } = letter;
  return {
    From: from ?? settings.from,
    To: delivery.recipient,
    ...(replyTo && { ReplyTo: replyTo }),
    Subject: inHeader(subject),
    TextBody: `${paragraphs.filter((paragraph) => paragraph !== null).join('\n\n')}\n`,
    Headers: headers ?? headersOf(delivery, settings),
    Tag: delivery.purpose,
    Metadata: { delivery_id: delivery.id },
    MessageStream: settings.messageStream,
    TrackOpens: false,
    TrackLinks: 'None',
  };
}

/** What goes to the team about a chatbot's visitors: the list that filters and spam scorers know it by. */
const ALERTS: ReadonlySet<Delivery['purpose']> = new Set([
  'alert',
  'reminder',
  'contact',
  'assigned',
  'mentioned',
  'reply_bounced',
  'summary',
  'digest',
]);

/** A machine wrote it (RFC 3834), so that no answering machine answers; alerts of a chatbot are a list (RFC 2919). */
function headersOf({ purpose, chatbot }: Delivery, { from }: MailSettings): Mail['Headers'] {
  const domain = /@([a-z0-9.-]+)/i.exec(from)?.[1];
  return [
    { Name: 'Auto-Submitted', Value: 'auto-generated' },
    ...(ALERTS.has(purpose) && domain
      ? [{ Name: 'List-Id', Value: `<${chatbot.id}.alerts.${domain.toLowerCase()}>` }]
      : []),
  ];
}

const LETTERS: Record<Delivery['purpose'], (delivery: Delivery, settings: MailSettings) => Letter> = {
  alert,
  reminder,
  contact,
  assigned,
  mentioned,
  reply: replyLetter,
  reply_bounced: replyBounced,
  summary,
  digest,
  notice,
  invite,
  test,
  event: notMailed,
  acknowledge: notMailed,
  resolve: notMailed,
};

function notMailed({ purpose }: Delivery): never {
  throw new TypeError(`What is sent for “${purpose}” is no mail.`);
}

function alert(delivery: Delivery): Letter {
  const { escalation, chatbot } = delivery;
  if (!escalation) throw new TypeError('An alert needs its escalation.');
  const question = inHeader(escalation.question);
  const again = escalation.number > 1 ? ` again (request ${escalation.number})` : '';
  return {
    subject: `[${headerName(chatbot)}] ${question ? `“${shortened(question, QUESTION_MAX)}”` : 'A visitor asked for a person'}`,
    replyTo: replyToOf(delivery),
    paragraphs: [
      `A visitor to ${inLine(chatbot.name)} asked for a person${again}.`,
      ...caseParagraphs(delivery, escalation),
    ],
  };
}

/** What a request looks like in the mails that tell of it. */
function caseParagraphs(delivery: Delivery, escalation: Escalation): Letter['paragraphs'] {
  const { act_urls, lead, recipient_time_zone, escalated_at_local } = delivery;
  return [
    inHeader(escalation.question)
      ? `Their most recent question:\n\n${quoted(escalation.question)}`
      : 'The visitor hasn’t typed a question.',
    [
      `Escalated:  ${utcTime(escalation.escalated_at)}`,
      indented(zoneTime(escalated_at_local, recipient_time_zone)),
      `Reference:  ${inLine(escalation.reference)}`,
      ...contactLines(lead),
    ]
      .filter((line) => line !== null)
      .join('\n'),
    `Open the conversation:\n${escalation.url}`,
    act_urls && `I have it:\n${act_urls.claim}`,
    act_urls && `Resolve:\n${act_urls.resolve}`,
    replyWords(delivery),
  ];
}

/** Nobody has looked for as long as a step of the ladder says: the request again, with how long it has been waiting. */
function reminder(delivery: Delivery): Letter {
  const { escalation, chatbot, data } = delivery;
  if (!escalation) throw new TypeError('A reminder needs its escalation.');
  const question = inHeader(escalation.question);
  const wait = waitWords(numberIn(data, 'minutes'));
  return {
    subject: `[${headerName(chatbot)}] Waiting for ${wait}: ${question ? `“${shortened(question, QUESTION_MAX)}”` : 'a visitor who asked for a person'}`,
    replyTo: replyToOf(delivery),
    paragraphs: [
      data?.['is_again'] === true
        ? `A visitor to ${inLine(chatbot.name)} wrote again, and nobody has looked at it for ${wait}.`
        : `A visitor to ${inLine(chatbot.name)} is still waiting for a person. Nobody has looked at this for ${wait}.`,
      ...caseParagraphs(delivery, escalation),
    ],
  };
}

/** Whole minutes below two hours, then whole hours: "15 minutes", "3 hours". */
function waitWords(minutes: number): string {
  const [n, unit] = minutes < 120 ? [minutes, 'minute'] : [Math.floor(minutes / 60), 'hour'];
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}

/** Somebody else gave the recipient a case. */
function assigned(delivery: Delivery): Letter {
  const { escalation, chatbot, data } = delivery;
  if (!escalation) throw new TypeError('An assigned case needs its escalation.');
  const question = inHeader(escalation.question);
  const who = inLine(textIn(data, 'by')) || 'Somebody';
  return {
    subject: `[${headerName(chatbot)}] Assigned to you${question ? `: “${shortened(question, QUESTION_MAX)}”` : ''}`,
    replyTo: replyToOf(delivery),
    paragraphs: [
      `${who} assigned this case of ${inLine(chatbot.name)} to you.`,
      ...caseParagraphs(delivery, escalation),
    ],
  };
}

/** A note is for the team alone, so what is answered to this mail must not reach the visitor. */
function mentioned({ chatbot, data }: Delivery): Letter {
  const who = inLine(textIn(data, 'by')) || 'Somebody';
  return {
    subject: `[${headerName(chatbot)}] ${inHeader(who)} mentioned you in a note`,
    paragraphs: [
      `${who} mentioned you in a note on ${inLine(textIn(data, 'reference'))}:\n\n${quoted(textIn(data, 'note'))}`,
      `Open the conversation:\n${textIn(data, 'url')}`,
      'Nobody reads replies to this e-mail. Visitors never see notes.',
    ],
  };
}

/** The visitor filled in the form when the alert had left already. */
function contact(delivery: Delivery): Letter {
  const { escalation, lead, chatbot } = delivery;
  if (!escalation || !lead) throw new TypeError('Contact details need their escalation and the lead.');
  const who = inHeader([lead.name, mailAddress(lead.email)].filter(Boolean).join(', '));
  const question = inHeader(escalation.question);
  return {
    subject: `[${headerName(chatbot)}] Contact details${who ? `: ${shortened(who, QUESTION_MAX)}` : ' from a visitor'}`,
    replyTo: replyToOf(delivery),
    paragraphs: [
      `A visitor to ${inLine(chatbot.name)} who asked for a person has left contact details.`,
      question ? `Their question:\n\n${quoted(escalation.question)}` : null,
      [
        `Escalated:  ${utcTime(escalation.escalated_at)}`,
        `Reference:  ${inLine(escalation.reference)}`,
        ...contactLines(lead),
      ].join('\n'),
      `Open the conversation:\n${escalation.url}`,
      replyWords(delivery),
    ],
  };
}

/** A member's answer goes on the record before it goes to the visitor; everybody else answers the visitor directly. */
function replyToOf({ reply_to, lead, chatbot }: Delivery): string | null {
  if (reply_to) return namedAddress(chatbot.name, reply_to);
  const address = mailAddress(lead?.email);
  return address && namedAddress(lead?.name, address);
}

function replyWords({ reply_to, lead }: Delivery): string | null {
  if (reply_to)
    return 'Reply to this e-mail to answer the visitor. Your answer also shows in the conversation.';
  return mailAddress(lead?.email) ? 'Replies to this e-mail go to the visitor.' : null;
}

function summary({ chatbot, data }: Delivery): Letter {
  const count = numberIn(data, 'count');
  const waiting = numberIn(data, 'waiting');
  const contacts = numberIn(data, 'contacts');
  const asked = `${count} more ${count === 1 ? 'visitor' : 'visitors'} asked for a person`;
  const waits = `${waiting} ${waiting === 1 ? 'visitor is' : 'visitors are'} still waiting`;
  const told = `${contacts} ${contacts === 1 ? 'visitor' : 'visitors'} left contact details`;
  const what = [count > 0 && asked, waiting > 0 && waits, contacts > 0 && told].filter(Boolean).join('; ');
  return {
    subject: `[${headerName(chatbot)}] ${what}`,
    paragraphs: [
      `${inLine(chatbot.name)}: ${what}. That’s too many for one e-mail each within an hour, so here they are in one.`,
      caseLines(data),
      `See them all on the dashboard:\n${textIn(data, 'url')}`,
    ],
  };
}

function digest({ chatbot, data }: Delivery): Letter {
  const count = numberIn(data, 'count');
  const cases = count === 1 ? '1 case is' : `${count} cases are`;
  return {
    subject: `[${headerName(chatbot)}] ${cases} still unresolved`,
    paragraphs: [
      `${cases} still unresolved at ${inLine(chatbot.name)}.`,
      caseLines(data),
      `Open the dashboard:\n${textIn(data, 'url')}`,
    ],
  };
}

/** A notice brings its own words: what happened to an endpoint or a channel. */
function notice({ chatbot, data }: Delivery): Letter {
  if (!textIn(data, 'text')) throw new TypeError('A notice needs its words.');
  return {
    subject: `[${headerName(chatbot)}] ${textIn(data, 'subject')}`,
    // Our own words; an address in them is the owner's own and stays as it is.
    paragraphs: [inHeader(textIn(data, 'text')), textIn(data, 'url') || null],
  };
}

function invite(delivery: Delivery): Letter {
  const { chatbot, data } = delivery;
  if (!textIn(data, 'url')) throw new TypeError('An invitation needs its link.');
  const expiry = textIn(data, 'expires_at') || null;
  const inviter = inLine(textIn(data, 'invited_by')) || 'Somebody';
  return {
    subject: `You are invited to ${headerName(chatbot)}`,
    paragraphs: [
      `${inviter} invited you to ${inLine(chatbot.name)} as ${textIn(data, 'role') || 'agent'}, to answer visitors who ask for a person.`,
      `Accept the invitation:\n${textIn(data, 'url')}`,
      expiry && `You can accept it until ${utcTime(expiry)}.`,
      `Only ${delivery.recipient ?? 'this address'} can accept it: sign in with that address, or create an account for it.`,
      data?.['gets_alerts'] === true
        ? 'You’ll get an e-mail at this address when a visitor asks for a person.'
        : 'You won’t get e-mail at this address when a visitor asks for a person unless an admin adds it to the recipients. The dashboard shows every request.',
      'If you weren’t expecting this, you can ignore it.',
    ],
  };
}

/** Of an address, or of a step of the ladder, where seconds stand for minutes. */
function test({ chatbot, data }: Delivery): Letter {
  if (data) {
    const minutes = numberIn(data, 'minutes');
    const what = minutes === 0 ? 'at once' : `after ${waitWords(minutes)}`;
    return {
      subject: `[${headerName(chatbot)}] Test: told ${what}`,
      paragraphs: [
        `This is a test of the alerts of ${inLine(chatbot.name)}. Nobody is waiting, and there’s nothing you need to do.`,
        minutes === 0
          ? 'You would get such an e-mail as soon as a visitor asks for a person.'
          : `You would get such an e-mail when nobody has looked at a request for ${waitWords(minutes)}.`,
      ],
    };
  }
  return {
    subject: `[${headerName(chatbot)}] Test`,
    paragraphs: [
      `This is a test alert from ${inLine(chatbot.name)}. Alerts reach this address; there’s nothing you need to do.`,
    ],
  };
}

function headerName(chatbot: { name: string }): string {
  return shortened(inHeader(chatbot.name), NAME_MAX);
}

function indented(line: string | null): string | null {
  return line && `            ${line}`;
}

function contactLines(lead: Lead | null): string[] {
  if (!lead) return [];
  const named: [string, unknown][] = [
    ['Name', lead.name],
    ['E-mail', lead.email],
    ['Phone', lead.phone],
    ...Object.entries(lead.custom ?? {}).map(([key, value]): [string, unknown] => [labelOf(key), value]),
  ];
  const given = named.filter(([, value]) => typeof value === 'string' && value.trim() !== '');
  return given.map(([label, value]) => `${`${label}:`.padEnd(12)}${inLine(String(value))}`);
}

/** `custom_order_number` as people say it. */
function labelOf(key: string): string {
  const words = inLine(key.replace(/^custom_/, '').replaceAll('_', ' '));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The cases a summary or a digest names, each with its link. */
function caseLines(data: Delivery['data']): string | null {
  const cases = Array.isArray(data?.['cases']) ? (data['cases'] as Record<string, unknown>[]) : [];
  const lines = cases.map((entry) => {
    const question = shortened(inLine(textIn(entry, 'question')), QUESTION_MAX) || '(no question typed)';
    const at = utcTime(textIn(entry, 'escalated_at'));
    return `${at}  ${inLine(textIn(entry, 'reference'))}  ${question}\n${[...contactLines(leadIn(entry)), textIn(entry, 'url')].join('\n')}`;
  });
  const rest =
    numberIn(data, 'count') + numberIn(data, 'waiting') + numberIn(data, 'contacts') - lines.length;
  if (lines.length > 0 && rest > 0) lines.push(`… and ${rest} more.`);
  return lines.length > 0 ? lines.join('\n\n') : null;
}

function leadIn(entry: Record<string, unknown>): Lead | null {
  return (entry['lead'] ?? null) as Lead | null;
}

function textIn(data: Record<string, unknown> | null, key: string): string {
  const value = data?.[key];
  return typeof value === 'string' ? value : '';
}

function numberIn(data: Record<string, unknown> | null, key: string): number {
  const value = Number(data?.[key]);
  return Number.isFinite(value) ? value : 0;
}
