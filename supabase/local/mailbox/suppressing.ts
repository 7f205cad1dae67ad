import { z } from 'zod';
import type { Outcomes } from './outcomes.ts';
import { INVALID_FIELD, Refusal } from './refusal.ts';
import type { Store, Suppression } from './store.ts';

const schema = z.object({ Suppressions: z.array(z.object({ EmailAddress: z.string() })) });

function readList(body: unknown): string[] {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Refusal(INVALID_FIELD, "Invalid request field(s): 'Suppressions'.");
  return parsed.data.Suppressions.map(({ EmailAddress }) => EmailAddress);
}

/** The suppressed addresses of a stream, filtered as the query asks. */
export function dump(store: Store, stream: string, query: URLSearchParams): { Suppressions: Suppression[] } {
  const address = query.get('emailAddress')?.toLowerCase();
  const reason = query.get('suppressionReason');
  const origin = query.get('origin');
  const found = store
    .suppressions(stream)
    .filter((entry) => !address || entry.EmailAddress.toLowerCase() === address)
    .filter((entry) => !reason || entry.SuppressionReason === reason)
    .filter((entry) => !origin || entry.Origin === origin);
  return { Suppressions: found };
}

/** Suppresses addresses by hand and says so by webhook. */
export function suppress(store: Store, outcomes: Outcomes, stream: string, body: unknown) {
  const statuses = readList(body).map((EmailAddress) => {
    const suppression: Suppression = {
      EmailAddress,
      SuppressionReason: 'ManualSuppression',
      Origin: 'Customer',
      CreatedAt: new Date().toISOString(),
    };
    if (!store.isSuppressed(stream, EmailAddress)) {
      store.suppress(stream, suppression);
      outcomes.changeSubscription(stream, EmailAddress, suppression);
    }
    return { EmailAddress, Status: 'Suppressed', Message: null };
  });
  return { Suppressions: statuses };
}

/** Activates addresses again; after a complaint only Postmark's support can. */
export function unsuppress(store: Store, outcomes: Outcomes, stream: string, body: unknown) {
  const statuses = readList(body).map((EmailAddress) => {
    const entry = store.suppression(stream, EmailAddress);
    if (entry?.SuppressionReason === 'SpamComplaint') {
      const Message = 'You do not have the required authority to change this suppression.';
      return { EmailAddress, Status: 'Failed', Message };
    }
    if (entry) {
      store.unsuppress(stream, EmailAddress);
      outcomes.changeSubscription(stream, EmailAddress, null);
    }
    return { EmailAddress, Status: 'Deleted', Message: null };
  });
  return { Suppressions: statuses };
}
