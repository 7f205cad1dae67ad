// Every channel there is, by the name that settings and deliveries know it by: written by `npm run docs` from the folders.
import type { Channel } from './channel.ts';
import { channel as discord } from './discord/channel.ts';
import { channel as google_chat } from './google_chat/channel.ts';
import { channel as mattermost } from './mattermost/channel.ts';
import { channel as ntfy } from './ntfy/channel.ts';
import { channel as pagerduty } from './pagerduty/channel.ts';
import { channel as slack } from './slack/channel.ts';
import { channel as teams } from './teams/channel.ts';
import { channel as telegram } from './telegram/channel.ts';

export const CHANNELS: Readonly<Record<string, Channel>> = {
  discord,
  google_chat,
  mattermost,
  ntfy,
  pagerduty,
  slack,
  teams,
  telegram,
};
