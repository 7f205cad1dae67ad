// Telegram, by a bot of one's own (core.telegram.org/bots/api, "sendMessage", "ResponseParameters", and the FAQ's limits, read 2026-11).
// Without a parse mode a text is shown as it is; only `@name` would still be a mention. The link stands in the text: buttons take
// public addresses alone.
import type { Channel } from '../channel.ts';
import { postJson } from '../entering.ts';
import { gone, jsonOf, judgeByStatus } from '../judging.ts';
import { detailsOf, headline, linkText, longestThatFits, withoutMentions } from '../wording.ts';

/** In UTF-16 code units, as Telegram counts. */
const TEXT_MAX = 4096;

export const channel: Channel = {
  description: {
    name: 'Telegram',
    setup: [
      'In Telegram, write /newbot to @BotFather, choose a name, and copy the token it answers with.',
      'Add the bot to the group that is to be told; to be told alone, press Start in a chat with it.',
      'Write anything there, then open https://api.telegram.org/bot<token>/getUpdates in a browser: the number at “chat”, “id” is the chat’s id. A group’s begins with a minus.',
    ],
    fields: [
      {
        name: 'bot_token',
        label: 'Bot token',
        is_secret: true,
        is_optional: false,
        placeholder: '123456789:AA…',
        help: 'Whoever has it can speak for your bot.',
      },
      {
        name: 'chat_id',
        label: 'Chat id',
        is_secret: false,
        is_optional: false,
        placeholder: '-1001234567890',
        help: 'A number, or the @name of a public channel.',
      },
    ],
    pace: { messages: 20, seconds: 60 },
    is_summarised: true,
  },

  validate({ bot_token = '', chat_id = '' }, kept) {
    const token = bot_token.trim();
    const chat = chat_id.trim();
    if (!kept?.has('bot_token') && !/^\d{5,20}:[\w-]{30,60}$/.test(token)) {
      return { field: 'bot_token', problem: 'This isn’t a bot’s token. It looks like 123456789:AA….' };
    }
    if (!/^(-?\d{1,20}|@[A-Za-z]\w{4,31})$/.test(chat)) {
      return {
        field: 'chat_id',
        problem: 'This isn’t a chat’s id. It is a number, or the @name of a public channel.',
      };
    }
    return { settings: { bot_token: token, chat_id: chat } };
  },

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    const write = (question: string) =>
      [
        withoutMentions(headline(notice)),
        question && `“${withoutMentions(question)}”`,
        [detailsOf(notice), `${linkText(notice)}: ${notice.url}`].filter(Boolean).join('\n'),
      ]
        .filter(Boolean)
        .join('\n\n');
    return {
      text: longestThatFits(notice, write, (text) => text.length <= TEXT_MAX),
      link_preview_options: { is_disabled: true },
    };
  },

  send: ({ bot_token = '', chat_id = '' }, words) =>
    postJson(`https://api.telegram.org/bot${bot_token}/sendMessage`, { chat_id, ...words }),

  judge(answer) {
    const { parameters, description } = jsonOf(answer);
    const { retry_after, migrate_to_chat_id } = (parameters ?? {}) as Record<string, unknown>;
    if (migrate_to_chat_id !== undefined) {
      const error = 'The group has become a supergroup and has a new id. Enter that one.';
      return gone('TELEGRAM_MIGRATED', error);
    }
    // A refusal by 400 is the message's fault but for this one.
    if (answer.status === 400 && /chat not found/i.test(String(description))) {
      return gone('TELEGRAM_CHAT', 'The bot doesn’t know this chat. Add it there, or check the id.');
    }
    // 401 and 404: the token was revoked; 403: the bot was blocked or removed.
    const verdict = judgeByStatus(answer, [401, 403, 404]);
    return answer.status === 429 && typeof retry_after === 'number'
      ? { ...verdict, retry_after_seconds: retry_after }
      : verdict;
  },
};
