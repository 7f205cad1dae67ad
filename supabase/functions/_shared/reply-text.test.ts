import { describe, expect, it } from 'vitest';
import {
  mailedCases,
  OWN_ADDRESS,
  OWN_NAME,
  quoted,
  SPEECH,
  type MailedCase,
} from '../../../tests/support/mailed-answers.ts';
import { REPLY_LINE_CODE } from './reply-lines.ts';
import { replyText } from './reply-text.ts';

const S = 'Hello Kim,\nplease press the blue button and wait.\n\nYour Acme team';
const qS = quoted(S);

const read = (text: string, sent: string[] = [S], more: { isSignatureCut?: boolean } = {}) =>
  replyText({
    text,
    sent,
    ownAddresses: [OWN_ADDRESS],
    ownNames: [OWN_NAME],
    theirAddress: 'kim@doe.example',
    ...more,
  });

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** Whether all words of `typed` are in `text`, in their order. */
function holds(text: string, typed: string): boolean {
  const words = wordsOf(text);
  let at = 0;
  return wordsOf(typed).every((word) => {
    const found = words.indexOf(word, at);
    at = found + 1;
    return found >= 0;
  });
}

// What was measured with: the numbers are those of the table it comes from.
const TABLE: [name: string, text: string, kept: string | null][] = [
  [
    '1 en Gmail',
    `It works now.\n\nOn Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n${qS}`,
    'It works now.',
  ],
  [
    '2 en wrapped',
    `It works now.\n\nOn Mon, Nov 23, 2026 at 9:14 AM Acme Support <\nhelp@acme.example> wrote:\n\n${qS}`,
    'It works now.',
  ],
  [
    '3 de Gmail',
    `Läuft.\n\nAm Mo., 23. Nov. 2026 um 09:14 Uhr schrieb Acme Support <help@acme.example>:\n\n${qS}`,
    'Läuft.',
  ],
  [
    '4 de Outlook',
    `Läuft.\n\nVon: Acme Support <help@acme.example>\nGesendet: Montag, 23. November 2026 09:14\nAn: Kim Doe <kim@doe.example>\nBetreff: Re: Order 1234\n\n${S}`,
    'Läuft.',
  ],
  [
    '5 fr',
    `Ça marche.\n\nLe lun. 23 nov. 2026 à 09:14, Acme Support <help@acme.example> a écrit\u00a0:\n\n${qS}`,
    'Ça marche.',
  ],
  [
    '6 es',
    `Ya va.\n\nEl lun, 23 nov 2026 a las 9:14, Acme Support (<help@acme.example>) escribió:\n\n${qS}`,
    'Ya va.',
  ],
  [
    '7 pt',
    `Deu certo.\n\nEnviado do meu iPhone\n\nEm 23 de nov. de 2026, à(s) 09:14, Acme Support <help@acme.example> escreveu:\n\n${qS}`,
    'Deu certo.',
  ],
  [
    '8 it',
    `Funziona.\n\nIl giorno lun 23 nov 2026 alle ore 09:14 Acme Support <help@acme.example> ha scritto:\n${S}`,
    'Funziona.',
  ],
  [
    '9 nl',
    `Op de website staat het nog fout.\n\nOp ma 23 nov 2026 om 09:14 schreef Acme Support <help@acme.example>:\n\n${qS}`,
    'Op de website staat het nog fout.',
  ],
  [
    '10 pl',
    `W dniu wczorajszym nie działało.\n\npon., 23 lis 2026 o 09:14 Acme Support <help@acme.example> napisał(a):\n\n${qS}`,
    'W dniu wczorajszym nie działało.',
  ],
  [
    '11 tr',
    `Oldu.\n\nAcme Support <help@acme.example>, 23 Kas 2026 Pzt, 09:14 tarihinde şunu yazdı:\n\n${qS}`,
    'Oldu.',
  ],
  [
    '12 ja',
    `うまくいきました。\n\n2026年11月23日(月) 9:14 Acme Support <help@acme.example>:\n\n${qS}`,
    'うまくいきました。',
  ],
  [
    '13 zh',
    `在网站上还有错误。\n\nAcme Support <help@acme.example> 于2026年11月23日周一 09:14写道：\n\n${qS}`,
    '在网站上还有错误。',
  ],
  [
    '14 ko',
    `됩니다.\n\n2026년 11월 23일 (월) 오전 9:14, Acme Support <help@acme.example>님이 작성:\n\n${qS}`,
    '됩니다.',
  ],
  [
    '15 hi',
    `हो गया।\n\nसोम, 23 नव॰ 2026 को 9:14 am बजे को Acme Support <help@acme.example> ने लिखा:\n\n${qS}`,
    'हो गया।',
  ],
  [
    '16 ar',
    `نجح الأمر.\n\nفي الاثنين، 23 نوفمبر 2026 في 9:14 ص تمت كتابة ما يلي بواسطة Acme Support <help@acme.example>:\n\n${qS}`,
    'نجح الأمر.',
  ],
  [
    '17 he',
    `עובד.\n\n\u202bבתאריך יום ב׳, 23 בנוב׳ 2026 ב-9:14 מאת \u202aAcme Support\u202c <\u202ahelp@acme.example\u202c>:\u202c\n\n${qS}`,
    'עובד.',
  ],
  ['18 own list', 'Please order:\n\n> blue lamp\n> two chairs\n\nThanks!', null],
  ['19 PS', 'It fails.\n\nBest regards,\nKim\n\nPS: number 4711', null],
  ['20 divider', 'First: login.\n---\nSecond: invoice.\n====\nThird: 4711', null],
  ['21 form', 'Von: Berlin\nNach: Hamburg\nDatum: 5. Mai\nBitte umbuchen.', null],
  [
    '22 bottom',
    `On 23/11/2026 09:14, Acme Support wrote:\n${qS}\n\nDone, it still fails.`,
    'Done, it still fails.',
  ],
  [
    '23 inline',
    'On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Hello Kim,\n> please press the blue button\n\nPressed.\n\n> and wait.\n\nWaited.',
    '> Hello Kim,\n> please press the blue button\n\nPressed.\n\n> and wait.\n\nWaited.',
  ],
  [
    '24 bounce',
    'What now?\n\nFrom: Mailer <mailer@isp.example>\nTo: kim@doe.example\nSubject: failed\n\nmailbox full',
    null,
  ],
  [
    '24 forward',
    '---------- Forwarded message ---------\nFrom: Shop <shop@shop.example>\nDate: Mon, Nov 23, 2026 at 9:14 AM\nSubject: Your parcel\n\nshipped',
    null,
  ],
  [
    '25 in other words',
    'Hello,\n\nOn 5 May 2026 at 9:14 help@acme.example told me:\npress it twice, that did not help.',
    null,
  ],
];

