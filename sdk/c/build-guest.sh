#!/bin/sh
# Compiles a guest: build-guest.sh OUT.wasm [OPTION...] SOURCE.c...
# Needs clang 19 and wasm-ld 19 (Debian 12: clang-19, lld-19); CLANG and WASM_LD name others.
set -eu
sdk=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$1
shift
# Freestanding and without a C library: no start-up code, and a module of a few hundred bytes.
# Little stack and memory to begin with, since each invocation gets an instance of its own; the
# stack lies below the data, so that an overflow traps instead of overwriting them.
"${CLANG:-clang-19}" --target=wasm32-wasi -mexec-model=reactor \
  -fuse-ld="${WASM_LD:-/usr/bin/wasm-ld-19}" -nostdlib -ffreestanding -std=c17 -O3 -flto \
  -Wall -Wextra -Werror -fno-ident -msimd128 -mbulk-memory -I "$sdk" \
  -Wl,--no-entry,--strip-all,--gc-sections,--lto-O3,--stack-first,-z,stack-size=8192 \
  -o "$out" "$@" "$sdk/waverless.c"
chmod -x "$out"
