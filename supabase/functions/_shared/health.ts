// Whether an installation works, line by line: what is looked at, what its state means, and the step that mends it. The health page and
// `npm run doctor` show these lines and no others. Each cause turns one line red: what only follows from another line is unknown here,
// and names that line.
import { firstDifference, offsetName } from './clocks.ts';
import type { DatabaseFacts, Facts, FunctionFacts, FunctionName, Hook, MailFacts } from './health-facts.ts';
import { isolate } from './isolate.ts';

export interface Verdict {
  /** `unknown` is neither good nor bad: nothing has happened yet that would tell, or another line has to be mended first. */
  status: 'ok' | 'broken' | 'unknown';
  says: string;
  /** The step that mends it. */
  cure?: string;
}

export interface HealthLine extends Verdict {
  id: CheckId;
  name: string;
}

const JOBS = ['handoff-fold-tallies', 'handoff-prune', 'handoff-redate', 'handoff-sweep'];
/** Postmark's codes for a sender that is missing, unconfirmed, or not allowed to write to others yet. */
const SENDER_CODES = ['400', '401', '412'];

const ok = (says: string): Verdict => ({ status: 'ok', says });
const broken = (says: string, cure: string): Verdict => ({ status: 'broken', says, cure });
const unknown = (says: string, cure?: string): Verdict => ({
  status: 'unknown',
  says,
  ...(cure && { cure }),
});

type Judge = (facts: Facts, database: DatabaseFacts, functions: FunctionFacts) => Verdict;

interface Check {
  name: string;
  /** What has to be known before this can be judged. */
  needs?: ('database' | 'functions')[];
  judge: Judge;
}

const CHECKS = {
  database: { name: 'Database and migrations', judge: judgeDatabase },
  functions: { name: 'Edge Functions', judge: judgeFunctions },
  settings: { name: 'Vault and secrets', needs: ['database', 'functions'], judge: judgeSettings },
  cron: { name: 'Schedule', needs: ['database'], judge: judgeCron },
  sender: { name: 'Sender', needs: ['database'], judge: judgeSender },
  realtime: { name: 'Live updates', judge: judgeRealtime },
  mail: { name: 'Mail service', needs: ['database', 'functions'], judge: judgeMail },
  mail_from: { name: 'Sender address', needs: ['database', 'functions'], judge: judgeMailFrom },
  receipts: { name: 'Delivery receipts', needs: ['functions'], judge: judgeReceipts },
  inbound: { name: 'Answers by mail', needs: ['database', 'functions'], judge: judgeInbound },
  endpoints: { name: 'Webhooks', needs: ['database'], judge: judgeEndpoints },
  channels: { name: 'Channels', needs: ['database'], judge: judgeChannels },
  push: { name: 'Push keys and devices', needs: ['database'], judge: judgePush },
  suppressed: { name: 'Addresses', needs: ['database'], judge: judgeSuppressed },
  zones: { name: 'Time zones', needs: ['database'], judge: judgeZones },
  auth: { name: 'Sign-up', judge: judgeAuth },
  app: { name: 'App', needs: ['database'], judge: judgeApp },
} satisfies Record<string, Check>;

export type CheckId = keyof typeof CHECKS;

/** All lines, in the order in which they are mended. */
export function judgeAll(facts: Facts): HealthLine[] {
  const database = 'found' in facts.database ? facts.database.found : null;
  const functions = 'found' in facts.functions ? facts.functions.found : null;
  const known = { database: database !== null, functions: functions !== null };
  // Nobody there, or not for us: then nothing else can be asked.
  const isCutOff = !('found' in facts.database) && [null, 401, 403].includes(facts.database.status);
  return (Object.entries(CHECKS) as [CheckId, Check][]).map(([id, { name, needs = [], judge }]) => {
    const missing = isCutOff && id !== 'database' ? 'database' : needs.find((need) => !known[need]);
    const verdict = missing
      ? unknown(`Not known: see “${CHECKS[missing].name}”.`)
      : // What a check needs is there, and it looks at nothing else.
        judge(facts, database as DatabaseFacts, functions as FunctionFacts);
    return { id, name, ...verdict };
  });
}

