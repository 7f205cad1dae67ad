// The embedded stack keeps the promises hosted Supabase makes to the product: who may enter, what a request may see, how errors
// pass, when background work runs, and that what dies comes back.
import { createClient } from '@supabase/supabase-js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ws from 'ws';
import type { Stack } from '../../supabase/local/index.ts';
import { connectAs, connectSql, rpc, signIn, signUp, waitFor } from '../support/clients.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { quickest } from '../support/quickest.ts';

let running: Stack;
let stack: TestStack;
let sql: ReturnType<typeof connectSql>;

beforeAll(async () => {
  running = await startOwnStack();
  stack = describeStack(running);
  sql = connectSql(stack);
  await sql.unsafe(`
    create table public.probes (id int primary key, owner uuid not null references auth.users (id));
    alter table public.probes enable row level security;
    revoke all on public.probes from anon, authenticated;
    grant select on public.probes to authenticated;
    create policy "Owners can read probes" on public.probes for select to authenticated
      using (owner = (select auth.uid()));
    create function public.refuse_probe(code text) returns void language plpgsql set search_path = '' as
      $$ begin raise exception using errcode = code, message = 'no', detail = 'because', hint = 'do not'; end $$;
    create function public.who_am_i() returns text language sql stable set search_path = '' as
      $$ select current_user::text $$;
    grant execute on function public.refuse_probe(text), public.who_am_i() to anon, authenticated, service_role;
  `);
  await waitFor(
    'the data API to know them',
    async () => (await connectAs(stack, 'secret').rpc('who_am_i')).data,
  );
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await running.stop();
});

describe('people', () => {
  it('signs up, signs in and is known to the server', async () => {
    const person = await signUp(stack);
    const again = await signIn(stack, person.email, person.password);
    expect((await again.db.auth.getUser()).data.user?.email).toBe(person.email);
    expect((await again.db.auth.getClaims()).data?.claims.sub).toBe(person.id);
  });

  it('refuses a wrong password', async () => {
    const { email } = await signUp(stack);
    const { error } = await connectAs(stack, 'publishable').auth.signInWithPassword({
      email,
      password: 'wrong',
    });
    expect(error?.code).toBe('invalid_credentials');
  });

  it('lets a person in whom SQL has made', async () => {
    const id = crypto.randomUUID();
    const email = `${id}@example.test`;
    await sql`insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
        raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
        confirmation_token, recovery_token, email_change_token_new, email_change)
      values ('00000000-0000-0000-0000-000000000000', ${id}, 'authenticated', 'authenticated', ${email},
        extensions.crypt('made-by-hand', extensions.gen_salt('bf')), now(),
        '{"provider":"email","providers":["email"]}', '{}', now(), now(), '', '', '', '')`;
    await sql`insert into auth.identities
        (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
      values (gen_random_uuid(), ${id}, ${id}, 'email', ${sql.json({ sub: id, email, email_verified: true })},
        now(), now(), now())`;
    expect((await signIn(stack, email, 'made-by-hand')).id).toBe(id);
  });

  it('mails a link that signs in where the request asked to be led back to', async () => {
    const { id, email, db } = await signUp(stack);
    await db.auth.resetPasswordForEmail(email, { redirectTo: `${stack.app_url}/callback?next=%2Faccount` });
    const mail = await waitFor('the mail', async () => {
      const response = await fetch(`${stack.mailbox_url}/messages?recipient=${encodeURIComponent(email)}`);
      return ((await response.json()) as { Messages: { TextBody: string }[] }).Messages[0];
    });
    const link = new URL(/http\S+/.exec(mail.TextBody)?.[0] ?? '');
    expect(`${link.origin}${link.pathname}`).toBe(`${stack.app_url}/callback`);
    expect(link.searchParams.get('next')).toBe('/account');
    const { data, error } = await connectAs(stack, 'publishable').auth.verifyOtp({
      token_hash: link.searchParams.get('token_hash') ?? '',
      type: 'recovery',
    });
    expect(error).toBeNull();
    expect(data.user?.id).toBe(id);
  });

  it('leads nobody to a foreign site by mail', async () => {
    const { email, db } = await signUp(stack);
    await db.auth.resetPasswordForEmail(email, { redirectTo: 'https://evil.example/callback?next=%2F' });
    const mail = await waitFor('the mail', async () => {
      const response = await fetch(`${stack.mailbox_url}/messages?recipient=${encodeURIComponent(email)}`);
      return ((await response.json()) as { Messages: object[] }).Messages[0];
    });
    expect(JSON.stringify(mail)).not.toContain('evil.example');
  });
});

