import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentOf } from '../_shared/content.ts';
import type { ReplyDelta } from '../_shared/contract.ts';
import { parseMarkdown } from '../_shared/markdown.ts';
import { GrowingReply, PIECE_MS } from './growing-reply.ts';

const ANSWER = `Yes! You can **return** your boots 👍 within *60 days*:

1. Open your order at https://shop.example/orders and choose **Return**.
2. Print the label.
   - A post office prints it too 👎
3. Drop the parcel.

| Size | Price |
|------|-------|
| 38   | \`9 €\` |

\`\`\`
npm start
\`\`\`
`;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What a panel holds of it after each piece; it hears them as JSON. */
function listen() {
  const pieces: ReplyDelta[] = [];
  const held: { text: string; content: string }[] = [];
  const growing = new GrowingReply((piece) => {
    const { text, at, content } = JSON.parse(JSON.stringify(piece)) as Required<ReplyDelta>;
    const last = held.at(-1) ?? { text: '', content: '' };
    pieces.push(piece);
    held.push({ text: last.text + text, content: last.content.slice(0, at) + content });
  });
  return { pieces, held, growing };
}

/** Cut anywhere, also through the middle of a character. */
const cut = (text: string, length: number) => text.match(new RegExp(`[^]{1,${length}}`, 'g'))!;

describe('an answer that is being written', () => {
  it.each([1, 3, 20, 1_000])('is the tree of its text after every piece of %i characters', (length) => {
    const { held, growing } = listen();
    for (const piece of cut(ANSWER, length)) {
      growing.push(piece);
      vi.advanceTimersByTime(1_000);
    }
    growing.flush();
    expect(held.at(-1)!.text).toBe(ANSWER);
    for (const { text, content } of held) expect(JSON.parse(content)).toEqual(parseMarkdown(text));
    expect(held).toHaveLength(Math.ceil(ANSWER.length / length));
  });

  it('says its first words at once, and what follows in a moment together', () => {
    const { held, growing } = listen();
    for (const piece of ['From ', '**nine', '** to ', 'five']) growing.push(piece);
    expect(held.map(({ text }) => text)).toEqual(['From ']);
    vi.advanceTimersByTime(PIECE_MS);
    expect(held.map(({ text }) => text)).toEqual(['From ', 'From **nine** to five']);
    // Nothing new, nothing said.
    vi.advanceTimersByTime(60_000);
    growing.flush();
    expect(held).toHaveLength(2);
  });

  it('is whole when it ends, whatever was held back', () => {
    const { held, growing } = listen();
    growing.push('From ');
    growing.push('nine to five.');
    growing.flush();
    expect(held.at(-1)).toEqual({
      text: 'From nine to five.',
      content: contentOf('assistant', 'From nine to five.'),
    });
    vi.advanceTimersByTime(60_000);
    expect(held).toHaveLength(2);
  });

  it('that has failed says nothing more', () => {
    const { held, growing } = listen();
    growing.push('From ');
    growing.push('nine');
    growing.stop();
    vi.advanceTimersByTime(60_000);
    expect(held).toHaveLength(1);
  });

  it.each([
    ['one long paragraph', 'The *parcel* leaves our warehouse within **two** days. '],
    ['one long list', '- The *parcel* leaves our warehouse within **two** days.\n'],
    ['one long table', '| The *parcel* leaves | within **two** days. |\n|---|---|\n'],
    ['one long listing', '    npm run parcel && npm run days\n'],
    ['many paragraphs', 'The *parcel* leaves our warehouse within **two** days.\n\n'],
  ])('takes little more than its own tree on the way: %s', (_what, part) => {
    const { pieces, held, growing } = listen();
    for (const piece of cut(part.repeat(200).slice(0, 4_000), 20)) {
      growing.push(piece);
      vi.advanceTimersByTime(1_000);
    }
    expect(pieces).toHaveLength(200);
    const sent = pieces.reduce((sum, { content }) => sum + content!.length, 0);
    expect(sent).toBeLessThan(3 * held.at(-1)!.content.length);
  });

  it('costs little time on the processor: pieces that come in a burst are parsed together', () => {
    const { pieces, growing } = listen();
    for (const piece of cut('*a '.repeat(1_334).slice(0, 4_000), 20)) {
      growing.push(piece);
      vi.advanceTimersByTime(PIECE_MS / 10);
    }
    growing.flush();
    expect(pieces.length).toBeLessThanOrEqual(22);
  });
});
