// The public door of the widget: anonymous visitors on other people's sites call it with a conversation token. It reads
// and checks the request, makes one SQL call, and answers JSON. It never decides who may do what (the SQL functions do),
// never holds state between requests, and never lets a failing bot or mail service refuse an escalation.
import { allowedMethods, empty, refuse, route } from '../_shared/http.ts';
import type { Routes } from '../_shared/http.ts';
import * as clock from './clock.ts';
import * as config from './config.ts';
import * as conversation from './conversation.ts';
import * as escalations from './escalations.ts';
import * as leads from './leads.ts';
import * as links from './links.ts';
import * as messages from './messages.ts';
import * as sessions from './sessions.ts';
import type { WidgetParts } from './visitor.ts';

/** How long a browser may remember a preflight, in seconds; Chrome itself keeps two hours at most. */
const PREFLIGHT_SECONDS = 7200;

/** Answers every call of the edge function `widget`. */
export function widgetHandler(parts: WidgetParts): (request: Request) => Promise<Response> {
  const routes: Routes = {
    '/clock': { GET: (request) => clock.show(request) },
    '/config': { GET: (request) => config.show(parts, request) },
    '/sessions': { POST: (request) => sessions.start(parts, request) },
    '/conversation': { GET: (request) => conversation.read(parts, request) },
    '/messages': { POST: (request) => messages.post(parts, request) },
    '/feedback': { POST: (request) => messages.rate(parts, request) },
    '/escalations': { POST: (request) => escalations.ask(parts, request) },
    '/leads': { POST: (request) => leads.save(parts, request) },
    '/resume': { POST: (request) => links.resume(parts, request) },
    '/not-me': { POST: (request) => links.disown(parts, request) },
    '/act': { POST: (request) => links.act(parts, request) },
    '/seen': { POST: (request) => conversation.see(parts, request) },
  };
  return async (request) => {
    const answer = await answerTo(request, routes).catch(refuse);
    return withCors(request, answer);
  };
}

async function answerTo(request: Request, routes: Routes): Promise<Response> {
  if (request.method !== 'OPTIONS') return await route('widget', routes, request);
  const methods = allowedMethods('widget', routes, request);
  return empty(204, {
    allow: methods,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'authorization, content-type, apikey, x-client-info',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
}

// A refusal is readable from every origin as well: the widget has to know that it was the origin that was refused. There
// are no cookies here, so echoing an origin gives it nothing but what it sent a token for.
function withCors(request: Request, answer: Response): Response {
  answer.headers.append('vary', 'Origin');
  const origin = request.headers.get('origin');
  if (origin) {
    answer.headers.set('access-control-allow-origin', origin);
    answer.headers.set('access-control-expose-headers', 'Retry-After');
  }
  answer.headers.set('x-content-type-options', 'nosniff');
  return answer;
}
