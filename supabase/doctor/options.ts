import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  /** The project's address, without a trailing slash. */
  url: string;
  /** The secret key. */
  key: string;
  /** Where the app is, if not where the Vault says. */
  app_url: string | undefined;
  chatbot: string | undefined;
  send_test: boolean;
  json: boolean;
}

const USAGE =
  'npm run doctor -- --url https://PROJECT.supabase.co --key sb_secret_… [--app-url URL] [--send-test [--chatbot ID]] [--json]';

/** The target that was named, else the stack that runs here. Throws a sentence where there is neither. */
export function readOptions(args: string[]): Options {
  const { values } = parse(args);
  const key = values.key ?? process.env['SUPABASE_SECRET_KEY'];
  const target = values.url ? { url: values.url, key } : readStack();
  if (!target.key) throw new Error(`The secret key is missing: --key, or SUPABASE_SECRET_KEY.\n  ${USAGE}`);
  if (!URL.canParse(target.url) || !/^https?:/.test(target.url))
    throw new Error(`“${target.url}” is not an address.\n  ${USAGE}`);
  return {
    url: target.url.replace(/\/+$/, ''),
    key: target.key,
    app_url: values['app-url'],
    chatbot: values.chatbot,
    send_test: values['send-test'],
    json: values.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        url: { type: 'string' },
        key: { type: 'string' },
        'app-url': { type: 'string' },
        chatbot: { type: 'string' },
        'send-test': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n  ${USAGE}`, { cause: error });
  }
}

function readStack(): { url: string; key: string } {
  const here = fileURLToPath(new URL('../.temp', import.meta.url));
  const file = join(process.env['HANDOFF_STATE_DIR'] ?? here, 'stack.json');
  try {
    const { api_url, secret_key } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    return { url: api_url ?? '', key: secret_key ?? '' };
  } catch {
    throw new Error(`No stack runs here. Start one with npm start, or name a project:\n  ${USAGE}`);
  }
}
