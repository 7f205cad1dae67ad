// Signs what proves something: seals and evidence packs. The key pair (Ed25519, RFC 8032) is made the first time it is needed and kept in
// Vault; who comes second signs with the key of who came first. Each kind of thing is signed with its own words before it, so that a
// signature for one is never a signature for another.
import type { Rpc } from './rpc.ts';

/** What stands before the signed text, with a line feed between. Verifiers know these by heart. */
export const SIGNED_AS = { seal: 'handoff-seal-1', pack: 'handoff-pack-1' } as const;

/** A signature and the key it was made with, all in hexadecimal. */
export interface Signature {
  key_id: string;
  public_key: string;
  signature: string;
}

interface KeptKey {
  id: string;
  public_key: string;
  /** PKCS #8, base64. */
  private_key: string;
}

const ALGORITHM = 'Ed25519';

/** Signs `text` as a seal or a pack. Throws what the database refuses. */
export async function sign(rpc: Rpc, kind: keyof typeof SIGNED_AS, text: string): Promise<Signature> {
  const { id, public_key, private_key } =
    (await rpc<KeptKey | null>('proof_key', {})) ?? (await keepNewKey(rpc));
  const key = await crypto.subtle.importKey('pkcs8', bytesOf(private_key), ALGORITHM, false, ['sign']);
  const signed = new TextEncoder().encode(`${SIGNED_AS[kind]}\n${text}`);
  return { key_id: id, public_key, signature: hex(await crypto.subtle.sign(ALGORITHM, key, signed)) };
}

async function keepNewKey(rpc: Rpc): Promise<KeptKey> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = await crypto.subtle.exportKey('raw', pair.publicKey);
  const privateKey = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
  return await rpc<KeptKey>('keep_proof_key', {
    p_id: hex(await crypto.subtle.digest('SHA-256', publicKey)).slice(0, 16),
    p_public_key: hex(publicKey),
    p_private_key: btoa(String.fromCharCode(...new Uint8Array(privateKey))),
  });
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
