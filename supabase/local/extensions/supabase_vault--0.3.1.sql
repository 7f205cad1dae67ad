-- Supabase Vault's table, view and functions. A secret is stored encrypted only; the key is a file in the data directory
-- that only a superuser's function can read, so neither a dump nor a table shows a secret. The key is random, not a password: to
-- stretch it (s2k-mode 3, the default) would slow every reading down and make nothing safer.

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

-- PL/pgSQL, because a SQL function with a search_path is planned anew at every call.
create function vault._key() returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return pg_catalog.btrim(pg_catalog.pg_read_file('vault.key'), E' \n');
end $$;

create function vault._encrypt(plain text) returns text
language sql volatile security definer set search_path = '' as $$
  select pg_catalog.encode(extensions.pgp_sym_encrypt(plain, vault._key(), 'cipher-algo=aes256, s2k-mode=1'), 'base64')
$$;

create function vault._decrypt(cipher text) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return extensions.pgp_sym_decrypt(pg_catalog.decode(cipher, 'base64'), vault._key());
end $$;

create view vault.decrypted_secrets as
  select id, name, description, secret, vault._decrypt(secret) as decrypted_secret, key_id, nonce, created_at, updated_at
  from vault.secrets;

create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description)
  values (vault._encrypt(new_secret), new_name, coalesce(new_description, ''))
  returning id
$$;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
  new_key_id uuid default null
) returns void
language sql volatile security definer set search_path = '' as $$
  update vault.secrets set
    secret = case when new_secret is null then secret else vault._encrypt(new_secret) end,
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    updated_at = current_timestamp
  where id = secret_id
$$;

revoke all on all functions in schema vault from public;
grant usage on schema vault to postgres, service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
grant execute on function
  vault._decrypt(text),
  vault.create_secret(text, text, text, uuid),
  vault.update_secret(uuid, text, text, text, uuid)
to postgres, service_role;
