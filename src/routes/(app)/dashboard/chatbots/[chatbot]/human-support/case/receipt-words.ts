// Where a reply has got to, as its author reads it under the words.
import type { Receipt } from '$lib/server/cases';
import type { ReplyReceipt } from '$lib/server/messages';
import { clockBeside, type Zone } from '$lib/time';
import { reasonWords } from './timeline-words';

export interface ReceiptWords {
  text: string;
  tone: 'plain' | 'amber' | 'red';
}

/** Why nobody received a reply. */
const UNRECEIVED: Record<string, string> = {
  no_address: 'no page open and no address',
  mail_off: 'no page open, and replies aren’t e-mailed',
  not_fetched: 'your bot hasn’t fetched it',
};

/**
 * The receipt in words; `sent_at` is when the reply was sent, since only another day than that is named. `deliveries` are those of the
 * case: the mail that carries the reply says where to.
 */
export function receiptWords(
  receipt: ReplyReceipt,
  sent_at: string,
  deliveries: Receipt[],
  zone: Zone,
): ReceiptWords {
  const at = clockBeside(receipt.at, sent_at, zone);
  const mail = deliveries.find(({ id }) => id === receipt.delivery_id);
  const to = mail?.recipient ? ` to ${mail.recipient}` : '';
  switch (receipt.status) {
    case 'read':
      return { text: `Read ${at}`, tone: 'plain' };
    case 'fetched':
      return { text: `Fetched by your bot ${at}`, tone: 'plain' };
    case 'mailed':
      return { text: `E-mailed${to} ${at}`, tone: 'plain' };
    case 'delivered':
      return { text: `Delivered${to} ${at}`, tone: 'plain' };
    case 'bounced':
      return { text: `Bounced${bounceWords(receipt, mail)}`, tone: 'red' };
    case 'unreachable':
      return receipt.reason === 'imported'
        ? { text: 'Imported: nobody was told', tone: 'plain' }
        : { text: `Not received${unreceivedWords(receipt.reason)}`, tone: 'amber' };
    default:
      return { text: `Waiting${waitingWords(mail, sent_at, zone)}`, tone: 'plain' };
  }
}

function bounceWords({ reason }: ReplyReceipt, mail: Receipt | undefined): string {
  const because = reasonWords(reason);
  if (mail?.recipient) return `: ${mail.recipient}${because ? ` (${because})` : ''}`;
  return because ? `: ${because}` : '';
}

function unreceivedWords(reason: string | null): string {
  const because = (reason && UNRECEIVED[reason]) ?? reasonWords(reason);
  return because ? `: ${because}` : '';
}

/** When it will be mailed, as far as that is known. */
function waitingWords(mail: Receipt | undefined, sent_at: string, zone: Zone): string {
  if (mail?.status !== 'queued' || !mail.next_attempt_at) return '';
  return `, e-mail at ${clockBeside(mail.next_attempt_at, sent_at, zone)}`;
}
