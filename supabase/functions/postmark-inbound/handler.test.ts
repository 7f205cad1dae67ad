import { describe, expect, it } from 'vitest';
import { AppError } from '../_shared/errors.ts';
import { postmarkInboundHandler } from './handler.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwx23';
const SAID = 'Please press the blue button and wait until the lamp is green.';

/** Stands at the border: what the database is asked and told. */
function border(
  answer: () => unknown = () => ({ is_member: false, addresses: [], names: ['Acme'], sent: [SAID] }),
) {
  const calls: [name: string, parameters: Record<string, unknown>][] = [];
  const handle = postmarkInboundHandler({
    user: 'postmark',
    password: 'pass',
    mailFrom: 'Acme <alerts@acme.example>',
    textOfHtml: (html) => html.replace(/<[^>]*>/g, ''),
    rpc: <T>(name: string, parameters: Record<string, unknown>) => {
      calls.push([name, parameters]);
      return Promise.resolve(answer() as T);
    },
  });
  return { handle, calls };
}

const posted = (body: unknown, password = 'pass') =>
  new Request('http://localhost/postmark-inbound', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`postmark:${password}`).toString('base64')}`,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const mail = (fields: Record<string, unknown> = {}) => ({
  MessageID: 'm',
  From: 'Kim@doe.example',
  To: `Acme <answers+${TOKEN}@inbound.example>`,
  TextBody: 'It works.',
  ...fields,
});

describe('postmark-inbound', () => {
  it('hands on what was written, and only the hash of the address', async () => {
    const { handle, calls } = border();
    const text = `It works.\n\nOn 23/11/2026 09:14, Acme wrote:\n> ${SAID}`;
    expect((await handle(posted(mail({ TextBody: text })))).status).toBe(200);
    const [, [name, parameters] = []] = calls;
    expect(name).toBe('receive_mail');
    expect(parameters?.['p_mail']).toMatchObject({ from: 'kim@doe.example', text: 'It works.', whole: text });
    expect(JSON.stringify(calls)).not.toContain(TOKEN);
  });

  it('names the mails that are answered, also where a program writes a sentence around the id', async () => {
    const { handle, calls } = border();
    const first = '0b8f6f5e-3c1e-4a57-9b52-0d6a3f1c2b3d';
    const second = '1c8f6f5e-3c1e-4a57-9b52-0d6a3f1c2b3d';
    const Headers = [
      {
        Name: 'In-Reply-To',
        Value: `Your message of "Mon, 23 Nov 2026 09:14" <Reply.${second}@acme.example>`,
      },
      {
        Name: 'References',
        Value: `<conversation.${first}@acme.example>\r\n <reply.${first}@acme.example> <reply.${second}@acme.example> <reply.7@x>`,
      },
    ];
    await handle(posted(mail({ Headers })));
    await handle(posted(mail()));
    const answered = calls.map(([, { p_mail }]) => (p_mail as { answered: string[] } | undefined)?.answered);
    expect(answered).toEqual([undefined, [second, first], undefined, []]);
  });

  it('asks nothing of the database for mail to nobody of ours', async () => {
    const { handle, calls } = border();
    for (const fields of [
      { To: 'x@y.example' },
      { MessageID: null },
      { To: 'answers+short@inbound.example' },
    ]) {
      expect((await handle(posted(mail(fields)))).status).toBe(200);
    }
    expect(calls).toEqual([]);
  });

  it('tells nothing by its answer: a known address, an unknown one and a stranger’s mail look alike', async () => {
    const known = border();
    const unknown = border(() => null);
    const answers = await Promise.all([
      known.handle(posted(mail())),
      unknown.handle(posted(mail())),
      known.handle(posted(mail({ To: '' }))),
    ]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(unknown.calls.map(([name]) => name)).toEqual(['mail_context']);
  });

  it('takes our own mail that comes back for a machine’s', async () => {
    const { handle, calls } = border();
    await handle(posted(mail({ From: 'alerts@acme.example' })));
    expect(calls[1]?.[1]['p_mail']).toMatchObject({ machine: 'own_mail' });
  });

  it('answers 5xx only when it should come again, and 401 to strangers', async () => {
    const away = border(() => {
      throw new AppError('UNAVL');
    });
    expect((await away.handle(posted(mail()))).status).toBe(503);
    const { handle, calls } = border();
    expect((await handle(posted(mail(), 'wrong'))).status).toBe(401);
    expect((await handle(posted('{'))).status).toBe(400);
    expect((await handle(posted('[]'))).status).toBe(422);
    expect((await handle(new Request('http://localhost/postmark-inbound'))).status).toBe(405);
    expect(calls).toEqual([]);
  });
});
