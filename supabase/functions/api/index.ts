import { apiKey, connect, rpcTarget } from '../_shared/rpc.ts';
import { apiHandler } from './handler.ts';

const read = (name: string) => Deno.env.get(name) || undefined;
const target = rpcTarget(read);
const publishableKey = apiKey('PUBLISHABLE', read);
const publicUrl = read('SUPABASE_PUBLIC_URL') ?? read('SUPABASE_URL') ?? '';

Deno.serve(
  apiHandler({
    rpc: connect(target),
    rpcAs: (authorization) => connect({ url: target.url, secretKey: publishableKey, authorization }),
    publicUrl,
  }),
);
