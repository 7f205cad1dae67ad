// A session that runs out is renewed once, however many requests notice it at the same moment: nobody is signed out by it.
import { expect, signUp, test } from './dashboard-stage.ts';
import { session } from './safety-stage.ts';

type Jar = Map<string, string>;

const sent = (jar: Jar) => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

function take(jar: Jar, answer: Response): void {
  for (const set of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
    if (value) jar.set(name!, value);
    else jar.delete(name!);
  }
}

/** Rewrites the session's cookie as the browser would hold it when its access token has run out. */
function expire(jar: Jar): void {
  const names = [...jar.keys()].filter((name) => /^sb-.*auth-token(\.\d+)?$/.test(name)).sort();
  const whole = decodeURIComponent(names.map((name) => jar.get(name)).join('')).replace(/^base64-/, '');
  const held = JSON.parse(Buffer.from(whole, 'base64url').toString()) as { expires_at: number };
  held.expires_at = Math.floor(Date.now() / 1000) - 60;
  for (const name of names) jar.delete(name);
  const text = `base64-${Buffer.from(JSON.stringify(held)).toString('base64url')}`;
  const base = names[0]!.replace(/\.\d+$/, '');
  // Cut as the library cuts it, so that it finds all parts again.
  const parts = text.match(/.{1,3180}/g)!;
  if (parts.length === 1) jar.set(base, text);
  else parts.forEach((part, index) => jar.set(`${base}.${index}`, part));
}

test('requests that meet at the end of a session renew it once, and all stay signed in', async ({
  stack,
}) => {
  const person = await signUp(stack, 'Tess Tabs');
  const jar: Jar = new Map();
  take(jar, (await session(stack.app_url, person.email, person.password)).answer);
  const ask = (cookie: string) =>
    fetch(`${stack.app_url}/session/token`, { headers: { cookie, accept: 'application/json' } });
  for (let round = 0; round < 8; round++) {
    expire(jar);
    const old = sent(jar);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(old)));
    // And one that was on its way with the old cookie, or comes from another process of the app.
    answers.push(await ask(old));
    expect(
      answers.map(({ status }) => status),
      `round ${round}`,
    ).toEqual(Array(6).fill(200));
    for (const answer of answers) take(jar, answer);
  }
  expect((await ask(sent(jar))).status).toBe(200);
});
