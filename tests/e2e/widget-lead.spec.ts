// How to reach the visitor, given in the form after the request was recorded: it stands on the open case, comes by mail to everybody
// who was told, and goes to webhooks as `lead.captured`, signed.
import { Webhook } from 'standardwebhooks';
import { mailsTo, startReceiver } from '../support/outbox.ts';
import { baseOf, escalations, expect, openDesk, openSettings, test } from './seed-stage.ts';
import { SENT } from './story.ts';

test('a lead arrives on the open case, in the mail and in the webhook', async ({
  scene: { team, owner, widget, save },
  enter,
  stack,
  sql,
}) => {
  const receiver = await startReceiver();
  const { data: endpoint } = await team.owner.db.rpc('add_webhook_endpoint', {
    chatbot_id: team.chatbot_id,
    url: receiver.url,
    events: ['lead.captured', 'conversation.escalated'],
    description: '',
  });
  const recipient = `desk-${crypto.randomUUID().slice(0, 8)}@example.test`;
  await owner.getByLabel('E-mail recipients').fill(recipient);
  await save();
  await openSettings(owner, `${baseOf(team)}/embed/lead-form`);
  await owner.getByLabel('Before the handoff is confirmed').check();
  await owner.getByRole('button', { name: 'Name', exact: true }).click();
  await owner.getByRole('button', { name: 'E-mail', exact: true }).click();
  await owner.getByRole('button', { name: 'Custom field' }).click();
  await owner.getByLabel('Custom field: label').fill('Order number');
  await owner.getByRole('button', { name: 'Save lead form' }).click();
  await expect(owner.getByText('All changes saved')).toBeVisible();
  const version = async () => {
    const address = `${stack.api_url}/functions/v1/widget/config?chatbot_id=${team.chatbot_id}`;
    return ((await (await fetch(address)).json()) as { lead_form: { timing: string } }).lead_form.timing;
  };
  await expect.poll(version).toBe('before_escalation');
  await widget.page.reload();
  await widget.open();

  await widget.ask();
  await widget.requestHelp.click();
  const form = widget.log.getByRole('form');
  await expect(form).toBeVisible();
  const [asked] = await escalations(sql, widget.shop);
  const conversation = asked!['conversation_id'] as string;
  // The team has been told before the visitor has typed a letter.
  for (const address of [recipient, team.owner.email])
    await expect.poll(async () => (await mailsTo(stack, address)).length, SENT).toBe(1);
  const agent = await enter(team.agent);
  await openDesk(agent, `${team.desk}?conv=${conversation}`);

  await form.getByLabel('Name').fill('Vera Visitor');
  await form.getByLabel('E-mail').fill('vera@visitor.example');
  await form.getByLabel('Order number').fill('NP-1042');
  await form.getByRole('button', { name: 'Submit' }).click();
  await expect(widget.log.getByText('We have your contact details.')).toBeVisible();

  await agent.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  const about = agent.getByRole('complementary', { name: 'About this case' });
  for (const text of ['Vera Visitor', 'vera@visitor.example', 'NP-1042'])
    await expect(about).toContainText(text);

  for (const address of [recipient, team.owner.email]) {
    await expect.poll(async () => (await mailsTo(stack, address)).length, SENT).toBe(2);
    const [mail] = await mailsTo(stack, address);
    expect(mail!.Subject).toBe('[Acme Help] Contact details: Vera Visitor, vera@visitor.example');
    // A member's answer goes on the record first; whoever is none answers the visitor directly.
    expect(mail!.ReplyTo).toContain(address === recipient ? 'vera@visitor.example' : '@inbound.handoff.test');
    expect(mail!.TextBody).toMatch(/Name: +Vera Visitor\nE-mail: +vera@visitor\.example\n/);
    expect(mail!.TextBody).toContain('NP-1042');
    expect(mail!.TextBody).toContain(`human-support?conv=${conversation}`);
  }

  await expect.poll(() => receiver.received.length, SENT).toBe(2);
  const { secret } = endpoint as { secret: string };
  const events = receiver.received.map(({ body, headers }) => {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return JSON.parse(body) as { event: string; data: Record<string, unknown> };
  });
  expect(events.find(({ event }) => event === 'lead.captured')!.data).toMatchObject({
    conversation_id: conversation,
    chatbot_id: team.chatbot_id,
    name: 'Vera Visitor',
    email: 'vera@visitor.example',
    custom: { [Object.keys((await custom(sql, conversation)) as object)[0]!]: 'NP-1042' },
  });
  await receiver.stop();
});

async function custom(sql: Parameters<typeof escalations>[0], conversation: string): Promise<unknown> {
  const [lead] = await sql`select custom from leads where conversation_id = ${conversation}`;
  return lead!['custom'];
}
