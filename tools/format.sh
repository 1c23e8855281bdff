#!/usr/bin/env bash
# Writes the house's form into every C++ file; with --check it only says which files differ, and exits 1.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
git ls-files -z --cached --others --exclude-standard -- 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'bench/*.h' 'bench/*.cc' |
  xargs -0 --no-run-if-empty -n 16 -P 2 clang-format-19 "${mode[@]}"
