import { connect, rpcTarget } from '../_shared/rpc.ts';
import { postmarkInboundHandler } from './handler.ts';
import { textOfHtml } from './html.ts';

const read = (name: string) => Deno.env.get(name) || undefined;

Deno.serve(
  postmarkInboundHandler({
    rpc: connect(rpcTarget(read)),
    textOfHtml,
    mailFrom: read('MAIL_FROM') ?? '',
    user: read('POSTMARK_EVENTS_USER') ?? '',
    password: read('POSTMARK_EVENTS_PASSWORD') ?? '',
  }),
);
