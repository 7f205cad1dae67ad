// The short version of tests/fault: each fault once or twice.
import { describeFaults } from '../fault/dispatch-suite.ts';

describeFaults({ kills: 1, repeats: 1, deliveries: 300 });
