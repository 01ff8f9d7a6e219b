# Sourced by the other scripts: where things are, how steps are told, how a script gives up. Works with bash 3.2 (macOS).

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

# Tools are kept outside the clone, by version, so that a second clone finds them.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/minicrm
TOOLS=$CACHE/tools

# cargo-leptos adds a cfg to its dev builds; in one folder with plain cargo each would rebuild what the other built.
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$ROOT/$TARGET ;; esac
LEPTOS_TARGET=$TARGET/leptos

CARGO_LEPTOS_VERSION=0.3.10
# wasm-bindgen's tool and library must be the very same version.
WASM_BINDGEN_VERSION=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)

# rustup's own place is looked at last: a shell opened before rustup was installed doesn't have it in PATH.
export PATH="$ROOT/node_modules/.bin:$TOOLS/cargo-leptos-$CARGO_LEPTOS_VERSION/bin:$TOOLS/wasm-bindgen-$WASM_BINDGEN_VERSION/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

if [ -t 1 ]; then BOLD=$(printf '\033[1m') PLAIN=$(printf '\033[0m'); else BOLD='' PLAIN=''; fi

say() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# step "what is done" "about how long" command… : tells, runs, tells how long it took.
step() {
  local what=$1 estimate=$2 begun=$SECONDS
  shift 2
  say "$what ($estimate)"
  "$@" || fail "$what failed; its own message is above"
  say "$what: $((SECONDS - begun)) s"
}

# cargo-leptos with its own build folder and a site folder for each kind of build.
# leptos dev|release command…
leptos() {
  local kind=$1
  shift
  env CARGO_TARGET_DIR="$LEPTOS_TARGET" LEPTOS_SITE_ROOT="target/site-$kind" cargo-leptos "$@"
}
