// A mail that came in, in words: from whom, what came with it, and why it is no message.
import { isolate } from '#shared/isolate.ts';
import type { InboundMail } from '$lib/server/messages';
import { count } from '$lib/time';
import { reasonWords } from './timeline-words';

type From = Pick<InboundMail, 'from_name' | 'from_email'>;

/** "Kim Doe <kim@doe.example>", or the address alone. */
export function senderWords({ from_name, from_email }: From): string {
  if (!from_name) return from_email || 'nobody';
  return from_email ? `${isolate(from_name)} <${from_email}>` : isolate(from_name);
}

const ASIDE: Record<Exclude<InboundMail['status'], 'taken'>, string> = {
  unverified: 'Unverified e-mail',
  machine: 'Automatic e-mail',
  held: 'E-mail held back',
  refused: 'E-mail not taken',
};

/** What kind of mail was set aside, and why: "Unverified e-mail: it came from another address". */
export function asideWords({ status, reason }: Pick<InboundMail, 'status' | 'reason'>): string {
  const because = reasonWords(reason);
  return `${status === 'taken' ? 'E-mail' : ASIDE[status]}${because ? `: ${because}` : ''}`;
}

/** Whether somebody should read it: a person wrote it. */
export function isForReading({ status }: Pick<InboundMail, 'status'>): boolean {
  return status === 'unverified' || status === 'held';
}

/** "2 files not taken over: invoice.pdf (120 kB), photo.jpg"; null when none came. */
export function filesWords(files: InboundMail['attachments']): string | null {
  if (files.length === 0) return null;
  const named = files.map(
    ({ name, size }) => `${isolate(name)}${size === null ? '' : ` (${sizeWords(size)})`}`,
  );
  return `${count(files.length, 'file')} not taken over: ${named.join(', ')}`;
}

/** The size of a file: 840 B, 120 kB, 2.4 MB. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  const megabytes = bytes / 1_000_000;
  return `${megabytes < 10 ? megabytes.toFixed(1).replace(/\.0$/, '') : Math.round(megabytes)} MB`;
}
