-- pg_net's queue, responses and functions. A request is a row in an unlogged queue, seen by the embedded stack's scheduler
-- when its transaction has committed, sent once and never retried: exactly the little that pg_net itself promises.

create schema net;

create domain net.http_method as text check (value in ('GET', 'POST', 'DELETE'));

create unlogged table net.http_request_queue (
  id bigserial primary key,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

create unlogged table net._http_response (
  id bigint,
  status_code int,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index _http_response_created_idx on net._http_response (created);
create index _http_response_id_idx on net._http_response (id);

create function net._urlencode(value text) returns text
language sql immutable strict set search_path = '' as $$
  select coalesce(pg_catalog.string_agg(
    case when byte ~ '^[A-Za-z0-9_.~-]$' then byte
         else (select pg_catalog.string_agg('%' || pg_catalog.upper(pg_catalog.substr(hex, at * 2 + 1, 2)), '' order by at)
               from pg_catalog.generate_series(0, pg_catalog.length(hex) / 2 - 1) as at)
    end, '' order by place), '')
  from (
    select byte, place, pg_catalog.encode(pg_catalog.convert_to(byte, 'UTF8'), 'hex') as hex
    from pg_catalog.regexp_split_to_table(value, '') with ordinality as piece (byte, place)
  ) as pieces
$$;

create function net._url_with_params(url text, params jsonb) returns text
language sql immutable set search_path = '' as $$
  select url || coalesce(
    (select case when pg_catalog.strpos(url, '?') > 0 then '&' else '?' end
        || pg_catalog.string_agg(net._urlencode(key) || '=' || net._urlencode(value), '&')
     from pg_catalog.jsonb_each_text(params)), '')
$$;

create function net.http_get(
  url text, params jsonb default '{}'::jsonb, headers jsonb default '{}'::jsonb, timeout_milliseconds int default 5000
) returns bigint
language sql volatile set search_path = '' as $$
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('GET', net._url_with_params(url, params), headers, timeout_milliseconds)
  returning id
$$;

create function net.http_delete(
  url text, params jsonb default '{}'::jsonb, headers jsonb default '{}'::jsonb, timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint
language sql volatile set search_path = '' as $$
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('DELETE', net._url_with_params(url, params), headers,
    pg_catalog.convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id
$$;

create function net.http_post(
  url text, body jsonb default '{}'::jsonb, params jsonb default '{}'::jsonb,
  headers jsonb default '{"Content-Type": "application/json"}'::jsonb, timeout_milliseconds int default 5000
) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  queued bigint;
  content_type text;
begin
  select value into content_type
  from pg_catalog.jsonb_each_text(coalesce(headers, '{}'::jsonb)) where pg_catalog.lower(key) = 'content-type' limit 1;
  if content_type is null then
    headers := coalesce(headers, '{}'::jsonb) || '{"Content-Type": "application/json"}'::jsonb;
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', net._url_with_params(url, params), headers,
    pg_catalog.convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into queued;
  return queued;
end
$$;

grant usage on schema net to postgres, anon, authenticated, service_role;
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;