function judgeDatabase({ database, expected_migrations, url }: Facts): Verdict {
  if (!('found' in database)) {
    const { status, code } = database;
    if (status === null)
      return broken(`Nobody answers at ${url}.`, 'Check the address, and whether the project is paused.');
    if (status === 401 || status === 403)
      return broken('The key is not accepted.', 'Take the secret key of this project: Settings, API Keys.');
    if (status === 404 || code === 'PGRST202')
      return broken('The migrations have not been applied.', 'Run npx supabase@3 db push --remote.');
    return broken(
      `The database answers ${status}.`,
      'Look at the project’s status and at its Postgres logs.',
    );
  }
  const { migrations } = database.found;
  if (!migrations) return ok('It answers. Nobody keeps a list of its migrations.');
  const missing = expected_migrations.filter((version) => !migrations.includes(version));
  if (missing.length > 0)
    return broken(
      `${plural(missing.length, 'migration')} missing, the first is ${missing[0]}.`,
      'Run npx supabase@3 db push --remote.',
    );
  const newer = migrations.filter((version) => version > (expected_migrations.at(-1) ?? ''));
  if (newer.length > 0)
    return broken(
      `The database is newer than this release: ${newer[0]}.`,
      'Update the app and run npx supabase@3 functions deploy.',
    );
  return ok(`All ${migrations.length} migrations are applied.`);
}

/** What says that a function runs: a refusal of its own, or a plain answer. */
function runs({ status, code }: { status: number | null; code: string | null }): boolean {
  return status === 200 || (code !== null && ['NOMTH', 'KEYIV', 'SIGNI', 'KEYMS', 'INVAL'].includes(code));
}

function whyNot(name: FunctionName, facts: Facts): Verdict {
  const { status, code } = facts.answers[name];
  const deploy = `Run npx supabase@3 functions deploy ${name}.`;
  if (status === null)
    return broken(`The function ${name} doesn’t answer.`, `${deploy} Then look at its logs.`);
  if (status === 404) return broken(`The function ${name} is not deployed.`, deploy);
  if (status === 401)
    return broken(
      `The platform asks callers of ${name} for a token.`,
      `${deploy} supabase/config.toml says verify_jwt = false.`,
    );
  return broken(
    `The function ${name} answers ${status}${code ? ` (${code})` : ''}.`,
    'Look at its logs; a missing secret is the usual cause.',
  );
}

function judgeFunctions(facts: Facts): Verdict {
  const down = (['widget', 'api', 'health'] as const).find((name) => !runs(facts.answers[name]));
  if (down) return whyNot(down, facts);
  if (!('found' in facts.functions)) {
    const { status } = facts.functions;
    return broken(
      status === 401
        ? 'The function health refuses the key.'
        : `The function health answers ${status ?? 'nothing'}.`,
      status === 401
        ? 'Take the project’s default secret key.'
        : 'Run npx supabase@3 functions deploy health, then look at its logs.',
    );
  }
  return ok('widget, api and health answer.');
}

function judgeSettings(_facts: Facts, { vault }: DatabaseFacts, { settings }: FunctionFacts): Verdict {
  const unset = [
    ...(vault.project_url ? [] : ['project_url']),
    ...(vault.app_url ? [] : ['app_url']),
    ...(vault.has_dispatch_key ? [] : ['dispatch_key']),
  ];
  const push = 'Fill in .env, load it, and run npx supabase@3 db push --remote.';
  if (unset.length > 0) return broken(`The Vault lacks ${unset.join(' and ')}.`, push);
  const both =
    'Set the same value in both: npx supabase@3 secrets set --env-file .env, then db push --remote.';
  if (!settings.is_same_dispatch_key)
    return broken('DISPATCH_KEY of the functions is not dispatch_key of the Vault.', both);
  if (!settings.is_same_app_url) return broken('APP_URL of the functions is not app_url of the Vault.', both);
  return ok('The functions and the database are told the same.');
}

