// What leaves the app compressed, and what does not because its length would tell something.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { get, type IncomingMessage } from 'node:http';
import { converse, createTeam } from './dashboard-stage.ts';
import { session } from './safety-stage.ts';
import { expect, test } from './story.ts';

const DECODERS: Record<string, (bytes: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };

/** The bytes as they come: what asks for a page elsewhere takes them apart unasked. */
async function ask(address: string, headers: Record<string, string>) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(address, { headers }, resolve).once('error', reject);
  });
  const bytes = Buffer.concat(await answer.toArray());
  const encoding = answer.headers['content-encoding'];
  const text = String(encoding ? DECODERS[encoding]!(bytes) : bytes);
  return { status: answer.statusCode, encoding, bytes: bytes.length, text, vary: answer.headers.vary ?? '' };
}

test('a page that its reader or the site itself asked for comes compressed, and is the same page', async ({
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  for (let index = 0; index < 20; index += 1) await converse(sql, team.chatbot_id);
  const { cookie } = await session(stack.app_url, team.owner.email, team.owner.password);
  const page = `${stack.app_url}${team.desk}`;
  // The data beside what is drawn tells when it was read.
  const drawn = (text: string) => text.replaceAll(/<script[^]*?<\/script>/g, '');
  const plain = await ask(page, { cookie });
  expect(plain).toMatchObject({ status: 200, encoding: undefined });
  for (const site of ['none', 'same-origin']) {
    for (const encoding of ['br', 'gzip']) {
      const found = await ask(page, {
        cookie,
        'accept-encoding': `deflate, ${encoding}`,
        'sec-fetch-site': site,
      });
      expect(found).toMatchObject({ status: 200, encoding });
      expect(found.vary).toContain('accept-encoding');
      expect(drawn(found.text) === drawn(plain.text)).toBe(true);
      expect(found.text.trimEnd().endsWith('</html>')).toBe(true);
      expect(found.bytes).toBeLessThan(plain.bytes / 3);
    }
  }
  const missing = `${stack.app_url}/dashboard/chatbots/${crypto.randomUUID()}/human-support`;
  expect(await ask(missing, { cookie, 'accept-encoding': 'br', 'sec-fetch-site': 'none' })).toMatchObject({
    status: 404,
    encoding: 'br',
  });
});

test('the length of an answer tells nothing of what stands beside chosen words', async ({ stack, sql }) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id);
  const { cookie } = await session(stack.app_url, team.owner.email, team.owner.password);
  const encoding = async (path: string, site: string) => {
    const headers = { cookie, 'accept-encoding': 'gzip, br', ...(site && { 'sec-fetch-site': site }) };
    const found = await ask(`${stack.app_url}${path}`, headers);
    expect(found.status, path).toBe(200);
    return found.encoding;
  };
  // Another site's window, one of a sister site, and a browser that does not say whose it is.
  for (const site of ['cross-site', 'same-site', ''])
    expect(await encoding(`${team.desk}?search=parcel`, site)).toBeUndefined();
  // What is read anew whenever a visitor writes, and what is sent as it is made.
  for (const path of ['/overview?filter=all', '/__data.json', '/export.csv?filter=all'])
    expect(await encoding(`${team.desk}${path}`, 'same-origin'), path).toBeUndefined();
});
