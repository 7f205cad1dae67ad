// What proofs need of the server, in one place: the public keys for everybody, and a signature for members who take an evidence pack out.
// The pack is made and hashed by the app; what is signed here is the hash of its list of files, in the name of whoever asks.
import { AppError } from '../_shared/errors.ts';
import { line, readFields, uuid } from '../_shared/fields.ts';
import { json, readJson, type Routes } from '../_shared/http.ts';
import { sign } from '../_shared/proof-key.ts';
import type { Rpc } from '../_shared/rpc.ts';

/** What these calls work with. */
export interface ProofParts {
  rpc: Rpc;
  /** Calls SQL in the name of whoever this `Authorization` belongs to. */
  rpcAs: (authorization: string) => Rpc;
}

const PACK = { chatbot_id: uuid(), manifest_sha256: line(64) };
const SHA256 = /^[\da-f]{64}$/;

/** `GET /proof-key` for anybody, and `POST /proof-signature` for members, who send their access token. */
export function proofRoutes({ rpc, rpcAs }: ProofParts): Routes {
  return {
    '/proof-key': {
      GET: async () =>
        json(
          200,
          { keys: await rpc('proof_keys', {}) },
          {
            'access-control-allow-origin': '*',
            'cache-control': 'public, max-age=300',
          },
        ),
    },
    '/proof-signature': {
      POST: async (request) => {
        const authorization = request.headers.get('authorization');
        if (!authorization) throw new AppError('SIGNI');
        const { chatbot_id, manifest_sha256 } = readFields(PACK, await readJson(request));
        if (!SHA256.test(manifest_sha256))
          throw new AppError('INVAL', 'A SHA-256 has 64 hexadecimal digits.');
        // Members alone have a topic; everybody else is refused with what they would be refused with on the page.
        await rpcAs(authorization)('my_topic', { chatbot_id });
        return json(200, await sign(rpc, 'pack', `${chatbot_id}\n${manifest_sha256}`));
      },
    },
  };
}
