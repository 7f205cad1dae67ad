// What a mail is: as Postmark takes it, and as those who write one think of it.

/** What Postmark is given, in its own field names. */
export interface Mail {
  From: string;
  To: string;
  ReplyTo?: string;
  Subject: string;
  TextBody: string;
  Headers: { Name: string; Value: string }[];
  Tag: string;
  Metadata: Record<string, string>;
  MessageStream: string;
  TrackOpens: false;
  TrackLinks: 'None';
}

export interface MailSettings {
  from: string;
  messageStream: string;
}

export interface Letter {
  subject: string;
  paragraphs: (string | null)[];
  replyTo?: string | null;
  /** Whose name stands before the sender's address; the configured one unless given. */
  from?: string;
  /** What a machine is not: then these take the place of the headers by which a machine's mail is known. */
  headers?: Mail['Headers'];
}
