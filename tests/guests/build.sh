#!/bin/sh
# Rebuilds the app.wasm of each test guest; they are committed beside their sources.
set -eu
cd "$(dirname -- "$0")"
build=../../sdk/c/build-guest.sh
for guest in faults calls store triggers clock ledger missing_export unknown_import wrong_export; do
  "$build" "$guest/app.wasm" "$guest/$guest.c"
done
"$build" huge_memory/app.wasm -Wl,--initial-memory=3221225472 huge_memory/huge_memory.c

# These bring their own allocate, or none at all.
freestanding() {
  "${CLANG:-clang-19}" --target=wasm32-wasi -fuse-ld="${WASM_LD:-/usr/bin/wasm-ld-19}" -nostdlib \
    -ffreestanding -O2 -fno-ident -Wl,--no-entry,--strip-all -o "$1/app.wasm" "$1/$1.c"
}
freestanding wrong_import
freestanding bad_allocate

# WASI commands are ordinary programs, with the C library (Debian: wasi-libc).
program() {
  "${CLANG:-clang-19}" --target=wasm32-wasi -fuse-ld="${WASM_LD:-/usr/bin/wasm-ld-19}" \
    -Os -Wall -Wextra -Werror -fno-ident -Wl,--strip-all -o "$1/app.wasm" "$1/$1.c"
}
program command
program command_faults
chmod -x wrong_import/app.wasm bad_allocate/app.wasm command/app.wasm command_faults/app.wasm
