import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { WidgetConfig } from '#shared/contract.ts';
import { LANGUAGES, labelsFor, whenLost } from '#shared/labels.ts';
import { connectSql } from '../support/clients.ts';
import { call, makeChatbot } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

let chatbotId: string;
beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
});

const config = (query: string, options = {}) => call<WidgetConfig>(api, `widget/config?${query}`, options);

describe('the configuration', () => {
  it('answers the defaults of a new chatbot', async () => {
    const { status, body } = await config(`chatbot_id=${chatbotId}&locale=en`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      chatbot_id: chatbotId,
      name: 'Shop',
      greeting: null,
      initial: 'S',
      accent_color: '#2563eb',
      colors: { on_accent: '#fff', accent_light: 'rgb(37 99 235)', accent_dark: 'rgb(86 134 239)' },
      position: 'right',
      locale: 'en',
      show_escalation_cta: true,
      replace_followups: false,
      labels: labelsFor('en'),
      followup_buttons: [],
      lead_form: { timing: 'off', intro: null, fields: [] },
      person_available: { contact_text: null },
    });
    expect(body.realtime?.url).toMatch(/^ws:.*\/realtime\/v1$/);
    expect(body.realtime?.key).toMatch(/^sb_publishable_/);
    expect(body).not.toHaveProperty('language');
  });

  it('brings the greeting as it was written and as it is drawn', async () => {
    const { chatbotId: polite } = await makeChatbot(sql);
    expect((await config(`chatbot_id=${polite}`)).body).not.toHaveProperty('greeting_content');
    await sql`update public.chatbots set greeting = 'Ask *away*!' where id = ${polite}`;
    const { body } = await config(`chatbot_id=${polite}`);
    expect(body.greeting).toBe('Ask *away*!');
    expect(JSON.parse(body.greeting_content!)).toEqual([
      { tag: 'p', children: ['Ask ', { tag: 'em', children: ['away'] }, '!'] },
    ]);
  });

  it.each(LANGUAGES)('speaks %s', async (language) => {
    const { body } = await config(`chatbot_id=${chatbotId}&locale=${language}-XX`);
    expect(body).toMatchObject({ locale: language, labels: labelsFor(language) });
  });

  it('speaks the first wanted language that it knows, and says in it how else to reach the team', async () => {
    const { chatbotId: reachable } = await makeChatbot(sql);
    await sql`update public.chatbots set contact_text = 'Ring +46 8 123 45' where id = ${reachable}`;
    const { body } = await config(`chatbot_id=${reachable}&locale=,sv-SE,de-AT,en`);
    expect(body.locale).toBe('de');
    expect(body.when_lost).toEqual(whenLost('de', 'Ring +46 8 123 45'));
    expect(body.when_lost.unavailable).toMatch(/Chat.*\nRing \+46 8 123 45$/);
  });

  it('falls back to the chatbot’s own language, then to English', async () => {
    const { chatbotId: french } = await makeChatbot(sql);
    expect((await config(`chatbot_id=${french}&locale=sv`)).body.locale).toBe('en');
    await sql`update public.chatbots set language = 'fr' where id = ${french}`;
    expect((await config(`chatbot_id=${french}&locale=sv`)).body.locale).toBe('fr');
    expect((await config(`chatbot_id=${french}&locale=%00%ff`)).body.locale).toBe('fr');
    expect((await config(`chatbot_id=${french}`)).body.locale).toBe('fr');
  });

  it('shows a saved setting at the next look, and costs no body until then', async () => {
    const { chatbotId: changing } = await makeChatbot(sql);
    const first = await config(`chatbot_id=${changing}&locale=de`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const known = { headers: { 'if-none-match': etag } };
    expect((await config(`chatbot_id=${changing}&locale=de`, known)).status).toBe(304);

    await sql`update public.human_support_settings
      set positive_label = 'Passt', show_escalation_cta = false where chatbot_id = ${changing}`;
    const second = await config(`chatbot_id=${changing}&locale=de`, known);
    expect(second.status).toBe(200);
    expect(second.body.labels).toEqual({ ...labelsFor('de'), positive: 'Passt' });
    expect(second.body.show_escalation_cta).toBe(false);
    expect(second.body.version).not.toBe(first.body.version);
  });
});
