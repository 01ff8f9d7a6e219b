#!/usr/bin/env bash
# Prints the PATH that has the project's tools in it, for commands of one's own: export PATH="$(scripts/path.sh)"
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
echo "$PATH"
