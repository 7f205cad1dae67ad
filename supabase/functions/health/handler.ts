// What only the functions know of whether everything works: their own settings, and what Postmark says of the account. Asked by the
// health page in a member's name and by `npm run doctor` with the secret key; what the answers mean stands in _shared/health.ts. It
// tells no secret, and the one thing it changes is what somebody asks it to: an address that could not be reached gets mail again.
import { AppError } from '../_shared/errors.ts';
import { line, queryOf, readFields, uuid } from '../_shared/fields.ts';
import type { FunctionFacts, SuppressedAddress } from '../_shared/health-facts.ts';
import { json, readJson, refuse, route, type Routes } from '../_shared/http.ts';
import type { Rpc } from '../_shared/rpc.ts';
import { isSameSecret } from '../_shared/secrets.ts';
import { askPostmark, reactivate, type PostmarkAccount } from './postmark.ts';

export interface HealthOptions {
  rpc: Rpc;
  /** Calls SQL in the name of whoever this `Authorization` belongs to. */
  rpcAs: (authorization: string) => Rpc;
  secretKey: string;
  dispatchKey: string;
  appUrl: string;
  mailFrom: string;
  postmark: PostmarkAccount;
}

const CHATBOT = { chatbot_id: uuid() };
const LIFT = { ...CHATBOT, email: line(320) };

/** Makes the handler: `GET health/facts` and `POST health/lift`. */
export function healthHandler(options: HealthOptions): (request: Request) => Promise<Response> {
  const routes: Routes = {
    '/facts': { GET: (request) => tell(options, request) },
    '/lift': { POST: (request) => lift(options, request) },
  };
  return (request) => route('health', routes, request).catch(refuse);
}

async function tell(options: HealthOptions, request: Request): Promise<Response> {
  if (!(await isSameSecret(request.headers.get('apikey'), options.secretKey))) {
    // Members alone have a topic; everybody else is refused with what they would be refused with on the page.
    await asCaller(options, request)('my_topic', readFields(CHATBOT, queryOf(request)));
  }
  const [settings, mail] = await Promise.all([
    options.rpc<FunctionFacts['settings']>('compare_settings', {
      p_dispatch_key_hash: await sha256(options.dispatchKey),
      p_app_url: options.appUrl,
    }),
    askPostmark(options.postmark),
  ]);
  return json(200, { settings, mail_from: options.mailFrom || null, mail } satisfies FunctionFacts);
}

/** Postmark first: what it goes on refusing would only be suppressed again. */
async function lift(options: HealthOptions, request: Request): Promise<Response> {
  const rpc = asCaller(options, request);
  const { chatbot_id, email } = readFields(LIFT, await readJson(request));
  const { suppressed } = await rpc<{ suppressed: SuppressedAddress[] }>('health', { chatbot_id });
  const address = email.toLowerCase();
  const isHeldBack = suppressed.some((one) => one.email === address && one.is_liftable);
  if (isHeldBack) await reactivate(options.postmark, address);
  return json(200, {
    still_held_back: await rpc<number>('lift_suppression', { chatbot_id, email: address }),
  });
}

function asCaller({ rpcAs }: HealthOptions, request: Request): Rpc {
  const authorization = request.headers.get('authorization');
  if (!authorization) throw new AppError('SIGNI');
  return rpcAs(authorization);
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
