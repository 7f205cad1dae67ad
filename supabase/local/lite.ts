// Loads @supabase/lite late, while Postgres starts, and without the line that supabase-js below it prints on every start under
// Node 20, a version this project supports.
import type * as Lite from '@supabase/lite';

let loading: Promise<typeof Lite> | undefined;

/** The package's module, loaded once. */
export function loadLite(): Promise<typeof Lite> {
  loading ??= (async () => {
    const { warn } = console;
    console.warn = (...line: unknown[]) => {
      if (!String(line[0]).includes('Node.js 20 and below are deprecated')) warn(...line);
    };
    try {
      return await import('@supabase/lite');
    } finally {
      console.warn = warn;
    }
  })();
  return loading;
}