/** How long the clock may be silent: a few rounds of ten seconds. */
const SILENCE_MS = 60_000;

function isClockRunning({ cron, now }: DatabaseFacts): boolean {
  return cron.last_run_at !== null && Date.parse(now) - Date.parse(cron.last_run_at) < SILENCE_MS;
}

function judgeCron(facts: Facts, database: DatabaseFacts): Verdict {
  const { cron } = database;
  const missing = JOBS.filter((job) => !cron.jobs.includes(job));
  if (missing.length > 0)
    return broken(
      `Not scheduled: ${missing.join(', ')}.`,
      `In the SQL editor: ${missing.map((job) => SCHEDULING[job]).join(' ')}`,
    );
  if (!isClockRunning(database)) {
    if (!cron.is_due) return unknown('It has not come round yet.', 'Look again in ten seconds.');
    return broken(
      cron.last_run_at ? `The last sweep was ${ago(cron.last_run_at, facts.now)}.` : 'Nothing has ever run.',
      'Look under Integrations, Cron in the dashboard; restarting the database starts the clock again.',
    );
  }
  if (cron.last_failure)
    return broken(`The sweep failed: ${cron.last_failure}`, 'See Integrations, Cron in the dashboard.');
  return ok('The sweep runs every ten seconds.');
}

const SCHEDULING: Record<string, string> = {
  'handoff-fold-tallies':
    "select cron.schedule('handoff-fold-tallies', '* * * * *', 'select private.fold_tallies()');",
  'handoff-prune': "select cron.schedule('handoff-prune', '17 3 * * *', 'select private.prune()');",
  'handoff-sweep': "select cron.schedule('handoff-sweep', '10 seconds', 'select private.sweep()');",
};

function judgeSender(facts: Facts, database: DatabaseFacts): Verdict {
  if (!runs(facts.answers.dispatch)) return whyNot('dispatch', facts);
  const { is_stopped, last_sweep_at } = database.sender;
  if (!is_stopped) return ok('It has run within the last three minutes.');
  if (!isClockRunning(database) || !database.cron.jobs.includes('handoff-sweep'))
    return unknown('Nobody calls it: see “Schedule”.');
  const isMistold =
    !database.vault.project_url ||
    !database.vault.has_dispatch_key ||
    ('found' in facts.functions && !facts.functions.found.settings.is_same_dispatch_key);
  if (isMistold) return unknown('It is called with the wrong address or key: see “Vault and secrets”.');
  return broken(
    last_sweep_at ? `It last ran ${ago(last_sweep_at, facts.now)}.` : 'It has never run.',
    'Look at the logs of the function dispatch. select * from net._http_response order by id desc shows what it answers; project_url in the Vault is where it is called.',
  );
}

function judgeRealtime({ realtime }: Facts): Verdict {
  if (!realtime) return unknown('Not tried yet.');
  if ('took_ms' in realtime) return ok(`From the database to a web socket in ${realtime.took_ms} ms.`);
  return broken(
    realtime.because,
    'Look at the Realtime logs. Dashboards read again every half minute until it works.',
  );
}

function judgeMail(facts: Facts, { sender, mail: last }: DatabaseFacts, { mail }: FunctionFacts): Verdict {
  const set =
    'Copy the token from Postmark (Servers, API Tokens) and run npx supabase@3 secrets set POSTMARK_SERVER_TOKEN=….';
  if (!mail.has_token) return broken('POSTMARK_SERVER_TOKEN is not set.', set);
  if (mail.status === null)
    return broken('Postmark can’t be reached.', 'See status.postmarkapp.com. Mails wait and are sent then.');
  if (mail.status === 401) return broken('Postmark doesn’t know the token.', set);
  if (!mail.server) return broken(`Postmark answers ${mail.status}.`, 'See status.postmarkapp.com.');
  if (sender.mail_paused && !isAboutSender(last) && !isAboutToken(last))
    return broken(
      `Mail is paused: ${sender.pause_reason ?? 'Postmark refuses it.'}`,
      'See the account in Postmark. The mails wait, and go out within minutes once it takes them.',
    );
  return ok(`Postmark knows the token: ${mail.server}.`);
}

