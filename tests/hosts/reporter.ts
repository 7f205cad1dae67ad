// Keeps what came of each app, and writes docs/engines.md anew.
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { ENGINES } from '../engines/engines.ts';
import { saveApps, writePage, type AppOutcome } from '../engines/report.ts';

export default class AppReporter implements Reporter {
  private readonly outcomes: AppOutcome[] = [];

  onTestEnd({ title }: TestCase, { status, error }: TestResult): void {
    if (status === 'skipped' || status === 'interrupted') return;
    const name = title.split(':')[0]!;
    const [why] = (error?.message ?? '').split('\n');
    this.outcomes.push(
      status === 'passed' ? { name, result: 'finished' } : { name, result: 'failed', why: why! },
    );
  }

  async onEnd(): Promise<void> {
    await saveApps(this.outcomes);
    await writePage(ENGINES);
  }
}