describe('the data API', () => {
  it('shows each person their own rows', async () => {
    const [ana, ben] = [await signUp(stack), await signUp(stack)];
    await sql`insert into public.probes values (1, ${ana.id}), (2, ${ben.id})`;
    const seen = await ana.db.from('probes').select('id');
    expect(seen.data).toEqual([{ id: 1 }]);
  });

  it('maps the publishable key to anon, the secret key to service_role, and lets a session win over either', async () => {
    const { db } = await signUp(stack);
    expect(await rpc(connectAs(stack, 'publishable'), 'who_am_i')).toBe('anon');
    expect(await rpc(connectAs(stack, 'secret'), 'who_am_i')).toBe('service_role');
    expect(await rpc(db, 'who_am_i')).toBe('authenticated');
    const session = (await db.auth.getSession()).data.session!;
    const both = createClient(stack.api_url, stack.secret_key, {
      realtime: { transport: ws as unknown as typeof WebSocket },
      global: { headers: { authorization: `Bearer ${session.access_token}` } },
    });
    expect(await rpc(both, 'who_am_i')).toBe('authenticated');
  });

  it.each([
    ['no key', {}],
    ['a made-up key', { apikey: 'sb_publishable_made_up' }],
    ['a token of another project', { apikey: 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.AAAA' }],
  ])('answers 401 to %s', async (_what, headers) => {
    expect((await fetch(`${stack.api_url}/rest/v1/rpc/who_am_i`, { headers })).status).toBe(401);
  });

  it('refuses the secret key from a browser', async () => {
    const response = await fetch(`${stack.api_url}/rest/v1/rpc/who_am_i`, {
      headers: { apikey: stack.secret_key, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
    });
    expect(response.status).toBe(401);
  });

  it('passes our own error codes through with message, detail and hint', async () => {
    const { error, status } = await connectAs(stack, 'secret').rpc('refuse_probe', { code: 'NTFND' });
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: 'NTFND', message: 'no', details: 'because', hint: 'do not' });
  });

  it('lets a refusal name its HTTP status', async () => {
    expect((await connectAs(stack, 'secret').rpc('refuse_probe', { code: 'PT404' })).status).toBe(404);
  });

  it('serves a function the moment it is created', async () => {
    await sql.unsafe(`
      create function public.newborn() returns int language sql set search_path = '' as 'select 7';
      grant execute on function public.newborn() to service_role`);
    expect(
      await waitFor('the function', async () => (await connectAs(stack, 'secret').rpc('newborn')).data),
    ).toBe(7);
  });

  it('answers the preflight of a page on any origin', async () => {
    const response = await fetch(`${stack.api_url}/rest/v1/probes`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-headers': 'apikey,x-client-info' },
    });
    expect(response.ok).toBe(true);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('apikey,x-client-info');
  });
});

describe('the database', () => {
  it.each([
    ['alter table auth.users add column x int', '42501'],
    ['alter table realtime.messages enable row level security', '42501'],
    ['create table vault.x (id int)', '42501'],
    ["update cron.job set command = 'select 1'", '42501'],
    ['alter role postgres superuser', '42501'],
    ["insert into vault.secrets (secret) values ('plain')", '42501'],
  ])('refuses the migration role: %s', async (statement, code) => {
    await expect(sql.unsafe(statement)).rejects.toMatchObject({ code });
  });

  it('keeps secrets encrypted and gives them back to whoever may read them', async () => {
    const [made] = await sql<{ id: string }[]>`select vault.create_secret('hush', 'probe', 'a probe') as id`;
    const [row] =
      await sql`select secret, decrypted_secret from vault.decrypted_secrets where id = ${made!.id}`;
    expect(row!['decrypted_secret']).toBe('hush');
    expect(row!['secret']).not.toContain('hush');
    await sql`select vault.update_secret(${made!.id}, 'shush')`;
    const [changed] = await sql`select decrypted_secret from vault.decrypted_secrets where name = 'probe'`;
    expect(changed!['decrypted_secret']).toBe('shush');
  });

  it('stops a visitor’s query after 3 seconds', async () => {
    const [role] =
      await sql`select array_to_string(rolconfig, ',') as settings from pg_roles where rolname = 'anon'`;
    expect(role!['settings']).toContain('statement_timeout=3s');
  });
});

