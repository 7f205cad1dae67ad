// Office hours on a phone: each stretch is one line, with the button that removes it at its end.
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
