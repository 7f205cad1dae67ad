// The app's own doors for the measurements: a session's cookie, got by the login form, and the addresses of a chatbot.
import type { Stage } from './stage.ts';
import { PASSWORD } from './stage.ts';

/** Signs the owner in as a browser would and gives the cookies. */
export async function signInToApp({ stack, owner }: Stage): Promise<string> {
  const answer = await fetch(`${stack.app_url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: stack.app_url },
    body: new URLSearchParams({ email: owner.email, password: PASSWORD }),
  });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
  if (cookies.length === 0) throw new Error(`The app did not let the owner in: ${answer.status}.`);
  return cookies.join('; ');
}

/** The address of a chatbot's triage page. */
export function deskOf({ stack }: Stage, chatbot: string): string {
  return `${stack.app_url}/dashboard/chatbots/${chatbot}/human-support`;
}
