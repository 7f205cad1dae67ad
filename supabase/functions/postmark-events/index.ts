import { connect, rpcTarget } from '../_shared/rpc.ts';
import { postmarkEventsHandler } from './handler.ts';

const read = (name: string) => Deno.env.get(name) || undefined;

Deno.serve(
  postmarkEventsHandler({
    rpc: connect(rpcTarget(read)),
    user: read('POSTMARK_EVENTS_USER') ?? '',
    password: read('POSTMARK_EVENTS_PASSWORD') ?? '',
  }),
);
