// ntfy, the public server or one's own (docs.ntfy.sh, "Publishing", "Publish as JSON", "Limitations", read 2026-11). A message of
// more than 4,096 bytes would become a file; Markdown is off unless asked for.
import { isWebhookUrl } from '../../addresses.ts';
import type { Channel } from '../channel.ts';
import { postJson } from '../entering.ts';
import { judgeByStatus } from '../judging.ts';
import { detailsOf, headline, longestThatFits } from '../wording.ts';

const MESSAGE_MAX_BYTES = 4096;
const PUBLIC_SERVER = 'https://ntfy.sh/';
/** "High": it makes a sound and is not held back. */
const PRIORITY = 4;

export const channel: Channel = {
  description: {
    name: 'ntfy',
    setup: [
      'Install the ntfy app, press “+”, and enter a topic that nobody can guess: whoever knows it can read along.',
      'Enter the same topic here. For a server of your own enter its address, and a token if it asks for one.',
    ],
    fields: [
      {
        name: 'topic',
        label: 'Topic',
        is_secret: true,
        is_optional: false,
        placeholder: 'handoff-8f2c61d4a7',
        help: 'Letters, digits, - and _, at most 64. On a public server it is the only secret.',
      },
      {
        name: 'server',
        label: 'Server',
        is_secret: false,
        is_optional: true,
        placeholder: PUBLIC_SERVER,
        help: 'Left empty: the public one.',
      },
      {
        name: 'token',
        label: 'Access token',
        is_secret: true,
        is_optional: true,
        placeholder: 'tk_…',
        help: 'Only if the topic is protected.',
      },
    ],
    pace: { messages: 12, seconds: 60 },
    is_summarised: true,
  },

  validate(entered, kept) {
    const topic = entered['topic']?.trim() ?? '';
    const server = entered['server']?.trim() || PUBLIC_SERVER;
    const token = entered['token']?.trim() ?? '';
    if (!kept?.has('topic') && !/^[-\w]{1,64}$/.test(topic)) {
      return {
        field: 'topic',
        problem: 'A topic has letters, digits, - and _ only, and at most 64 of them.',
      };
    }
    if (!isWebhookUrl(server) || new URL(server).pathname !== '/' || new URL(server).search !== '') {
      return { field: 'server', problem: 'A server’s address has https and no path, like https://ntfy.sh.' };
    }
    if (token !== '' && !/^tk_\w{10,60}$/.test(token)) {
      return { field: 'token', problem: 'An access token begins with tk_.' };
    }
    return { settings: { topic, server: new URL(server).href, ...(token && { token }) } };
  },

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    const write = (question: string) => [question, detailsOf(notice)].filter(Boolean).join('\n\n');
    const message = longestThatFits(
      notice,
      write,
      (text) => new TextEncoder().encode(text).length <= MESSAGE_MAX_BYTES,
    );
    // An empty message would be shown as "triggered".
    return {
      title: headline(notice),
      message: message || headline(notice),
      click: notice.url,
      priority: PRIORITY,
    };
  },

  send({ topic = '', server = PUBLIC_SERVER, token }, words) {
    return postJson(
      server,
      { topic, ...words },
      token === undefined ? {} : { authorization: `Bearer ${token}` },
    );
  },

  judge: (answer) => judgeByStatus(answer, [401, 403, 404]),
};
