// A reporter for vitest.ts: writes to the file that HANDOFF_OUTCOME names which test files did not pass as a whole. One whose worker
// died is among them, though no test of it failed.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';

export interface Outcome {
  /** Paths of the files with a test that failed, or that was never run to its end. */
  unpassed: string[];
  /** Errors outside of any test. */
  strayErrors: number;
}

export default class OutcomeReporter implements Reporter {
  #wanted: string[] = [];

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#wanted = specifications.map(({ moduleId }) => moduleId);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const passed = new Set(modules.filter(hasPassed).map(({ moduleId }) => moduleId));
    const outcome: Outcome = {
      unpassed: this.#wanted.filter((moduleId) => !passed.has(moduleId)),
      strayErrors: errors.length,
    };
    writeFileSync(process.env['HANDOFF_OUTCOME']!, JSON.stringify(outcome));
  }
}

function hasPassed(module: TestModule): boolean {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  return (
    module.state() === 'passed' && states.length > 0 && states.every((s) => s === 'passed' || s === 'skipped')
  );
}
