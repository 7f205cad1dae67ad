// Auth: Supabase's own TypeScript implementation of its Auth API, of which only /auth/v1 is served. Its mails go to the mailbox
// through the same Postmark call the product uses, and their links lead through the gateway, as the real service's do.
import { serve } from '@hono/node-server';
import type { EmailMessage } from '@supabase/lite';
import type { Server } from 'node:http';
import { rememberRedirect, sendAuthMail, type AuthMail } from './auth-mail.ts';
import type { Config } from './config.ts';
import { loadLite } from './lite.ts';
import { withReuseInterval } from './refresh-reuse.ts';

/** What Auth needs to know of the stack around it. */
export interface AuthOptions {
  port: number;
  databaseUrl: string;
  jwtSecret: string;
  appUrl: string;
  rules: Config['auth'];
  mail: AuthMail;
}

/** Serves the Auth API on its own port until `stop`. */
export async function startAuth(options: AuthOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const { rules } = options;
  const { App } = await loadLite();
  const { createPostgresConnection } = await import('@supabase/lite/postgres');
  const connection = createPostgresConnection({
    url: options.databaseUrl,
    postgresOptions: { max: 5, onnotice: () => undefined },
  });
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: options.jwtSecret,
      jwt_expiry: rules.jwtExpiry,
      site_url: options.appUrl,
      additional_redirect_urls: [`${options.appUrl}/**`],
      enable_signup: rules.enableSignup,
      minimum_password_length: rules.minimumPasswordLength,
      email: {
        enable_signup: true,
        enable_confirmations: rules.confirmEmails,
        otp_length: rules.otpLength,
        otp_expiry: rules.otpExpiry,
        template: rules.templates,
      },
    },
    options: {
      server: { admin: false },
      drivers: { email: { send: (message: EmailMessage) => sendAuthMail(options.mail, message) } },
    },
  });
  const answer = withReuseInterval((request) => app.fetch(request), rules.refreshTokenReuseInterval);
  const server = await new Promise<Server>((resolve) => {
    const listening = serve(
      {
        fetch: (request) => rememberRedirect(request, () => answer(request)),
        port: options.port,
        hostname: '127.0.0.1',
      },
      () => resolve(listening as Server),
    );
  });
  return {
    port: options.port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await connection.close();
    },
  };
}
