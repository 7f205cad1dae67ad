-- Which addresses a webhook may be sent to, as far as the address itself can tell; the sender checks again what the name
-- resolves to. Strict on purpose: one spelling of each thing, nothing that two parsers could read differently.

-- Returns the address as it will be stored, or refuses it with URLBD.
create function private.check_webhook_url(url text) returns text
language plpgsql stable set search_path = '' as $$
declare
  parts text[];
  host text;
  port text;
begin
  url := btrim(url, E' \t\r\n');
  if url is null or length(url) not between 10 and 2000 or url ~ '[^\x21-\x7e]' or url ~ '[\\"<>^`{|}#]' then
    perform private.refuse('URLBD', 'Use a plain https address: up to 2,000 ASCII characters, no spaces, no fragment.');
  end if;
  if url ~ '^http://127\.0\.0\.1:[1-9][0-9]{0,4}(/|\?|$)' and private.setting('webhook_allow_loopback') = 'true' then
    return url;
  end if;
  parts := regexp_match(url, '^https://([^/?]*)([/?].*)?$', 'i');
  if parts is null then
    perform private.refuse('URLBD', 'The address must start with https://.');
  end if;
  if parts[1] ~ '@' then
    perform private.refuse('URLBD', 'The address must not contain a user name or a password.');
  end if;
  host := lower(substring(parts[1] from '^([^:]*)'));
  port := substring(parts[1] from ':(.*)$');
  if port is not null and port not in ('443', '8443') then
    perform private.refuse('URLBD', 'The port must be 443 or 8443.');
  end if;
  if length(host) > 253 or host !~ '^([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' then
    perform private.refuse('URLBD', 'The host must be a public name with a dot, such as hooks.example.com.');
  end if;
  -- A last label of digits or 0x… is how every URL parser recognises a number in disguise.
  if host ~ '(^|\.)([0-9]+|0x[0-9a-f]*)$' then
    perform private.refuse('URLBD', 'The host must be a name, not an IP address.');
  end if;
  if host ~ '\.(local|localhost|localdomain|internal|intranet|lan|home|corp|private|arpa|onion|test|invalid)$'
    or host ~ '^(localhost|metadata)\.' or host ~ '(^|\.)(nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me)$'
  then
    perform private.refuse('URLBD', 'The host must be a public name, not one on a private network.');
  end if;
  return 'https://' || host || case when port = '8443' then ':8443' else '' end || coalesce(parts[2], '/');
end
$$;

revoke execute on function private.check_webhook_url from public, anon, authenticated;
