// Office hours on a phone: each stretch is one line, with the button that removes it at its end. And the zones to choose from, which
// are the database's: Node and the browser know others.
import { baseOf, createTeam, expect, open, test } from './settings-stage.ts';

for (const width of [320, 375]) {
  test(`at ${width} px the button that removes a stretch stands beside it`, async ({ enter, stack, sql }) => {
    const team = await createTeam(stack, sql);
    const { error } = await team.owner.db.rpc('save_office_hours', {
      chatbot_id: team.chatbot_id,
      hours: {
        is_enabled: true,
        weekly: {
          '1': [
            ['09:00', '12:30'],
            ['13:30', '24:00'],
          ],
        },
      },
    });
    expect(error).toBeNull();
    const page = await enter(team.owner, { viewport: { width, height: 812 } });
    await open(page, `${baseOf(team)}/embed/office-hours`);
    const day = page.getByRole('group', { name: 'Monday' });
    for (const [name, stretch] of [
      ['09:00 to 12:30', ''],
      ['13:30 to 24:00', ', period 2'],
    ]) {
      const ends = day.getByLabel(`Monday, to${stretch}`, { exact: true });
      const remove = day.getByRole('button', { name: `Remove ${name} on Monday` });
      const [field, cross] = [(await ends.boundingBox())!, (await remove.boundingBox())!];
      const [middle, line] = [cross.y + cross.height / 2, field.y + field.height / 2];
      expect(Math.abs(middle - line), name).toBeLessThan(2);
      expect(cross.x, name).toBeGreaterThanOrEqual(field.x + field.width);
      expect(cross.x + cross.width, name).toBeLessThanOrEqual(width);
    }
    const body = page.locator('.body');
    expect(await body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });
}

test('account and office hours offer the zones that the database knows, and the device’s where it is one', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const [known] = await sql<{ zones: string[] }[]>`select private.time_zones() as zones`;
  for (const [device, isOffered] of [
    ['Asia/Kathmandu', true],
    ['Mars/Olympus', false],
  ] as const) {
    // As the server draws it: a script would tell the browser's own zone.
    const page = await enter(team.owner, { javaScriptEnabled: false });
    await page
      .context()
      .addCookies([{ name: 'time_zone', value: encodeURIComponent(device), url: stack.app_url }]);
    for (const path of ['/account', `${baseOf(team)}/embed/office-hours`]) {
      await page.goto(path);
      const options = page
        .locator('select')
        .filter({ has: page.locator('option:text-is("UTC")') })
        .first();
      expect(await options.locator('option').allTextContents(), path).toEqual(known!.zones);
      await expect(page.getByRole('button', { name: `Use ${device}` })).toHaveCount(isOffered ? 1 : 0);
    }
  }
});