// Since the token is known again, what Postmark said of the old one is over; the next mail goes out by itself.
const isAboutToken = (last: DatabaseFacts['mail']) => last.refused_status === 401;
const isAboutSender = (last: DatabaseFacts['mail']) =>
  last.refused_status !== 401 && SENDER_CODES.includes(last.refused_code ?? '');

function judgeMailFrom(_facts: Facts, { mail: last }: DatabaseFacts, { mail_from }: FunctionFacts): Verdict {
  if (!mail_from)
    return broken(
      'MAIL_FROM is not set.',
      'Run npx supabase@3 secrets set MAIL_FROM="Handoff <alerts@your.domain>".',
    );
  const isRefused = last.refused_at !== null && (last.accepted_at ?? '') < last.refused_at;
  if (isRefused && isAboutSender(last))
    return broken(
      `Postmark doesn’t send as ${mail_from}: ${last.refused_because ?? 'the sender is not confirmed.'}`,
      'Confirm the sender signature or verify the domain in Postmark. The mails wait.',
    );
  if (last.accepted_at) return ok(`Postmark sends as ${mail_from}.`);
  return unknown(`No mail has been sent as ${mail_from} yet.`, 'npm run doctor -- --send-test sends one.');
}

/** The hook that leads to a function of this project, by any of the project's addresses. */
function leadsTo(name: FunctionName, facts: Facts, found: Hook | null): boolean {
  const url = found && parsed(found.url);
  if (!url) return false;
  const vault = 'found' in facts.database ? facts.database.found.vault.project_url : null;
  const hosts = [facts.url, vault].map((address) => parsed(address ?? '')?.host);
  return hosts.includes(url.host) && url.pathname.replace(/\/$/, '') === `/functions/v1/${name}`;
}

function judgeReceipts(facts: Facts, _database: DatabaseFacts, { mail }: FunctionFacts): Verdict {
  if (!runs(facts.answers['postmark-events'])) return whyNot('postmark-events', facts);
  if (!mail.server) return unknown('Not known: see “Mail service”.');
  const cure = `In Postmark, on the message stream’s Webhooks page: https://<user>:<password>@${host(facts)}/functions/v1/postmark-events, with delivery, bounce and spam complaint ticked.`;
  const ours = mail.events.filter((one) => leadsTo('postmark-events', facts, one));
  if (ours.length === 0)
    return broken(
      mail.events.length > 0
        ? `Postmark reports to ${mail.events[0]?.url}, which is not this project.`
        : 'Postmark reports to nobody what becomes of a mail.',
      cure,
    );
  const missing = ['Delivery', 'Bounce', 'SpamComplaint'].filter(
    (event) => !ours.some(({ events }) => events.includes(event)),
  );
  if (missing.length > 0) return broken(`Postmark doesn’t report ${missing.join(' and ')}.`, cure);
  if (!ours.every(({ is_authorized }) => is_authorized))
    return broken(
      'Postmark’s webhook has another user or password than POSTMARK_EVENTS_USER and POSTMARK_EVENTS_PASSWORD.',
      cure,
    );
  return ok('Postmark reports deliveries, bounces and complaints.');
}

