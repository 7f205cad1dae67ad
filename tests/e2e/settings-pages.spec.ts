// Every page of an owner: legible for everybody, on a phone and on a desk, in the light and in the dark; and closed to those
// whose role does not open it.
import {
  PAGES,
  accessibilityFindings,
  baseOf,
  createTeam,
  expect,
  open,
  test,
  type Team,
} from './settings-stage.ts';
import { startReceiver } from '../support/outbox.ts';

const VIEWS = [
  { width: 375, colorScheme: 'light' },
  { width: 375, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;

async function furnish({ owner, chatbot_id }: Team, url: string): Promise<string> {
  const call = async (name: string, parameters: object) => {
    const { data, error } = await owner.db.rpc(name, parameters);
    if (error) throw error;
    return data as unknown;
  };
  await call('import_answers', {
    chatbot_id,
    entries: [
      { question: 'متى تفتحون؟', answer: 'كل يوم من **9** إلى 17.' },
      { question: 'Where is my order?', answer: 'Open *Orders*.\n\n- by mail\n- by phone' },
    ],
  });
  await call('save_followup_buttons', {
    chatbot_id,
    buttons: [
      { type: 'link', label: 'Help pages', value: 'https://www.example.com/help' },
      { type: 'escalate', label: 'التحدث إلى شخص', value: null },
    ],
  });
  await call('save_lead_form', {
    chatbot_id,
    form: {
      timing: 'before_escalation',
      fields: [
        { key: 'email', label: null, is_required: true },
        { key: 'custom_order', label: 'Order number', is_required: false },
      ],
    },
  });
  await call('save_office_hours', {
    chatbot_id,
    hours: { is_enabled: true, weekly: { '1': [['09:00', '24:00']] }, holidays: ['2030-12-25'] },
  });
  await call('save_bot', {
    chatbot_id,
    bot: { kind: 'openai', base_url: url, model: 'some-model', api_key: 'k' },
  });
  await call('create_api_key', { chatbot_id, name: 'Production bot' });
  await call('invite_member', {
    chatbot_id,
    email: 'somebody.with.a.rather.long.name@example.test',
    role: 'agent',
  });
  const { id } = (await call('add_webhook_endpoint', {
    chatbot_id,
    url,
    events: ['conversation.escalated'],
    description: 'Opens a ticket',
  })) as { id: string };
  await call('send_test_event', { endpoint_id: id });
  return id;
}

for (const { width, colorScheme } of VIEWS) {
  test(`every page is accessible and fits at ${width} px in ${colorScheme}`, async ({
    enter,
    stack,
    sql,
  }) => {
    test.setTimeout(240_000);
    const team = await createTeam(stack, sql);
    const receiver = await startReceiver();
    const endpoint = await furnish(team, receiver.url);
    const page = await enter(team.owner, { viewport: { width, height: 900 }, colorScheme });
    const [answer] = await sql`select id from answers where chatbot_id = ${team.chatbot_id} limit 1`;
    const findings: string[] = [];
    for (const path of [...PAGES, `webhooks/${endpoint}`, `answers/${answer!['id']}`]) {
      await open(page, `${baseOf(team)}/${path}`);
      const hidden = page.locator('details:not([open]) > summary');
      while (await hidden.count()) await hidden.first().click();
      for (const finding of await accessibilityFindings(page)) findings.push(`${path}: ${finding}`);
      const overflow = await page.evaluate(() => {
        const body = document.querySelector('.body') ?? document.documentElement;
        return body.scrollWidth - body.clientWidth;
      });
      if (overflow > 0) findings.push(`${path}: ${overflow} px too wide`);
    }
    await receiver.stop();
    expect(findings).toEqual([]);
  });
}

test('an agent may see the members, and nothing that can be changed', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await open(page, `${baseOf(team)}/members`);
  await expect(page.getByText('Olive Owner')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send invitation' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Webhooks' })).toHaveCount(0);
  for (const path of PAGES.filter((one) => one !== 'members')) {
    const response = await page.goto(`${baseOf(team)}/${path}`);
    expect(response?.status(), path).toBe(403);
    await expect(page.getByText('FORBD')).toBeVisible();
  }
});

test('a stranger learns nothing from any page', async ({ enter, stack, sql }) => {
  const [mine, theirs] = await Promise.all([createTeam(stack, sql), createTeam(stack, sql)]);
  const page = await enter(mine.owner);
  for (const path of PAGES) {
    const foreign = await page.goto(`${baseOf(theirs)}/${path}`);
    expect(foreign?.status(), path).toBe(404);
  }
});
