#!/usr/bin/env bash
# From a fresh clone to the first page: sets up, builds for development, makes the demo data on first start, serves.
# `run.sh watch` rebuilds, restarts and reloads the open page at every change instead.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Settings of one's own, as in .env.example.
if [ -f .env ]; then
  set -a
  # shellcheck disable=SC1091
  source ./.env
  set +a
fi

BINARY=$LEPTOS_TARGET/debug/minicrm
BUILD_STAMP=$LEPTOS_TARGET/debug/.built

# True if a source file is newer than the last build. A folder is newer once a file in it was removed.
needs_build() {
  [ -e "$BUILD_STAMP" ] && [ -e "$BINARY" ] && [ -d target/site-dev ] || return 0
  [ -n "$(find Cargo.toml Cargo.lock rust-toolchain.toml package-lock.json .cargo app domain frontend migration server store style public -newer "$BUILD_STAMP" -print 2>/dev/null | head -1)" ]
}

build() {
  local begun
  # Names of an older build's files, from when development hashed them.
  rm -f "$LEPTOS_TARGET/debug/hash.txt"
  begun=$(mktemp "${TMPDIR:-/tmp}/minicrm-begun.XXXXXX")
  leptos dev build --cargo-locked || { rm -f "$begun"; return 1; }
  # What changed while it was building is newer than this.
  mv "$begun" "$BUILD_STAMP"
}

# The demo data goes into the embedded database, once; a database of one's own is left alone. The sign-in is kept beside it.
seed_demo_once() {
  [ -z "${DATABASE_URL:-}" ] || return 0
  local database=${DATA_DIR:-data}/minicrm.db sign_in=${DATA_DIR:-data}/demo-sign-in.txt
  if [ ! -e "$database" ]; then
    say "Demo data into $database (a few seconds)"
    mkdir -p "${DATA_DIR:-data}"
    (umask 077 && "$BINARY" seed --demo >"$sign_in") || {
      # Half a demo would never be finished: the next start takes a file that is there for a database in use.
      rm -f "$database" "$database-wal" "$database-shm" "$sign_in"
      fail "the demo data could not be made; the message is above"
    }
  fi
  [ ! -e "$sign_in" ] || cat "$sign_in"
}

scripts/setup.sh
if needs_build; then step "Build" "about 5 minutes on two cores the first time" build; fi

export LEPTOS_SITE_ROOT=target/site-dev
# Each migration's own lines would bury the sign-in.
export RUST_LOG=${RUST_LOG:-info,sea_orm_migration=warn}
if [ "${1:-}" = watch ]; then
  seed_demo_once
  export LEPTOS_SITE_ADDR=${LISTEN_ADDR:-127.0.0.1:3000}
  leptos dev watch
else
  seed_demo_once
  exec "$BINARY" serve
fi
