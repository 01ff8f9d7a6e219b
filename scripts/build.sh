#!/usr/bin/env bash
# The optimised build, into dist/: the binary, hash.txt and site/ beside it, and nothing else needed to run.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh
# The wasm and the files of the site first, with their .br and .gz; then the server.
LEPTOS_HASH_FILES=true step "Release build" "about 10 minutes on two cores the first time" leptos release build --release --precompress --cargo-locked

rm -rf dist.new
mkdir dist.new
cp "$LEPTOS_TARGET/release/minicrm" "$LEPTOS_TARGET/release/hash.txt" dist.new/
cp -R target/site-release dist.new/site
# Fonts are compressed as they are, and no page asks for TypeScript's declarations.
rm -f dist.new/site/fonts/*.{br,gz} dist.new/site/pkg/*.ts dist.new/site/pkg/*.ts.{br,gz}
rm -rf dist
mv dist.new dist
say "dist/ is complete: $(du -sh dist | cut -f1), start it with dist/minicrm serve"
