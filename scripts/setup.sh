#!/usr/bin/env bash
# Installs what building needs and this machine lacks. Safe to run again: what is there is not touched. `setup.sh test` adds what only the tests need.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# --- what a person has to bring

require() {
  has rustup || fail "rustup is missing: install it from https://rustup.rs and run this again"
  has node || fail "Node.js 20 or newer is missing: install it from https://nodejs.org and run this again"
  has npm || fail "npm is missing: it comes with Node.js 20 or newer (on Debian: apt install npm)"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed, this is $(node --version)"
  has cc || has gcc || has clang || fail "a C compiler is missing (on Debian: apt install build-essential; on macOS: xcode-select --install)"
}

# --- Rust

toolchain() {
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  # Components and the wasm target stand in rust-toolchain.toml, but rustup may be set not to install by itself.
  if ! rustup which cargo --toolchain "$channel" >/dev/null 2>&1; then
    step "Rust $channel" "about 1 minute" rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt
  fi
  if ! rustup target list --installed --toolchain "$channel" | grep -qx wasm32-unknown-unknown; then
    step "Rust's wasm target" "a few seconds" rustup target add wasm32-unknown-unknown --toolchain "$channel"
  fi
  if ! rustup component list --installed --toolchain "$channel" | grep -q '^clippy'; then
    step "clippy and rustfmt" "a few seconds" rustup component add clippy rustfmt --toolchain "$channel"
  fi
}

# --- cargo-leptos and wasm-bindgen

# is_version command version: does the person's own, or the one in our cache, fit?
is_version() { has "$1" && [ "$("$1" --version 2>/dev/null | awk '{ print $2 }')" = "$2" ]; }

# install_tool crate version folder: into a folder that gets its name only when all is there, so a broken-off install leaves nothing half done.
install_tool() {
  local crate=$1 version=$2 folder=$3 lock=$4
  rm -rf "$folder.partial"
  mkdir -p "$(dirname "$folder")"
  # Many networks refuse release downloads: then, or without cargo-binstall, from source.
  if has cargo-binstall && cargo-binstall --no-confirm --disable-strategies compile --root "$folder.partial" --version "=$version" "$crate"; then :; else
    # A debug build without debug info takes 5 minutes on two cores where the optimised one takes 12, and runs fast enough.
    # Build files go beside, so that a broken-off install goes on where it stopped.
    env -u RUSTFLAGS -u CARGO_BUILD_TARGET CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$folder.build" \
      cargo install --debug $lock --quiet --root "$folder.partial" --version "=$version" "$crate" || return
  fi
  rm -rf "$folder" "$folder.build"
  mv "$folder.partial" "$folder"
}

cargo_leptos() {
  is_version cargo-leptos "$CARGO_LEPTOS_VERSION" ||
    step "cargo-leptos $CARGO_LEPTOS_VERSION, from source, once on this machine" "about 5 minutes on two cores" \
      install_tool cargo-leptos "$CARGO_LEPTOS_VERSION" "$TOOLS/cargo-leptos-$CARGO_LEPTOS_VERSION" --locked
}

wasm_bindgen() {
  # Its published lock file does not build (--locked fails).
  is_version wasm-bindgen "$WASM_BINDGEN_VERSION" ||
    step "wasm-bindgen $WASM_BINDGEN_VERSION, from source, once on this machine" "about 1 minute on two cores" \
      install_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "$TOOLS/wasm-bindgen-$WASM_BINDGEN_VERSION" ''
}

# --- npm packages, and the files made from them

npm_packages() {
  local stamp=node_modules/.installed-lock
  cmp -s package-lock.json "$stamp" && return
  step "npm packages" "about 15 seconds" npm ci --no-progress --loglevel=error
  cp package-lock.json "$stamp"
}

assets() {
  node scripts/icons.mjs
  node scripts/fonts.mjs
  node scripts/basecoat.mjs
}

# --- what only the tests need

test_packages() {
  local missing=''
  has_chromium || missing="$missing chromium-headless-shell"
  "$ROOT/scripts/with-postgres.sh" --check || missing="$missing postgresql"
  [ -n "$missing" ] || return 0
  has apt-get || fail "the tests need$missing (PostgreSQL 15 or newer): install it with your package manager and run this again"
  local root=''
  if [ "$(id -u)" != 0 ]; then
    has sudo || fail "the tests need$missing: run as root: apt-get install$missing"
    root=sudo
  fi
  step "Debian packages:$missing" "about 1 minute" install_packages "$root" $missing
}

install_packages() {
  local root=$1
  shift
  $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

has_chromium() { [ -n "${CHROMIUM:-}" ] || has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome || [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]; }

require
toolchain
# Downloads and both tools at once: one fills the gaps of the other, together they take little longer than cargo-leptos alone.
npm_packages &
npm_job=$!
wasm_bindgen &
bindgen_job=$!
[ -d "$LEPTOS_TARGET" ] || cargo fetch --locked --quiet >/dev/null 2>&1 & # only a head start: a build says what is wrong, if anything is
cargo_leptos
wait $npm_job || exit 1
wait $bindgen_job || exit 1
for tool in cargo-leptos wasm-bindgen tailwindcss wasm-opt; do
  # cargo-leptos would download what it doesn't find in PATH.
  has "$tool" || fail "$tool was installed but is not found; remove $TOOLS and node_modules and run this again"
done
assets
[ "${1:-}" != test ] || test_packages
