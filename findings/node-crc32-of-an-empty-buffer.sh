#!/bin/sh
# Node's zlib.crc32(buffer, value) goes on from `value`, so an empty buffer should give `value` back. It gives 0 once that empty buffer
# has been through any compression of node:zlib, as its storage then has no address. Node 20.20.2 and 22.23.3; right in 24.21.0.
# Documented: https://nodejs.org/docs/latest-v22.x/api/zlib.html#zlibcrc32data-value ("value: an optional starting value").
# Seen on 2026-11-29.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
script='const zlib = require("node:zlib");
const empty = Buffer.from("");
const before = zlib.crc32(empty, 123);
zlib.deflateRawSync(empty);
process.stdout.write(`${before} before, ${zlib.crc32(empty, 123)} after`);'
status=0
expect() {
  npm install --silent --no-audit --no-fund --prefix "$1" "node@$1" >/dev/null
  said=$("$1/node_modules/.bin/node" -e "$script")
  echo "node $1: $said"
  [ "$said" = "$2" ] || status=1
}
expect 20.20.2 '123 before, 0 after'
expect 22.23.3 '123 before, 0 after'
expect 24.21.0 '123 before, 123 after'
exit $status
