// What the product's own code is told about the stack it runs in: the functions' environment and the Vault's secrets, under the
// names that config.toml declares for hosted projects.
import postgres from 'postgres';
import type { Keys } from './keys.ts';

/** The addresses the secrets are made of. */
export interface Addresses {
  apiUrl: string;
  appUrl: string;
  mailboxUrl: string;
  databaseUrl: string;
  /** Where the services of channels are called instead; their own addresses unless set. */
  channelsOrigin?: string | undefined;
}

export const POSTMARK_EVENTS_USER = 'postmark';
export const MAIL_FROM = 'Handoff <alerts@handoff.test>';
/** The mailbox that answers come back to; no mail leaves the machine, so no other is needed. */
export const INBOUND_ADDRESS = 'answers@inbound.handoff.test';

/** The environment of every function: Supabase's names first, then ours; an empty one is as good as none. */
export function functionEnvironment(keys: Keys, at: Addresses): Record<string, string> {
  return {
    SUPABASE_URL: at.apiUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_ANON_KEY: keys.anonJwt,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceJwt,
    SUPABASE_DB_URL: at.databaseUrl,
    APP_URL: at.appUrl,
    POSTMARK_SERVER_TOKEN: keys.postmarkToken,
    POSTMARK_HOST: new URL(at.mailboxUrl).host,
    POSTMARK_USE_HTTPS: 'false',
    MAIL_FROM,
    POSTMARK_EVENTS_USER,
    POSTMARK_EVENTS_PASSWORD: keys.postmarkEventsPassword,
    DISPATCH_KEY: keys.dispatchKey,
    WEBHOOK_ALLOW_LOOPBACK: 'true',
    OPENAI_ALLOW_LOOPBACK: 'true',
    CHANNELS_ORIGIN: at.channelsOrigin ?? '',
  };
}

/** Writes the Vault's secrets, as `db push` does from [db.vault] before it applies migrations. */
export async function fillVault(
  databaseUrl: string,
  keys: Keys,
  at: Pick<Addresses, 'apiUrl' | 'appUrl'>,
): Promise<void> {
  const wanted = {
    project_url: at.apiUrl,
    app_url: at.appUrl,
    dispatch_key: keys.dispatchKey,
    inbound_address: INBOUND_ADDRESS,
    webhook_allow_loopback: 'true',
  };
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const known = await sql<{ id: string; name: string; secret: string }[]>`
      select id, name, decrypted_secret as secret from vault.decrypted_secrets`;
    for (const [name, secret] of Object.entries(wanted)) {
      const there = known.find((row) => row.name === name);
      if (!there) await sql`select vault.create_secret(${secret}, ${name})`;
      else if (there.secret !== secret) await sql`select vault.update_secret(${there.id}, ${secret})`;
    }
  } finally {
    await sql.end();
  }
}
