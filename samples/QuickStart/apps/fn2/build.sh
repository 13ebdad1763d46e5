#!/bin/sh
# Rebuilds app.wasm, which is committed so that nobody needs a wasm toolchain.
set -eu
cd "$(dirname -- "$0")"
../../../../sdk/c/build-guest.sh app.wasm -Wl,--initial-memory=65536 src/*.c
