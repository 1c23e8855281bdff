#!/usr/bin/env bash
# make_venv.sh FOLDER: a Python environment with the pinned packages of tests/requirements.txt; kept while that file is
# unchanged. Exit 5: not to be had here.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
stamp=$(sha256sum tests/requirements.txt | cut -c 1-64)
[ "$(cat "$folder/stamp" 2>/dev/null || true)" = "$stamp" ] && exit 0
mkdir -p build
rm -rf "$folder"
echo "songtan: making the Python environment of the tests" >&2
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check -r tests/requirements.txt >build/venv.log 2>&1 || {
  echo "songtan: the tests' Python packages could not be installed: $(tail -n 1 build/venv.log)" >&2
  echo "         connect this machine to the Python package index and run this again" >&2
  exit 5
}
echo "$stamp" >"$folder/stamp"
