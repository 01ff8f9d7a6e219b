#!/usr/bin/env bash
# with-postgres.sh command… : runs a command with TEST_DATABASE_URL naming a PostgreSQL server on which it may create databases.
# Takes the caller's TEST_DATABASE_URL where there is one; else starts a throwaway cluster, and stops and removes it afterwards.
# with-postgres.sh --check : is there one to be had?
# with-postgres.sh --bin : prints the folder of PostgreSQL's own programs.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

OLDEST=15

# Debian keeps the server's programs out of PATH, one folder per version; the newest is taken.
find_bin() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null | sort -t/ -k5 -rV) \
    "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] || continue
    [ "$("$folder/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge $OLDEST ] && { echo "$folder"; return; }
  done
  return 1
}

if [ "${1:-}" = --bin ]; then
  find_bin || fail "PostgreSQL $OLDEST or newer is missing: install it"
  exit
fi
if [ "${1:-}" = --check ]; then
  [ -n "${TEST_DATABASE_URL:-}" ] || find_bin >/dev/null
  exit
fi
if [ -n "${TEST_DATABASE_URL:-}" ]; then exec "$@"; fi

BIN=$(find_bin) || fail "PostgreSQL $OLDEST or newer is missing: install it, or name a server in TEST_DATABASE_URL"

# PostgreSQL refuses to run as root.
as_owner() { "$@"; }
OWNER=$(id -un)
if [ "$(id -u)" = 0 ]; then
  OWNER=postgres
  id postgres >/dev/null 2>&1 || fail "root can't run PostgreSQL and there is no user postgres"
  as_owner() { (cd / && runuser -u postgres -- "$@"); }
fi

FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/minicrm-postgres.XXXXXX")
PASSWORD=$(node -p 'require("node:crypto").randomBytes(12).toString("hex")')
child=''

clean_up() {
  trap - EXIT INT TERM HUP
  [ -z "$child" ] || kill -TERM -- "-$child" 2>/dev/null || true
  as_owner "$BIN/pg_ctl" stop -D "$FOLDER/data" -m immediate -s >/dev/null 2>&1 || true
  rm -rf "$FOLDER"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT
trap 'clean_up; exit 143' TERM HUP

# Any user of this machine reaches the port, so it asks for a password.
printf '%s\n' "$PASSWORD" >"$FOLDER/password"
chown -R "$OWNER" "$FOLDER"

locale=C.UTF-8
locale -a 2>/dev/null | grep -qix 'c\.utf-\{0,1\}8' || locale=en_US.UTF-8
as_owner "$BIN/initdb" -D "$FOLDER/data" -U minicrm --pwfile="$FOLDER/password" --auth=scram-sha-256 --encoding=UTF8 --locale="$locale" --no-sync \
  >"$FOLDER/initdb.log" 2>&1 || { cat "$FOLDER/initdb.log" >&2; fail "initdb failed"; }

# Nothing here outlives the run, so nothing needs to reach the disk. A port found free may be taken a moment later: then the next one.
start() {
  PORT=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  as_owner "$BIN/pg_ctl" start -D "$FOLDER/data" -l "$FOLDER/server.log" -w -s -t 30 -o "-p $PORT -k $FOLDER -c listen_addresses=127.0.0.1 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=256MB -c timezone=UTC \
    -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=50000" >/dev/null 2>&1
}
start || start || start || { tail -20 "$FOLDER/server.log" >&2; fail "PostgreSQL did not start"; }

export TEST_DATABASE_URL="postgres://minicrm:$PASSWORD@127.0.0.1:$PORT/postgres"
# In the background and waited for, or a signal would wait for the command's end; in a process group of its own (set -m),
# so that what the command started ends with it.
set -m
"$@" </dev/null &
child=$!
set +m
status=0
wait $child || status=$?
child=''
exit $status
