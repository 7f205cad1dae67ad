// The door for people who bring their own bot: one API key, one chatbot. It reads a request as its operation declares
// it, makes one SQL call, and answers JSON. The key is looked up by its hash inside that SQL call, so that a revoked key
// is worth nothing from that moment on. It never answers browsers across origins: a key has no business in a page.
import { AppError } from '../_shared/errors.ts';
import { queryOf, readFields } from '../_shared/fields.ts';
import { allowedMethods, empty, json, readJson, refuse, route } from '../_shared/http.ts';
import type { Answer, Routes } from '../_shared/http.ts';
import type { Rpc } from '../_shared/rpc.ts';
import { bearerHash } from '../_shared/tokens.ts';
import { conversationOperations } from './conversations.ts';
import { escalationOperations } from './escalations.ts';
import { eventOperations } from './events.ts';
import { openApi } from './openapi.ts';
import { isBodyRequired } from './operation.ts';
import type { Fields, Operation } from './operation.ts';
import { proofRoutes, type ProofParts } from './proof.ts';

/** What the handler is given: the SQL client, one in a person's name, and where the world reaches this function. */
export interface ApiParts extends ProofParts {
  publicUrl: string;
}

/** Every call of the API; the routes and the OpenAPI document are both made from this list. */
export const OPERATIONS: Operation[] = [
  ...conversationOperations,
  ...escalationOperations,
  ...eventOperations,
];

const KEY_SHAPE = /^hk_[\w-]{16,200}$/;

/** Answers every call of the edge function `api`. */
export function apiHandler({ rpc, rpcAs, publicUrl }: ApiParts): (request: Request) => Promise<Response> {
  const document = openApi(OPERATIONS, `${publicUrl}/functions/v1/api`);
  const routes: Routes = {
    '/openapi.json': { GET: () => Promise.resolve(publish(document)) },
    ...proofRoutes({ rpc, rpcAs }),
  };
  for (const operation of OPERATIONS) {
    (routes[operation.template] ??= {})[operation.method] = answerWith(operation, rpc);
  }
  return async (request) => {
    const answer = await answerTo(request, routes).catch(refuse);
    answer.headers.set('x-content-type-options', 'nosniff');
    return answer;
  };
}

async function answerTo(request: Request, routes: Routes): Promise<Response> {
  if (request.method !== 'OPTIONS') return await route('api', routes, request);
  return empty(204, { allow: allowedMethods('api', routes, request) });
}

function answerWith(operation: Operation, rpc: Rpc): Answer {
  return async (request, segments) => {
    const keyHash = await bearerHash(request, KEY_SHAPE, 'KEYMS', 'KEYIV');
    const input = {
      path: readFields(operation.path, segments),
      query: readFields(operation.query, queryOf(request)),
      body: operation.body ? readFields(operation.body, await bodyOf(request, operation.body)) : {},
    };
    const { status, body } = await operation.run(rpc, keyHash, input as never);
    if (!(status in operation.answers)) throw new AppError('INTRN');
    return json(status, body);
  };
}

// A call whose every field is optional may come without a body at all, as `curl -X POST` sends it.
async function bodyOf(request: Request, fields: Fields): Promise<Record<string, unknown>> {
  const isOmitted = !isBodyRequired(fields) && !request.headers.has('content-type');
  return isOmitted ? {} : await readJson(request);
}

// The document holds no secret and tools read it from a browser, so any origin may.
function publish(document: unknown): Response {
  return json(200, document, { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });
}
