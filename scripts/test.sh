#!/usr/bin/env bash
# Every check there is, in the order in which they fail fastest; ends by the browser tests' own summary.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh test
scripts/lint.sh
# Both kinds of tests make their own databases: SQLite files, and databases on the server that with-postgres.sh names.
# One failing test keeps none of the others from being told about.
step "Rust tests, on SQLite and PostgreSQL" "about 5 minutes the first time" \
  scripts/with-postgres.sh cargo test --workspace --exclude frontend --locked --no-fail-fast
scripts/build.sh
say "Browser tests against dist/minicrm, on SQLite and PostgreSQL (about 14 minutes on two cores)"
export MINICRM_BIN=$ROOT/dist/minicrm
exec scripts/with-postgres.sh playwright test --config end2end
