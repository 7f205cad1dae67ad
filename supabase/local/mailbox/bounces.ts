/** Postmark's bounce types and their numbers. */
export const BOUNCE_TYPES: Readonly<Record<string, number>> = {
  HardBounce: 1,
  Transient: 2,
  Unsubscribe: 16,
  Subscribe: 32,
  AutoResponder: 64,
  AddressChange: 128,
  DnsError: 256,
  SpamNotification: 512,
  OpenRelayTest: 1024,
  Unknown: 2048,
  SoftBounce: 4096,
  VirusNotification: 8192,
  ChallengeVerification: 16384,
  BadEmailAddress: 100000,
  SpamComplaint: 100001,
  ManuallyDeactivated: 100002,
  Unconfirmed: 100003,
  Blocked: 100006,
  SMTPApiError: 100007,
  InboundError: 100008,
  DMARCPolicy: 100009,
  TemplateRenderingFailed: 100010,
};

const BY_LOWER_CASE = new Map(Object.keys(BOUNCE_TYPES).map((type) => [type.toLowerCase(), type]));

/** The type as Postmark spells it; undefined when there is none. */
export const findBounceType = (name: string): string | undefined => BY_LOWER_CASE.get(name.toLowerCase());

const TEST_DOMAIN = 'bounce-testing.postmarkapp.com';
const BLACKHOLE = 'test@blackhole.postmarkapp.com';

/** What becomes of a mail: it arrives, it bounces in one way, or nobody ever hears of it. */
export function fateOf(recipient: string, headers: { Name: string; Value: string }[]): string {
  const address = recipient.toLowerCase();
  if (address === BLACKHOLE) return 'blackhole';
  const [local = '', domain] = address.split('@');
  const header = headers.find(({ Name }) => Name.toLowerCase() === 'x-pm-bounce-type')?.Value;
  const asked = header ?? (domain === TEST_DOMAIN ? local : null);
  const type = asked === null ? undefined : findBounceType(asked);
  return type && type !== 'SpamComplaint' ? type : 'Delivery';
}
