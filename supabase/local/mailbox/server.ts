/** What Postmark tells of a server and its webhooks: how it is set up, as somebody clicked it together on Postmark's pages. */
import { z } from 'zod';

export interface MailServer {
  /** What callers send as `X-Postmark-Server-Token`. */
  token: string;
  /** Where mail that comes in is posted, with user and password; empty when it is not. */
  inboundHookUrl: string;
  /** The mailbox that takes mail in. */
  inboundAddress: string;
  /** Where deliveries, bounces and complaints are reported; empty when they are not. */
  eventsUrl: string;
  eventsAuth: { user: string; password: string };
}

/** What tests may set otherwise, as a person would on Postmark's pages. It changes what is told, not where events go. */
export const serverSchema = z
  .strictObject({ token: z.string(), inboundHookUrl: z.string(), eventsUrl: z.string() })
  .partial();

/** Answers GET /server. */
export function showServer({ token, inboundAddress, inboundHookUrl }: MailServer) {
  return {
    ID: 1,
    Name: 'Handoff',
    ApiTokens: [token],
    Color: 'green',
    SmtpApiActivated: true,
    DeliveryType: 'Live',
    InboundAddress: inboundAddress,
    InboundDomain: inboundAddress.split('@')[1] ?? '',
    InboundHookUrl: inboundHookUrl,
  };
}

/** Answers GET /webhooks. */
export function showWebhooks({ eventsUrl, eventsAuth }: MailServer) {
  const on = { Enabled: true };
  const off = { Enabled: false };
  const webhook = {
    ID: 1,
    Url: eventsUrl,
    MessageStream: 'outbound',
    HttpAuth: { Username: eventsAuth.user, Password: eventsAuth.password },
    HttpHeaders: [],
    Triggers: { Open: off, Click: off, Delivery: on, Bounce: on, SpamComplaint: on, SubscriptionChange: on },
  };
  return { Webhooks: eventsUrl === '' ? [] : [webhook] };
}
