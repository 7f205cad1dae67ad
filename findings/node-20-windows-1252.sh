#!/bin/sh
# TextDecoder('windows-1252') of Node 20 decodes the bytes 80 to 9F as Latin-1 does: the euro sign and curly quotes become invisible
# control characters. Node 20.20.2; right in 22.23.3 and in browsers, where windows-1251 was right all along in Node 20, too.
# Documented: https://encoding.spec.whatwg.org/#windows-1252 (80 is U+20AC). Seen on 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
script='const hex = (name) => [...new TextDecoder(name).decode(Uint8Array.of(0x80))][0].codePointAt(0).toString(16);
process.stdout.write(`windows-1252 ${hex("windows-1252")}, windows-1251 ${hex("windows-1251")}`);'
status=0
expect() {
  npm install --silent --no-audit --no-fund --prefix "$1" "node@$1" >/dev/null
  said=$("$1/node_modules/.bin/node" -e "$script")
  echo "node $1: the byte 80 is $said"
  [ "$said" = "$2" ] || status=1
}
expect 20.20.2 'windows-1252 80, windows-1251 402'
expect 22.23.3 'windows-1252 20ac, windows-1251 402'
exit $status
