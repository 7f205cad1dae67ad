#!/bin/sh
# `reply` in GNU Mailutils' mail puts the sender's encoded name into quotes, where it is no encoded word any more (RFC 2047, section 5 (3)):
# the name stands there as =?utf-8?Q?…?=. It writes a sentence into In-Reply-To ("Your message of …" and the id), which RFC 5322 (section
# 4.5.4) lets programs read and none write, and adds the one who answers to the recipients. Expected was the name as it came, and the id
# alone. So In-Reply-To is to be searched for ids, not read as one.
# mailutils 1:3.15-4 (Debian 12). Documented: the manual of Mailutils, which says of `reply` that it answers the sender, and of the
# headers nothing. Seen on 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q mailutils=1:3.15-4 libmailutils9=1:3.15-4 mailutils-common=1:3.15-4 libgsasl18 libmariadb3 libntlm0 libgssglue1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" .; done
echo "mailutils $(dpkg-deb -f mailutils_*.deb Version)"
cat >box <<'END'
From alerts@desk.example Mon Nov 23 09:14:00 2026
From: =?utf-8?Q?K=C3=A9vin?= <alerts@desk.example>
Reply-To: =?utf-8?Q?K=C3=A9vin?= <answers@inbound.example>
To: vera@visitor.example
Subject: Your question
Date: Mon, 23 Nov 2026 09:14:00 +0000
Message-ID: <1@desk.example>

Yes, we are open.
END
printf '#!/bin/sh\ncat >%s/part; mv %s/part %s/sent\n' "$folder" "$folder" "$folder" >sm
chmod +x sm
LD_LIBRARY_PATH=$(echo usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH HOME="$folder"
printf 'reply 1\nThank you.\n.\nquit\n' | usr/bin/mail.mailutils -N -E "set sendmail=\"sendmail:$folder/sm\"" -f "$folder/box" >/dev/null 2>&1
timeout 60 sh -c 'until [ -e sent ]; do sleep 0.1; done'
sed '/^$/q' sent
status=0
grep -qF 'To: "=?utf-8?Q?K=C3=A9vin?=" <answers@inbound.example>,<vera@visitor.example>' sent || status=1
grep -qF 'In-Reply-To: Your message of Mon, 23 Nov 2026 09:14:00 +0000' sent || status=1
exit $status