function judgeInbound(facts: Facts, { vault }: DatabaseFacts, { mail }: FunctionFacts): Verdict {
  if (!vault.inbound_address) return ok('Off: mails can’t be answered. INBOUND_ADDRESS turns it on.');
  if (!runs(facts.answers['postmark-inbound'])) return whyNot('postmark-inbound', facts);
  if (!mail.server) return unknown('Not known: see “Mail service”.');
  if (!takesMailFor(vault.inbound_address, mail))
    return broken(
      `Postmark takes mail in for ${mail.inbound_domain ?? mail.inbound_address ?? 'no address'}, not for ${vault.inbound_address}.`,
      'Set INBOUND_ADDRESS to the address of Postmark’s inbound stream and run npx supabase@3 db push --remote.',
    );
  const cure = `In Postmark, on the inbound stream’s Settings page: https://<user>:<password>@${host(facts)}/functions/v1/postmark-inbound.`;
  if (!leadsTo('postmark-inbound', facts, mail.inbound))
    return broken(
      mail.inbound
        ? `Postmark hands mail that comes in to ${mail.inbound.url}, which is not this project.`
        : 'Postmark hands mail that comes in to nobody.',
      cure,
    );
  if (!mail.inbound?.is_authorized)
    return broken(
      'Postmark’s inbound webhook has another user or password than POSTMARK_EVENTS_USER and POSTMARK_EVENTS_PASSWORD.',
      cure,
    );
  return ok(`Answers come back to ${vault.inbound_address}.`);
}

function takesMailFor(address: string, { inbound_address, inbound_domain }: MailFacts): boolean {
  const wanted = address.toLowerCase();
  return (
    wanted === inbound_address?.toLowerCase() ||
    (inbound_domain !== null && wanted.endsWith(`@${inbound_domain.toLowerCase()}`))
  );
}

function judgeEndpoints(facts: Facts, { endpoints }: DatabaseFacts): Verdict {
  const [first] = endpoints.failing;
  if (first) {
    const which = `${first.url ?? 'A webhook'} of ${isolate(first.chatbot)}`;
    const what = first.disabled_reason
      ? `${which} was disabled because it ${first.disabled_reason === 'gone' ? 'is gone' : 'kept failing'}`
      : `${which} began to fail ${ago(first.failing_since ?? '', facts.now)}`;
    const more = endpoints.failing.length > 1 ? `, and ${endpoints.failing.length - 1} more` : '';
    return broken(
      `${what}${more}.`,
      'Open Webhooks: the delivery log shows what the receiver answers. Mend it, then redeliver.',
    );
  }
  return ok(
    endpoints.count === 0 ? 'None is set up.' : `${plural(endpoints.count, 'webhook')}, none is failing.`,
  );
}

function judgeChannels(facts: Facts, { channels }: DatabaseFacts): Verdict {
  const [first] = channels.failing;
  if (!first)
    return ok(
      channels.count === 0 ? 'None is set up.' : `${plural(channels.count, 'channel')}, none is failing.`,
    );
  const which = `${isolate(first.name)} (${first.kind}) of ${isolate(first.chatbot)}`;
  const what = first.disabled_reason
    ? `${which} was disabled: the service says that it is gone`
    : `${which} began to fail ${ago(first.failing_since ?? '', facts.now)}`;
  const more = channels.failing.length > 1 ? `, and ${channels.failing.length - 1} more` : '';
  return broken(
    `${what}${more}.`,
    'Open Embed, Alerts: enter its address or token anew, then try the channel out.',
  );
}

function judgePush(facts: Facts, { push, sender }: DatabaseFacts): Verdict {
  if (push.keys === 'missing' && sender.is_stopped) return unknown(`Not known: see “${CHECKS.sender.name}”.`);
  if (push.keys !== 'fine') {
    return broken(
      push.keys === 'missing'
        ? 'There are no push keys in Vault, so no device can be notified.'
        : 'The push keys in Vault (push_keys) can’t be used, so no device is notified.',
      'Put the right pair back; or delete the secret push_keys and deploy the function dispatch again, which makes a new one. With a new pair everybody turns notifications on anew.',
    );
  }
  const [first] = push.failing;
  if (!first)
    return ok(
      push.count === 0 ? 'No device is notified.' : `${plural(push.count, 'device')}, none is failing.`,
    );
  const more = push.failing.length > 1 ? `, and ${push.failing.length - 1} more` : '';
  return broken(
    `${isolate(first.label)} of ${isolate(first.person)} began to fail ${ago(first.failing_since, facts.now)}${more}. ${first.last_failure ?? ''}`.trim(),
    'Its person opens Account, sends a test, and turns notifications off and on again if it doesn’t come. Until then the e-mail goes.',
  );
}