/** What a careless rule would eat. Nothing of it may go. */
const TRAPS: Record<string, string> = {
  'a question about our words': `What does this mean?\n\n${qS}`,
  'an attribution alone': 'Hello,\n\nOn Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:',
  'other words below an attribution':
    'On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Your order is cancelled.\n> There is no money back.',
  'a form to us': 'Name: Kim\nOrder: 4711\nSent to: help@acme.example\nReason: broken\n\nPlease help.',
  'a form to us, then nothing': 'From: Kim\nTo: help@acme.example\nSubject: broken lamp',
  'dashes and a signature': 'It is broken.\n\n-- \nKim Doe\nFactory 3, line 2\n\nPlease send it there.',
  'a shell': '> npm install\n> npm start\nError: 404\n\nWhat now?',
  'an answer that begins like an attribution': 'Op 23 november 2026 om 09:14 werkte het nog. Help!',
  'a call log': '09:14 Acme Support:\nHello\n09:15 me:\nIt fails',
  'a date before a colon': 'Deliver on 23.11.2026 at 09:14 to:\nKim Doe\nMain Street 5',
  'a ruled list': '-----\nfirst\n-----\nsecond\n-----',
  'a telephone line in the middle': 'Sent from my iPhone\n\nis what my mails say, why?',
  'nothing but a telephone line': 'Sent from my iPhone',
  'an answer typed into the quote': `On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Hello Kim,\n> please press the blue button and wait.\n> I pressed it, nothing.\n> \n> Your Acme team`,
  'two letters typed into the quote': `On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Hello Kim,\n> please press the blue button and wait.\n> ok\n> \n> Your Acme team`,
  'a picture typed into the quote': `On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Hello Kim,\n> please press the blue button and wait.\n> 👍\n> \n> Your Acme team`,
  'three question marks in the quote': `On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Hello Kim,\n> please press the blue button and wait.\n> ???\n> \n> Your Acme team`,
  'an answer at the end of a quoted line': `On Mon, Nov 23, 2026 at 9:14 AM Acme Support <help@acme.example> wrote:\n\n> Hello Kim,\n> please press the blue button and wait. DONE\n> \n> Your Acme team`,
  'answers in an unquoted Outlook mail': `From: Acme Support <help@acme.example>\nSent: Monday\nTo: Kim Doe <kim@doe.example>\nSubject: Re: Order 1234\n\nHello Kim,\nplease press the blue button and wait.\n\nI waited for an hour.\n\nYour Acme team`,
  'a list of the person’s own below the quote': `On 23/11/2026 09:14, Acme Support wrote:\n${qS}\n\nPlease order:\n> blue lamp\n> two chairs`,
  'the person’s last line directly above': `call me 0171 2345\nOn 23/11/2026 09:14, Acme Support wrote:\n${qS}`,
  'a labelled line directly above': `Answer: yes\nFrom: Acme Support <help@acme.example>\nSent: Monday\nTo: Kim\nSubject: Re: Order 1234\n\n${S}`,
  'a passed on mail of ours': `See what they wrote.\n\nBegin forwarded message:\n\nFrom: Acme Support <help@acme.example>\nDate: Monday\nTo: Kim\nSubject: x\n\n${S}`,
};

