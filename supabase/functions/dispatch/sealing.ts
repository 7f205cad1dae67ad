// Signs the seals that the database makes once a day. Whatever goes wrong, the next look finds them waiting.
import { sign } from '../_shared/proof-key.ts';
import type { Rpc } from '../_shared/rpc.ts';

interface UnsignedSeal {
  chatbot_id: string;
  number: number;
  body: string;
}

/** How often a process looks: seals are made once a day, sweeps come every few seconds. */
const LOOK_EVERY_MS = 20_000;

/** Makes the sealer of a process. Called as often as one likes, it looks for seals without a signature now and then, and signs them. */
export function createSealer(rpc: Rpc, now: () => number): () => Promise<void> {
  let looksAgainAt = -Infinity;
  return async () => {
    if (now() < looksAgainAt) return;
    looksAgainAt = now() + LOOK_EVERY_MS;
    try {
      await signAll(rpc);
    } catch (error) {
      console.error('no seals could be signed:', String(error));
    }
  };
}

async function signAll(rpc: Rpc): Promise<void> {
  for (const { chatbot_id, number, body } of await rpc<UnsignedSeal[]>('unsigned_seals', {})) {
    const { key_id, signature } = await sign(rpc, 'seal', body);
    const signed = { p_chatbot_id: chatbot_id, p_number: number, p_key_id: key_id, p_signature: signature };
    await rpc('sign_seal', signed);
  }
}
