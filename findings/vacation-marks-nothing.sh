#!/bin/sh
# vacation(1) of Debian answers a mail without a single mark of a machine: no Auto-Submitted, no Precedence, no In-Reply-To, and with its
# user's address as the sender of the envelope. Expected was `Auto-Submitted: auto-replied`, which RFC 3834 (section 5) asks of responders
# and which vacation itself looks for in what it is sent. So who tells machines by such headers takes its answer for a person's. It goes to
# the sender of the envelope, not to Reply-To: it comes back to whoever handles bounces.
# vacation 3.3.3 (Debian 12). Documented: vacation(1), which says what is not answered, and shows a message file that brings its own
# `Precedence: bulk`; of headers that it adds it says nothing. Seen on 2026-11-30.
set -eu
folder=$(mktemp -d /tmp/vac.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q vacation=3.3.3 >/dev/null 2>&1
dpkg-deb -x vacation_*.deb .
echo "vacation $(dpkg-deb -f vacation_*.deb Version)"
# Its way to the mail system is written into the program; one of the same length leads here.
sed "s#/usr/sbin/sendmail#$folder/sm#g" usr/bin/vacation >vacation
printf '#!/bin/sh\ncd %s; echo "$*" >envelope; cat >part; mv part sent\n' "$folder" >sm
chmod +x vacation sm
printf 'Subject: Away: $SUBJECT\n\nI am away until Monday.\n' >message
cat >mail <<'END'
From bounces@desk.example Mon Nov 30 16:00:00 2026
From: Shop <alerts@desk.example>
Reply-To: Shop <answers@inbound.example>
To: vera@visitor.example
Subject: Your question
Message-ID: <1@desk.example>

Yes, we are open.
END
./vacation -d -j -m "$folder/message" -f "$folder/known" "$(id -un)" <mail
# It does not wait for what it calls.
timeout 60 sh -c 'until [ -e sent ]; do sleep 0.1; done'
cat envelope sent
status=0
grep -q '^-f '"$(id -un)"' -- bounces@desk.example$' envelope || status=1
[ "$(sed '/^$/q' sent | grep -v '^$')" = "$(printf 'To: bounces@desk.example\nSubject: Away: Your question')" ] || status=1
exit $status
