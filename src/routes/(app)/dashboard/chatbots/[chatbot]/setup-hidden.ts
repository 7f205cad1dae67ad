// Whoever does not want to be told how to get started has said so on this device.
import type { Cookies } from '@sveltejs/kit';

const NAME = 'setup_hidden';
/** As many chatbots as are remembered. */
const MOST = 50;
const YEAR_SECONDS = 365 * 24 * 3600;

function hidden(cookies: Cookies): string[] {
  return (cookies.get(NAME) ?? '').split('.').filter(Boolean);
}

export function isSetupHidden(cookies: Cookies, chatbot_id: string): boolean {
  return hidden(cookies).includes(chatbot_id);
}

export function hideSetup(cookies: Cookies, chatbot_id: string): void {
  const ids = [...hidden(cookies).filter((id) => id !== chatbot_id), chatbot_id].slice(-MOST);
  cookies.set(NAME, ids.join('.'), { path: '/', maxAge: YEAR_SECONDS, sameSite: 'lax', httpOnly: true });
}
