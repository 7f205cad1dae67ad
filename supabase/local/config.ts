// Reads supabase/config.toml, the one place where ports, API limits, auth rules and functions are declared, so that the
// embedded stack and the Supabase CLI obey the same file. Only the part of TOML that such a file uses is understood.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDir = fileURLToPath(new URL('../../', import.meta.url));

type Value = string | number | boolean | Value[];
type Tables = Map<string, Map<string, Value>>;

/** What the embedded stack takes from config.toml. */
export interface Config {
  ports: Ports;
  api: { schemas: string[]; extraSearchPath: string[]; maxRows: number; autoExpose: boolean };
  auth: {
    jwtExpiry: number;
    /** Seconds. */
    refreshTokenReuseInterval: number;
    enableSignup: boolean;
    confirmEmails: boolean;
    minimumPasswordLength: number;
    otpLength: number;
    otpExpiry: number;
    templates: Record<string, { subject: string; content_path: string }>;
  };
  functions: { name: string; verifyJwt: boolean }[];
  seedPaths: string[];
}

/** The four ports people see. All others are picked from the free ones. */
export interface Ports {
  api: number;
  db: number;
  mailbox: number;
  app: number;
}

const PORT_VARIABLES = {
  api: 'HANDOFF_API_PORT',
  db: 'HANDOFF_DB_PORT',
  mailbox: 'HANDOFF_MAILBOX_PORT',
  app: 'HANDOFF_APP_PORT',
} as const;

/** Reads config.toml; HANDOFF_*_PORT in `env` move a port, and HANDOFF_CONFIRM_EMAIL=true has new accounts confirm
 * their address as hosted ones do. Throws a sentence when a port is not one. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const tables = parseToml(readFileSync(`${projectDir}supabase/config.toml`, 'utf8'));
  const read = <T extends Value>(table: string, key: string, fallback: T): T =>
    (tables.get(table)?.get(key) as T | undefined) ?? fallback;
  const declared: Ports = {
    api: read('api', 'port', 54321),
    db: read('db', 'port', 54322),
    mailbox: read('local_smtp', 'port', 54324),
    app: 3000,
  };
  return {
    ports: movePorts(declared, env),
    api: {
      schemas: read('api', 'schemas', ['public'] as Value[]) as string[],
      extraSearchPath: read('api', 'extra_search_path', ['public', 'extensions'] as Value[]) as string[],
      maxRows: read('api', 'max_rows', 1000),
      autoExpose: read('api', 'auto_expose_new_tables', true),
    },
    auth: {
      jwtExpiry: read('auth', 'jwt_expiry', 3600),
      refreshTokenReuseInterval: read('auth', 'refresh_token_reuse_interval', 10),
      enableSignup: read('auth', 'enable_signup', true),
      // config.toml is safe to push and asks everybody to confirm. On one machine, where one person plays a whole team and reads
      // every mail in one mailbox, a new account is let in at once.
      confirmEmails: env['HANDOFF_CONFIRM_EMAIL'] === 'true',
      minimumPasswordLength: read('auth', 'minimum_password_length', 6),
      otpLength: read('auth.email', 'otp_length', 6),
      otpExpiry: read('auth.email', 'otp_expiry', 3600),
      templates: Object.fromEntries(
        [...tables.keys()].flatMap((table) => {
          const name = /^auth\.email\.template\.(\w+)$/.exec(table)?.[1];
          const content_path = join(projectDir, read(table, 'content_path', ''));
          return name ? [[name, { subject: read(table, 'subject', ''), content_path }]] : [];
        }),
      ),
    },
    functions: [...tables.keys()]
      .filter((table) => /^functions\.[A-Za-z][\w-]*$/.test(table) && read(table, 'enabled', true))
      .map((table) => ({
        name: table.slice('functions.'.length),
        verifyJwt: read(table, 'verify_jwt', true),
      })),
    seedPaths: read('db.seed', 'sql_paths', ['./seed.sql'] as Value[]) as string[],
  };
}

function movePorts(declared: Ports, env: NodeJS.ProcessEnv): Ports {
  const ports = { ...declared };
  for (const [name, variable] of Object.entries(PORT_VARIABLES) as [keyof Ports, string][]) {
    const moved = env[variable];
    if (!moved) continue;
    ports[name] = Number(moved);
    if (!Number.isInteger(ports[name]) || ports[name] < 1 || ports[name] > 65535) {
      throw new Error(`${variable} is "${moved}", which is not a port number.`);
    }
  }
  return ports;
}

/** Tables, strings, numbers, booleans and one-line or many-line arrays: what a Supabase config.toml consists of. */
function parseToml(text: string): Tables {
  const tables: Tables = new Map([['', new Map()]]);
  let table = tables.get('')!;
  let open = '';
  for (const raw of text.split('\n')) {
    const line = (open + stripComment(raw)).trim();
    const header = /^\[([^[\]]+)\]$/.exec(line);
    if (!open && header) {
      const name = header[1]!.trim();
      table = tables.get(name) ?? new Map();
      tables.set(name, table);
      continue;
    }
    const pair = /^([\w-]+)\s*=\s*(.+)$/s.exec(line);
    if (!pair) continue;
    open = pair[2]!.startsWith('[') && !line.endsWith(']') ? `${line} ` : '';
    if (!open) table.set(pair[1]!, parseValue(pair[2]!));
  }
  return tables;
}

function stripComment(line: string): string {
  return line.replace(/^((?:[^"#]|"(?:[^"\\]|\\.)*")*)#.*$/, '$1');
}

function parseValue(text: string): Value {
  // TOML's strings, numbers, booleans and arrays are JSON but for the trailing comma.
  return JSON.parse(text.replace(/,\s*\]$/, ']')) as Value;
}
