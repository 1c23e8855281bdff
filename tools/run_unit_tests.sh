#!/usr/bin/env bash
# run_unit_tests.sh PRESET LOGS: builds a preset with its unit tests and runs them two at a time; each program's output
# goes to LOGS/PRESET.<program>.log with its exit code on the last line. tools/count_tests.py reads them.
set -uo pipefail
cd "$(dirname "$0")/.."
preset=$1 logs=$2
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
# DuckDB's own library is not built with the sanitizer: what happens inside it cannot be judged.
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:report_mutex_bugs=0:ignore_noninstrumented_modules=1}

echo "== $preset: build" >&2
if ! { cmake --preset "$preset" && cmake --build "build/$preset"; } >"$logs/$preset.build.txt" 2>&1; then
  tail -n 40 "$logs/$preset.build.txt" >&2
  echo "exit 1" >"$logs/$preset.build.log"
  exit 1
fi
echo "== $preset: unit tests" >&2
run_one() {
  "$1" >"$2" 2>&1
  local code=$?
  echo "exit $code" >>"$2"
  [ "$code" -eq 0 ] || tail -n 60 "$2" >&2
}
export -f run_one
find "build/$preset/tests" -maxdepth 1 -type f -name 'test_*' -perm -u+x -print0 | sort -z |
  xargs -0 -P "$(nproc)" -I '{}' bash -c 'run_one "$1" "$2/$3.$(basename "$1").log"' _ '{}' "$logs" "$preset"
