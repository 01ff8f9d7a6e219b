#!/usr/bin/env bash
# The long form of every test that docs/THREATS.md names, against the optimised build, on SQLite and PostgreSQL.
# trial.sh [ROW…] : those rows alone, such as `trial.sh D1 D5`.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh test
step "Rust tests, built" "about 5 minutes the first time" cargo test --workspace --exclude frontend --locked --no-run
scripts/build.sh
export MINICRM_BIN=$ROOT/dist/minicrm
exec scripts/with-postgres.sh node scripts/trial.mjs "$@"
