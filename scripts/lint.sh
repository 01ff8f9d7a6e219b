#!/usr/bin/env bash
# Format, clippy for the server's half and the browser's, circles of imports, what documents name, and the types of the browser tests.
# Expects setup.sh to have run.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

step "Format" "seconds" cargo fmt --all --check
# The browser's half apart from the server's: built together, each would get the other's features.
step "clippy, server" "about 4 minutes the first time" cargo clippy --workspace --exclude frontend --all-targets --locked -- -D warnings
step "clippy, trials" "seconds" cargo clippy --workspace --exclude frontend --test small_volume --test libreoffice --locked -- -D warnings
step "clippy, browser" "about 1 minute the first time" cargo clippy --package frontend --target wasm32-unknown-unknown --locked -- -D warnings
step "Modules that import each other in a circle" "seconds" node scripts/imports.mjs
step "Tests that docs/THREATS.md names" "seconds" node scripts/threats.mjs
step "Tests and pages that docs/ux/flows.md names" "seconds" node scripts/flows.mjs
step "Settings that the README and .env.example name" "seconds" node scripts/settings.mjs
step "Types of the browser tests" "seconds" tsc --noEmit --project end2end