describe('background work', () => {
  it('sends a queued request soon after its transaction commits, and not before', async () => {
    const received: { at: number; body: string; type: string | undefined }[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        received.push({ at: Date.now(), body, type: request.headers['content-type'] });
        response.writeHead(202, { 'content-type': 'text/plain' }).end('thanks');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    try {
      const id = await sql.begin(async (transaction) => {
        const [row] = await transaction<
          { id: string }[]
        >`select net.http_post(${url}, '{"a": 1}'::jsonb) as id`;
        await transaction`select pg_sleep(0.2)`;
        expect(received).toHaveLength(0);
        return row!.id;
      });
      await waitFor('the request', () => received.length === 1);
      expect(received[0]).toMatchObject({ body: '{"a": 1}', type: 'application/json' });
      const answer = await waitFor('the response', async () => {
        const [row] = await sql`select * from net._http_response where id = ${id}`;
        return row;
      });
      expect(answer).toMatchObject({ status_code: 202, content: 'thanks', timed_out: false });

      const delay = await quickest(1000, async () => {
        const before = received.length;
        await sql`select net.http_post(${url}, '{}'::jsonb)`;
        const committedAt = Date.now();
        await waitFor('the request', () => received.length > before);
        return received.at(-1)!.at - committedAt;
      });
      expect(delay).toBeLessThan(1000);
    } finally {
      receiver.close();
    }
  });

  it('runs a job every second as the role that scheduled it, and stops when it is unscheduled', async () => {
    await sql`select cron.schedule('probe', '1 seconds', 'select 42')`;
    const run = await waitFor('a run', async () => {
      const [row] =
        await sql`select username, return_message from cron.job_run_details where status = 'succeeded'
        and command = 'select 42'`;
      return row;
    });
    expect(run).toMatchObject({ username: 'postgres', return_message: '1 row' });
    await sql`select cron.unschedule('probe')`;
    await expect(sql`select cron.unschedule('probe')`).rejects.toThrow(/could not find valid entry/);
  });

  it('records why a job failed', async () => {
    await sql`select cron.schedule('broken', '1 seconds', 'select 1 / 0')`;
    const run = await waitFor('a failure', async () => {
      const [row] = await sql`select return_message from cron.job_run_details where status = 'failed'
        and command = 'select 1 / 0'`;
      return row;
    });
    expect(run['return_message']).toContain('division by zero');
    await sql`select cron.unschedule('broken')`;
  });

  it('refuses a schedule it would never run', async () => {
    await expect(sql`select cron.schedule('odd', 'every tuesday', 'select 1')`).rejects.toThrow(
      /invalid schedule/,
    );
  });
});

describe('what dies', () => {
  const healthy = async (path: string) => (await fetch(`${stack.api_url}/${path}`)).status < 500;

  it('brings a killed function back, and holds requests meanwhile instead of losing them', async () => {
    const program = running.programs.get('function-widget')!;
    const pid = program.pid;
    await waitFor('the function', () => healthy('functions/v1/widget/config'));
    program.kill('SIGKILL');
    await waitFor('the end of the process', () => program.pid !== pid);
    expect(await healthy('functions/v1/widget/config')).toBe(true);
    expect(program.starts).toBe(2);
  });

  it('brings a killed database back with everything that was committed', async () => {
    const person = await signUp(stack);
    const program = running.programs.get('postgres')!;
    const pid = program.pid;
    program.kill('SIGKILL');
    await waitFor('the new server', () => program.pid !== undefined && program.pid !== pid);
    await program.ready();
    const again = await waitFor('the sign-in', () =>
      signIn(stack, person.email, person.password).catch(() => null),
    );
    expect(again.id).toBe(person.id);
    expect(await waitFor('the data API', async () => (await again.db.rpc('who_am_i')).data)).toBe(
      'authenticated',
    );
  });

  it('answers 404 for a function that does not exist', async () => {
    expect((await fetch(`${stack.api_url}/functions/v1/nothing`)).status).toBe(404);
  });
});