const TYPED: Record<string, string> = {
  'the person’s last line directly above': 'call me 0171 2345',
  'a labelled line directly above': 'Answer: yes',
  'a list of the person’s own below the quote': 'Please order: blue lamp two chairs',
  'an answer typed into the quote': 'I pressed it, nothing.',
  'two letters typed into the quote': 'ok',
  'an answer at the end of a quoted line': 'DONE',
  'answers in an unquoted Outlook mail': 'I waited for an hour.',
  'a picture typed into the quote': '',
  'three question marks in the quote': '',
};

const forwards: MailedCase[] = Object.entries(SPEECH).map(([language, { forwarded, labels, sent }]) => {
  const text = `4711!\n\n${forwarded}\n\n${labels[0]}: Acme Support <help@acme.example>\n${labels[1]}: 23.11.2026\n${labels[2]}: Kim\n${labels[3]}: Re\n\n${sent}`;
  return { name: `${language}: passed on`, text, sent: [sent], kept: text, typed: text };
});

describe('a mailed answer', () => {
  it.each(TABLE)('is read as measured: %s', (_, text, kept) => {
    expect(read(text).text).toBe(kept ?? text);
  });

  it.each(Object.entries(TRAPS))('loses nothing to a trap: %s', (name, text) => {
    const kept = read(text).text;
    expect(holds(kept, TYPED[name] ?? text), kept).toBe(true);
    if (name.includes('picture')) expect(kept).toContain('👍');
    if (name.includes('question marks')) expect(kept).toContain('???');
  });

  it('keeps every word a person typed, in fifteen languages and the shapes of many programs, and hardly a quote', () => {
    const cases = [...mailedCases(), ...forwards];
    const results = cases.map((each) => ({ ...each, result: read(each.text, each.sent).text }));
    const lost = results.filter(({ result, typed }) => !holds(result, typed));
    const left = results.filter(({ result, kept }) => result !== kept);
    const share = (left.length / results.length) * 100;
    console.info(
      `${results.length} mails: ${lost.length} lost words, ${left.length} kept a quote (${share.toFixed(1)} %)`,
    );
    expect(results.length).toBeGreaterThan(150);
    expect(lost.map(({ name, result }) => `${name}\n${result}`)).toEqual([]);
    expect(
      left.length / results.length,
      left.map(({ name, result }) => `${name}\n${result}`).join('\n\n'),
    ).toBeLessThanOrEqual(0.03);
  });

  it('keeps every mail whole when nothing proves that the quote is ours', () => {
    for (const { name, text } of mailedCases()) {
      const whole = text.replaceAll('\r\n', '\n').trim();
      expect(read(text, []).text, name).toBe(whole);
      expect(
        holds(
          read(text, ['Something else that was said at another time.']).text,
          whole.replace(/\n[^\n]*$/, ''),
        ),
        name,
      ).toBe(true);
    }
  });

  it('finds our line through every mark of quoting, and what the program put above it', () => {
    const marked = (mark: string) =>
      `Thanks!\n\nUnknown program, ${'x'.repeat(5)}\n\n${quoted(`— Reply above this line — ${REPLY_LINE_CODE}\n\n${S}`, mark)}`;
    for (const mark of ['> ', '>', '>> ', '']) {
      expect(read(marked(mark)).text).toBe('Thanks!\n\nUnknown program, xxxxx');
    }
  });

  // s-nail 14.9.24 (Debian 12) writes the sender and "wrote:" without a date, sets the quote in by tabs, and puts the answer below.
  it('leaves out who wrote where a program says no more than that above our line', () => {
    const indented = `— Reply above this line — ${REPLY_LINE_CODE}\n\n${S}`.replace(/^/gm, '\t');
    for (const who of [`${OWN_NAME} <${OWN_ADDRESS}> wrote:`, `${OWN_ADDRESS} schrieb:`])
      expect(read(`${who}\n\n${indented}\nThank you, I will.`)).toEqual({
        text: 'Thank you, I will.',
        rest: 'quote',
      });
    for (const typed of [`Please tell ${OWN_ADDRESS} this:`, `${OWN_NAME} wrote:`, 'Thank you:'])
      expect(read(`${typed}\n\n${indented}`).text).toBe(typed);
  });

  // Forums and a few programs quote behind "|".
  it('leaves out what stands behind other marks where every word of it is ours', () => {
    const piped = `On 23/11/2026 09:14, ${OWN_NAME} wrote:\n${S.replace(/^/gm, '| ')}`;
    expect(read(`It works.\n\n${piped}`)).toEqual({ text: 'It works.', rest: 'quote' });
    const typed = `It works.\n\nOn 23/11/2026 09:14, ${OWN_NAME} wrote:\n| what nobody here has ever said to anybody`;
    expect(read(typed)).toEqual({ text: typed, rest: 'none' });
  });

  it('leaves out the signature of an agent where it is one', () => {
    const signed = `Try again, please.\n\n-- \nAda\nAcme\n\nOn 23/11/2026 09:14, Acme Support wrote:\n${qS}`;
    expect(read(signed, [S], { isSignatureCut: true }).text).toBe('Try again, please.');
    expect(read(signed).text).toBe('Try again, please.\n\n-- \nAda\nAcme');
    const continued = 'Try again.\n-- \nAda\n\nAnd call me.';
    expect(read(continued, [S], { isSignatureCut: true }).text).toBe(continued);
  });

  it('shows the whole mail when nothing else would be left, or when it is very long', () => {
    const quote = `On 23/11/2026 09:14, Acme Support wrote:\n${qS}`;
    expect(read(quote)).toEqual({ text: quote, rest: 'none' });
    const long = `${'word '.repeat(50_000)}\n\n${quote}`;
    expect(read(long).text).toBe(long);
    expect(read('   \n').text).toBe('');
  });
});

