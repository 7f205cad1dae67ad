import { apiKey, connect, rpcTarget } from '../_shared/rpc.ts';
import { widgetHandler } from './handler.ts';

const read = (name: string) => Deno.env.get(name) || undefined;
const publicUrl = read('SUPABASE_PUBLIC_URL') ?? read('SUPABASE_URL') ?? '';
const platform = globalThis as { EdgeRuntime?: { waitUntil: (work: Promise<unknown>) => void } };

Deno.serve(
  widgetHandler({
    rpc: connect(rpcTarget(read)),
    realtime: { url: `${publicUrl.replace(/^http/, 'ws')}/realtime/v1`, key: apiKey('PUBLISHABLE', read) },
    clientAddressHeader: read('CLIENT_ADDRESS_HEADER'),
    bot: {
      allowLoopback: read('OPENAI_ALLOW_LOOPBACK') === 'true',
      silenceMs: Number(read('OPENAI_SILENCE_MS') ?? 20_000),
    },
    keepAlive: (work) => platform.EdgeRuntime?.waitUntil(work),
  }),
);
