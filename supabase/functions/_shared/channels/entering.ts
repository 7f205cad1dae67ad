// Judging what an owner enters for a channel.
import { isWebhookUrl } from '../addresses.ts';
import type { ChannelRequest, Field, Settings, Validation, Words } from './channel.ts';

/** The field that most services need and nothing else. */
export function addressField(placeholder: string, help: string): Field {
  return { name: 'url', label: 'Address', is_secret: true, is_optional: false, placeholder, help };
}

/** Takes a secret address that this service would have given out. */
export function takeAddress(entered: Settings, isTheirs: (url: URL) => boolean, problem: string): Validation {
  const text = entered['url']?.trim() ?? '';
  if (!isWebhookUrl(text) || !isTheirs(new URL(text))) return { field: 'url', problem };
  return { settings: { url: new URL(text).href } };
}

export function postJson(url: string, body: Words, headers: Record<string, string> = {}): ChannelRequest {
  return { url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
