// What a timeline entry says to a person, and whether it is good, bad or only so.
import { channelName } from '$lib/channel-names';
import { isolate } from '#shared/isolate.ts';
import type { TimelineEntry } from '$lib/server/cases';

export type Tone = 'plain' | 'amber' | 'red' | 'green';

/** How an escalation came about, as the end of "asked for a person …". */
export const TRIGGER_WORDS: Record<string, string> = {
  inline_cta: 'under an answer',
  followup_button: 'with a follow-up button',
  compact_link: 'with the link below the input',
  intent: 'in their own words',
  api: 'through the API',
  mail: 'by e-mail',
};

/** Why something was not sent, for reasons the database names. */
const REASON_WORDS: Record<string, string> = {
  kill_switch: 'this person turned off escalation e-mail',
  duplicate_of_owner: 'the owner already gets it',
  suppressed: 'this mailbox bounced or reported spam before',
  undone: 'the resolve was undone',
  in_summary: 'too many this hour, so it’s part of a summary',
  no_address: 'the account has no address that can get e-mail',
  endpoint_disabled: 'the endpoint is disabled',
  channel_paused: 'the channel is paused',
  channel_gone: 'the service says its address is no longer valid',
  channel_removed: 'the channel has been removed',
  device_removed: 'the device has been removed',
  quiet_hours: 'it came in this person’s quiet hours',
  left_team: 'this person is no longer on the team',
  attempts_exhausted: 'every attempt failed',
  permanent: 'it was permanently rejected',
  gone: 'the receiver is permanently gone',
  seen: 'somebody had seen the case',
  not_fetched: 'no bot has fetched it',
  other_sender: 'it came from another address',
  not_a_member: 'this person is no longer on the team',
  too_many: 'more than 30 came within an hour',
  quote_left: 'it still quotes what only the team may read',
  empty: 'it says nothing',
  own_mail: 'it is one of our own',
  auto_submitted: 'it was sent automatically',
  auto_response_suppress: 'it was sent automatically',
  precedence: 'it was sent automatically',
  autoreply: 'it was sent automatically',
  empty_return_path: 'a mail server sent it',
  report: 'a mail server sent it',
  mailer_daemon: 'a mail server sent it',
  mail_off: 'replies aren’t sent by e-mail',
  read: 'it was read in the chat',
};

/** The reason as the end of a sentence; `seenBy` is who had seen the case, where that is known. */
export function reasonWords(reason: unknown, seenBy?: string): string {
  if (reason === 'seen' && seenBy) return `${isolate(seenBy)} had seen the case`;
  return typeof reason === 'string' ? (REASON_WORDS[reason] ?? reason.replaceAll('_', ' ')) : '';
}

/** What a channel was told of after its alert. */
const TOLD_OF: Record<string, string> = {
  contact: ': contact details left',
  acknowledge: ': seen',
  resolve: ': resolved',
};

const BAD = new Set([
  'mail.bounced',
  'mail.complained',
  'mail.failed',
  'reply.refused',
  'webhook.failed',
  'channel.failed',
  'push.failed',
  'endpoint.disabled',
]);
const GOOD = new Set(['mail.delivered', 'webhook.delivered', 'channel.delivered', 'conversation.resolved']);
const WAITING = new Set([
  'reply.unreachable',
  'conversation.escalated',
  'escalation.asked_again',
  'conversation.reopened',
  'webhook.retried',
]);

export function toneOf(entry: TimelineEntry): Tone {
  if (BAD.has(entry.type)) return 'red';
  if (GOOD.has(entry.type)) return 'green';
  return WAITING.has(entry.type) ? 'amber' : 'plain';
}

function replies(count: unknown): string {
  return typeof count === 'number' && count > 1 ? `${count} replies` : 'the reply';
}

