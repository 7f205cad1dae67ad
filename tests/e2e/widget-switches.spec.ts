// What the owner switches off while visitors are there: offers vanish from open panels, what was asked for stays, and whoever wants
// no mail gets none although everything else happens.
import { mailsTo } from '../support/outbox.ts';
import {
  baseOf,
  escalations,
  expect,
  open,
  openDesk,
  openSettings,
  row,
  SETTINGS,
  test,
} from './seed-stage.ts';
import { SENT } from './story.ts';

test('offers that the owner takes away vanish from open widgets; what was asked stays, and nothing breaks', async ({
  scene: { team, owner, widget, visit, save },
  browser,
  sql,
}) => {
  await team.owner.db.rpc('save_followup_buttons', {
    chatbot_id: team.chatbot_id,
    buttons: [{ type: 'escalate', label: 'Get a person', value: null }],
  });
  await owner.getByRole('radio', { name: 'Offer a person' }).check();
  await save();
  const other = await browser.newContext();
  const { widget: waiting, faults } = await visit(await other.newPage());
  await waiting.ask();
  await waiting.requestHelp.click();
  await expect(waiting.confirmation).toBeVisible();
  const reference = waiting.log.getByText(/^Reference /);
  const told = await reference.textContent();

  await widget.ask();
  await widget.say('I want to talk to a human');
  await expect(widget.requestHelp).toHaveCount(2);
  const button = widget.panel.getByRole('button', { name: 'Get a person' });
  await expect(button).toBeVisible();

  await owner.getByRole('switch', { name: 'Show escalation CTA' }).uncheck();
  await owner.getByRole('radio', { name: 'Do nothing' }).check();
  await save();
  await openSettings(owner, `${baseOf(team)}/embed/follow-up-buttons`);
  await owner.getByRole('button', { name: /^Remove/ }).click();
  await owner.getByRole('button', { name: 'Save buttons' }).click();
  await expect(button).toHaveCount(0, SETTINGS);
  await expect(widget.log.getByRole('button', { name: 'That answered my question 👍' })).toHaveCount(
    0,
    SETTINGS,
  );
  // A visitor can always reach a person: what is left is the small link below the input.
  await expect(widget.panel.locator('.compact')).toBeVisible();
  await widget.say('I want to talk to a human again');
  await expect(widget.log.getByText('I want to talk to a human again')).toBeVisible();

  await expect(waiting.confirmation).toBeVisible();
  await expect(reference).toHaveText(told!);
  await expect(waiting.panel.getByText('Waiting for a person')).toBeVisible();
  await waiting.page.reload();
  await waiting.open();
  await expect(reference).toHaveText(told!);
  await expect(waiting.confirmation).toBeVisible();
  await expect(waiting.panel.locator('.compact')).toBeHidden();
  expect(faults).toEqual([]);
  expect(await escalations(sql, widget.shop)).toHaveLength(1);
  await other.close();
});

test('an owner who switched escalation mail off gets none; recipients do, the case is there, and the receipt says why', async ({
  scene: { team, owner, widget, save },
  stack,
  sql,
}) => {
  const recipient = `desk-${crypto.randomUUID().slice(0, 8)}@example.test`;
  await owner.getByLabel('E-mail recipients').fill(recipient);
  await owner.getByRole('button', { name: 'Add', exact: true }).click();
  await save();
  const switchMail = async (isOn: boolean) => {
    await open(owner, '/account');
    await owner.getByRole('switch', { name: 'Escalation e-mail' }).setChecked(isOn);
    const saves = owner.getByRole('button', { name: 'Save account' });
    await saves.click();
    // Nothing is left to save.
    await expect(saves).toBeDisabled();
  };
  await switchMail(false);
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await expect.poll(async () => (await mailsTo(stack, recipient)).length, SENT).toBe(1);
  expect(await mailsTo(stack, team.owner.email)).toHaveLength(0);

  const [asked] = await escalations(sql, widget.shop);
  await openDesk(owner, `${team.desk}?conv=${asked!['conversation_id'] as string}`);
  await expect(row(owner, asked!['conversation_id'] as string)).toBeVisible();
  await owner.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await owner.getByRole('tab', { name: 'Receipts' }).click();
  await expect(owner.getByRole('listitem').filter({ hasText: team.owner.email })).toContainText(
    'Not sent: this person turned off escalation e-mail.',
  );

  // Back on, the next request is heard of again.
  await switchMail(true);
  await team.owner.db.rpc('resolve_escalation', { escalation_id: asked!['id'] as string });
  await expect(widget.requestHelp.first()).toBeVisible();
  await widget.requestHelp.first().click();
  await expect.poll(async () => (await mailsTo(stack, team.owner.email)).length, SENT).toBe(1);
});
