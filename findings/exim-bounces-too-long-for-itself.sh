#!/bin/sh
# Exim unfolds References: what it writes by itself (a bounce, an autoreply) names the mail's own id, the first of its References and the
# last eleven in one line, however they were folded. With ids of some 80 characters that line has more than 998, and Exim's own smtp
# transport refuses it ("message has lines too long for transport"): the bounce is frozen, and the sender never hears that the mail was not
# delivered. Expected was a folded line, as in the mail itself. So silence after a mail in a long thread proves no delivery, and short
# ids are worth having: the same mail with short ones gets as far as the connection.
# exim4-daemon-light 4.96-15+deb12u11 (Debian 12). Documented: message_linelength_limit, 998, in the specification's chapter on the smtp
# transport. Seen on 2026-11-30. Needs root, as Exim does; opens no port, and connects to one where nobody listens.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q exim4-daemon-light=4.96-15+deb12u11 libgnutls-dane0 libunbound8 libidn12 libnsl2 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" .; done
echo "exim4-daemon-light $(dpkg-deb -f exim4-daemon-light_*.deb Version)"
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
# Its user is a name in the program; one that is there everywhere takes its place.
perl -0777 -pe 's/Debian-exim/"mail" . "\0" x 7/ge' usr/sbin/exim4 >exim
chmod 755 exim
mkdir spool
chown mail:mail spool
cat >conf <<END_OF_CONFIGURATION
exim_path = $folder/exim
primary_hostname = mx.visitor.example
spool_directory = $folder/spool
log_file_path = $folder/spool/%slog
keep_environment = LD_LIBRARY_PATH
acl_smtp_rcpt = accept
begin routers
away:
  driver = accept
  local_parts = away
  transport = answer
gone:
  driver = redirect
  local_parts = gone
  allow_fail
  data = :fail: no such mailbox
far:
  driver = manualroute
  transport = remote
  route_list = * 127.0.0.1::1
  self = send
begin transports
answer:
  driver = autoreply
  user = mail
  to = \$reply_address
  subject = Away
  text = I am away.
remote:
  driver = smtp
END_OF_CONFIGURATION
# To whom, and what stands in each id beside its number.
send() {
  {
    printf 'EHLO desk.example\r\nMAIL FROM:<bounces@desk.example>\r\nRCPT TO:<%s@visitor.example>\r\nDATA\r\n' "$1"
    printf 'From: alerts@desk.example\r\nSubject: Your question\r\nMessage-ID: <1@desk.example>\r\nReferences:\r\n'
    for number in $(seq 10 29); do printf ' <%s%s@desk.example>\r\n' "$2" "$number"; done
    printf '\r\nYes.\r\n.\r\nQUIT\r\n'
  } | ./exim -C "$folder/conf" -odf -bs >/dev/null 2>&1
}
long=$(printf '%070d' 0)
status=0
for whom in gone away; do
  for id in "$long" ''; do
    : >spool/mainlog
    chown mail:mail spool/mainlog
    send "$whom" "$id"
    if [ -n "$id" ]; then outcome='Frozen (delivery error message)'; else outcome='Connection refused'; fi
    # Exim delivers what it writes behind the back of whoever called it.
    timeout 60 sh -c 'until grep -qF "$1" spool/mainlog; do sleep 0.1; done' wait "$outcome" || status=1
    echo "$whom, ids of $((17 + ${#id})) characters: $(grep -o 'R=far.*' spool/mainlog)"
    [ -z "$id" ] || grep -qF 'R=far T=remote: message has lines too long for transport' spool/mainlog || status=1
  done
done
line=$(grep -ho 'References: .*' spool/input/*-H | sort -r | grep -F "$long" | head -n 1)
ids=$(printf %s "$line" | grep -o '<' | wc -l)
echo "its line: ${#line} characters, $ids ids"
[ "$ids" -eq 13 ] && [ ${#line} -gt 998 ] || status=1
exit $status
