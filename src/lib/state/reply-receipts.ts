// Where the replies of a transcript have got to, and which of them says so: the last of a burst speaks for all of it.
import type { MessageRow, ReplyReceipt } from '$lib/server/messages';

/** The receipts by message. One that says what is known already stays the very same, so that it is not drawn again. */
export function mergeReceipts(
  known: ReadonlyMap<string, ReplyReceipt>,
  receipts: ReplyReceipt[],
): Map<string, ReplyReceipt> {
  const merged = receipts.map((receipt): [string, ReplyReceipt] => {
    const old = known.get(receipt.message_id);
    return [receipt.message_id, old && old.at === receipt.at && isAlike(old, receipt) ? old : receipt];
  });
  return new Map(merged);
}

/** By message, the receipt that stands under it; a reply after which another got just as far has none. */
export function shownReceipts(
  messages: MessageRow[],
  known: ReadonlyMap<string, ReplyReceipt>,
): Map<string, ReplyReceipt> {
  const shown = new Map<string, ReplyReceipt>();
  let following: ReplyReceipt | null = null;
  for (const message of messages.toReversed()) {
    if (message.role === 'system') continue;
    const receipt = known.get(message.id) ?? message.receipt;
    if (receipt && !(following && isAlike(receipt, following))) shown.set(message.id, receipt);
    following = receipt;
  }
  return shown;
}

/** Whether nobody has received it, and something should be done about that. */
export function isLost({ status, reason }: ReplyReceipt): boolean {
  return status === 'bounced' || (status === 'unreachable' && reason !== 'imported');
}

function isAlike(one: ReplyReceipt, other: ReplyReceipt): boolean {
  return one.status === other.status && one.reason === other.reason && one.delivery_id === other.delivery_id;
}
