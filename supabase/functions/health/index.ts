import { apiKey, connect, rpcTarget } from '../_shared/rpc.ts';
import { healthHandler } from './handler.ts';

const read = (name: string) => Deno.env.get(name) || undefined;
const target = rpcTarget(read);
const publishableKey = apiKey('PUBLISHABLE', read);

Deno.serve(
  healthHandler({
    rpc: connect(target),
    rpcAs: (authorization) => connect({ url: target.url, secretKey: publishableKey, authorization }),
    secretKey: target.secretKey,
    dispatchKey: read('DISPATCH_KEY') ?? '',
    appUrl: read('APP_URL') ?? '',
    mailFrom: read('MAIL_FROM') ?? '',
    postmark: {
      token: read('POSTMARK_SERVER_TOKEN') ?? '',
      url: `${read('POSTMARK_USE_HTTPS') === 'false' ? 'http' : 'https'}://${read('POSTMARK_HOST') ?? 'api.postmarkapp.com'}`,
      messageStream: read('POSTMARK_MESSAGE_STREAM') ?? 'outbound',
      credentials: {
        user: read('POSTMARK_EVENTS_USER') ?? '',
        password: read('POSTMARK_EVENTS_PASSWORD') ?? '',
      },
    },
  }),
);