describe('what somebody sends to stall it', () => {
  const parts = [
    '>',
    '> > ',
    'a:',
    ':\n',
    '<',
    '@',
    'x@y.z ',
    '\n',
    '> On 1/2/2026 9:14, Acme Support wrote:\n',
    'From: help@acme.example\n',
    '-----',
    '____\n',
    '\u202b',
    ' ',
    '1:2 ',
    '<https://a.b> ',
    'é',
    '👍',
    REPLY_LINE_CODE,
    'Original Message-----\n',
    `${S}\n`,
    'a'.repeat(399),
    `${'9 '.repeat(199)}:\n`,
    `${'-'.repeat(398)}x\n`,
    `--${'x'.repeat(395)}--\n`,
    `${'<http://a'.repeat(40)}\n`,
    `${' '.repeat(398)}x\n`,
    `*${'a b'.repeat(8)}`,
  ];
  const mails = parts
    .flatMap((part, at) => [part, `${part}${parts[(at * 7 + 3) % parts.length] ?? ''}`])
    .map((part) => part.repeat(Math.ceil(199_000 / part.length)).slice(0, 199_000));

  it('takes no more than sixty times what 200 kB of an ordinary mail take', () => {
    const sent = [S, 'b'.repeat(4000), ...Array.from({ length: 90 }, (_, at) => `${S} ${at} `.repeat(40))];
    /** The least of three, since other work on the machine delays some. */
    const cost = (mail: string) => {
      let least = Infinity;
      for (let left = 3; left > 0 && least > ordinary; left -= 1) {
        const start = performance.now();
        read(`answer\n\n${mail}`, sent);
        least = Math.min(least, performance.now() - start);
      }
      return least;
    };
    let ordinary = 0;
    ordinary = cost(`On 1/2/2026 9:14, Acme Support wrote:\n${`> ${S}\n`.repeat(199_000 / (S.length + 3))}`);
    const slowest = Math.max(...mails.map(cost));
    console.info(
      `${mails.length} mails: ordinary ${ordinary.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms`,
    );
    expect(slowest / ordinary).toBeLessThan(60);
  });
});
