import { connect, rpcTarget } from '../_shared/rpc.ts';
import { dispatchHandler } from './handler.ts';
import { createSendMails } from './postmark.ts';
import { createSafePost } from './safe-post.ts';

const read = (name: string) => Deno.env.get(name) || undefined;
const from = read('MAIL_FROM');
const platform = globalThis as { EdgeRuntime?: { waitUntil: (work: Promise<unknown>) => void } };

Deno.serve(
  dispatchHandler({
    rpc: connect(rpcTarget(read)),
    sendMails: createSendMails({
      token: read('POSTMARK_SERVER_TOKEN') ?? '',
      host: read('POSTMARK_HOST'),
      useHttps: read('POSTMARK_USE_HTTPS') !== 'false',
    }),
    safePost: createSafePost({ allowLoopback: read('WEBHOOK_ALLOW_LOOPBACK') === 'true' }),
    channelsOrigin: read('CHANNELS_ORIGIN') ?? null,
    now: Date.now,
    dispatchKey: read('DISPATCH_KEY') ?? '',
    mail: from ? { from, messageStream: read('POSTMARK_MESSAGE_STREAM') ?? 'outbound' } : null,
    keepAlive: (work) => platform.EdgeRuntime?.waitUntil(work),
  }),
);