/** One sentence for an entry, without its time. */
export function describe(entry: TimelineEntry, nameOf: (user_id: unknown) => string): string {
  const { type, data } = entry;
  const who = isolate(entry.actor_name ?? 'Somebody');
  const to = data['recipient'] ? ` to ${String(data['recipient'])}` : '';
  const seenBy = data['seen_by'] ? nameOf(data['seen_by']) : undefined;
  const because = data['reason'] ? `: ${reasonWords(data['reason'], seenBy)}` : '';
  const mail = data['purpose'] === 'reminder' ? 'Reminder' : 'E-mail';
  const message = data['purpose'] === 'reminder' ? 'Reminder' : 'Message';
  const channel = `to ${isolate(String(data['channel'] ?? 'a channel'))}${data['channel_kind'] ? ` (${channelName(String(data['channel_kind']))})` : ''}`;
  const notification = data['purpose'] === 'reminder' ? 'Reminder' : 'Notification';
  const device = `${to}${data['device'] ? ` on ${isolate(String(data['device']))}` : ''}`;
  const toldOf = TOLD_OF[String(data['purpose'])] ?? '';
  const at = data['url'] ? ` at ${String(data['url'])}` : '';
  const event = data['event'] ? `${String(data['event'])} ` : '';
  switch (type) {
    case 'conversation.started':
      return 'Conversation started';
    case 'lead.captured':
      return 'The visitor left contact details';
    case 'conversation.escalated':
      return `Asked for a person ${TRIGGER_WORDS[String(data['trigger'])] ?? ''}`.trim();
    case 'escalation.asked_again':
      return 'Asked for a person again';
    case 'escalation.opened':
      return `${who} opened the case`;
    case 'escalation.claimed':
      return `${who} claimed the case`;
    case 'escalation.released':
      return `${who} released the case`;
    case 'escalation.assigned':
      return (data['claimed_by'] ?? data['user_id'])
        ? `${who} assigned the case to ${isolate(nameOf(data['claimed_by'] ?? data['user_id']))}`
        : `${who} assigned the case`;
    case 'reply.sent':
      return `${who} replied`;
    case 'reply.read':
      return `The visitor read ${replies(data['count'])}`;
    case 'reply.fetched':
      return `The visitor’s own bot fetched ${replies(data['count'])}`;
    case 'reply.unreachable':
      return `Nobody received ${replies(data['count'])}${data['reason'] === 'no_address' ? ': there’s no address to write to' : because}`;
    case 'reply.refused':
      return `Whoever has the address${data['recipient'] ? ` ${String(data['recipient'])}` : ''} never wrote here and gets no more replies`;
    case 'note.added':
      return `${who} left a note`;
    case 'conversation.resolved':
      return `${who} marked it as resolved`;
    case 'resolve.undone':
      return `${who} undid the resolve`;
    case 'conversation.reopened':
      return `${who} reopened it`;
    case 'conversation.handed_back':
      return `${who} handed back to the assistant`;
    case 'conversation.exported':
      return data['kind'] === 'list'
        ? `${who} exported a list with this case`
        : `${who} exported the transcript`;
    case 'mail.sent':
      return `${mail} sent${to}`;
    case 'mail.delivered':
      return `${mail} reached the mailbox${data['recipient'] ? ` of ${String(data['recipient'])}` : ''}`;
    case 'mail.bounced':
      return `${mail}${to} bounced${because}`;
    case 'mail.complained':
      return `${mail}${to} was reported as spam`;
    case 'mail.skipped':
      return `${mail}${to} was not sent${because}`;
    case 'mail.failed':
      return `${mail}${to} failed${because}`;
    case 'mail.set_aside':
      return `E-mail from ${isolate(String(data['from']) || 'nobody')} was kept aside${because}`;
    case 'webhook.delivered':
      return `Webhook ${event}delivered${at}`;
    case 'webhook.retried':
      return `Webhook ${event}failed${at} and will be tried again`;
    case 'webhook.failed':
      return `Webhook ${event}given up${at}${because}`;
    case 'webhook.skipped':
      return `Webhook ${event}not sent${at}${because}`;
    case 'channel.sent':
      return `${message} ${channel} sent${toldOf}`;
    case 'channel.delivered':
      return `${message} ${channel} delivered${toldOf}`;
    case 'channel.failed':
      return `${message} ${channel} failed${because}`;
    case 'channel.skipped':
      return `${message} ${channel} was not sent${because}`;
    case 'push.sent':
      return `${notification}${device} sent`;
    case 'push.failed':
      return `${notification}${device} failed${because}`;
    case 'push.skipped':
      return `${notification}${device} was not sent${because}`;
    default:
      return type.replaceAll('.', ' ').replaceAll('_', ' ');
  }
}
