#!/bin/sh
# nmh's repl, asked to quote the mail that is answered (-filter mhl.reply), quotes its encoded bytes: the lines of base64, the =XX of
# quoted-printable. Expected was the text, as notmuch 0.37 and s-nail 14.9.24 quote it. So whoever takes quotes out of an answer by looking
# for the words that were sent does not find them. It also writes to the sender beside Reply-To.
# nmh 1.8~RC2-2 (Debian 12). Documented: repl(1) and mhl(5) of nmh, which say of -filter that it is how the mail's text gets into the
# draft, and nothing of its encoding. Seen on 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q nmh=1.8~RC2-2 liblockfile1 libreadline8 libtinfo6 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" nmh; done
echo "nmh $(dpkg-deb -f nmh_*.deb Version)"
libraries=$(echo "$folder"/nmh/usr/lib/*-linux-gnu "$folder"/nmh/lib/*-linux-gnu | tr ' ' ':')
export HOME="$folder" LC_ALL=C.UTF-8 LD_LIBRARY_PATH="$libraries"
mkdir -p Mail/inbox
printf 'Path: Mail\nmhlproc: %s/nmh/usr/lib/mh/mhl\nLocal-Mailbox: Vera <vera@visitor.example>\n' "$folder" >.mh_profile
mail() {
  printf 'From: Shop <alerts@desk.example>\nReply-To: Shop <answers@inbound.example>\nTo: vera@visitor.example\nSubject: Caf\nMIME-Version: 1.0\n'
  printf 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: %s\n\n%s\n' "$1" "$2"
}
mail base64 "$(printf 'Ein Café, später.' | base64)" >Mail/inbox/1
mail quoted-printable 'Ein Caf=C3=A9, sp=C3=A4ter.' >Mail/inbox/2
mail 8bit 'Ein Café, später.' >Mail/inbox/3
status=0
expect() {
  nmh/usr/bin/mh/repl -build -nowhatnowproc -form "$folder/nmh/etc/nmh/replcomps" -filter "$folder/nmh/etc/nmh/mhl.reply" "$1" </dev/null >/dev/null 2>&1 || true
  said=$(sed -n 's/^> //p' Mail/reply | tr -d '\n')
  echo "quotes $2 as: $said"
  [ "$said" = "$3" ] || status=1
}
expect 1 base64 'RWluIENhZsOpLCBzcMOkdGVyLg=='
grep -A 2 '^To:' Mail/reply
[ "$(grep -A 2 '^To:' Mail/reply | grep -c 'alerts@desk.example')" = 1 ] || status=1
expect 2 quoted-printable 'Ein Caf=C3=A9, sp=C3=A4ter.'
expect 3 8bit 'Ein Café, später.'
exit $status