function judgeSuppressed(_facts: Facts, { suppressed }: DatabaseFacts): Verdict {
  const [first] = suppressed;
  if (!first) return ok('Everybody who is told can be reached.');
  const others = suppressed.length > 1 ? ` and ${suppressed.length - 1} more get` : ' gets';
  return broken(
    `${first.email}${others} no mail (${first.reason}).`,
    first.is_liftable
      ? 'Make sure that the mailbox exists, then lift the block on the health page.'
      : 'Its reader asked for no more mail: take the address out, or ask them.',
  );
}

function judgeZones({ clocks }: Facts, { zones }: DatabaseFacts): Verdict {
  const differing = zones.flatMap((zone, index) =>
    clocks.flatMap(({ program, changes }) => {
      const other = changes[index];
      if (other === undefined) return [];
      if (other === null) return [`${program} doesn’t know ${zone.name}`];
      const found = firstDifference(zone.changes, other);
      if (!found) return [];
      const since =
        found.at === zone.changes[0]?.[0]
          ? 'now'
          : `from ${new Date(found.at * 1000).toISOString().slice(0, 10)} on`;
      return [
        `${zone.name} is ${offsetName(found.other)} to ${program} and ${offsetName(found.one)} to the database, ${since}`,
      ];
    }),
  );
  if (differing.length === 0)
    return ok(
      `${plural(zones.length, 'time zone')} in use, the same to every program for the next twelve months.`,
    );
  const more = differing.length > 1 ? `, and ${differing.length - 1} more` : '';
  return broken(
    `${differing[0]}${more}.`,
    'Update whichever is out of date. Times in mails, files and pages follow the database.',
  );
}

function judgeAuth({ auth }: Facts): Verdict {
  if (!('found' in auth))
    return broken(
      `Auth answers ${auth.status ?? 'nothing'}.`,
      'Look at the project’s status and at its Auth logs.',
    );
  const push = 'Run npx supabase@3 config push; with npm start: HANDOFF_CONFIRM_EMAIL=true npm start.';
  if (auth.found.mailer_autoconfirm)
    return broken(
      'New accounts don’t have to confirm their address: anybody can sign up as somebody else.',
      push,
    );
  if (auth.found.external.anonymous_users)
    return broken('Anonymous sign-ins are on: anybody is a signed-in user.', push);
  return ok('New accounts confirm their address.');
}

function judgeApp({ app, url }: Facts, { vault }: DatabaseFacts): Verdict {
  if (!vault.app_url) return unknown('Not known: see “Vault and secrets”.');
  if (!('found' in app))
    return broken(
      `The app doesn’t answer at ${vault.app_url}${app.status ? ` (${app.status})` : ''}.`,
      'Start it there: node build, the container, or your platform. Links in mails lead to APP_URL.',
    );
  const project = app.found.project.replace(/\/$/, '');
  if (project !== url && project !== vault.project_url?.replace(/\/$/, ''))
    return broken(
      `The app at ${vault.app_url} belongs to ${project}.`,
      'Set PUBLIC_SUPABASE_URL of the app and restart it.',
    );
  return ok(`It answers at ${vault.app_url}.`);
}

const host = ({ url }: Facts) => parsed(url)?.host ?? url;

/** Not by `URL.canParse`, which the oldest browsers of the dashboard lack. */
function parsed(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function ago(iso: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(iso)) / 60_000));
  if (minutes < 120) return `${plural(minutes, 'minute')} ago`;
  return minutes < 48 * 60
    ? `${Math.round(minutes / 60)} hours ago`
    : `${Math.round(minutes / 1440)} days ago`;
}
