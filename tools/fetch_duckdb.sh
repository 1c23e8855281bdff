#!/usr/bin/env bash
# Fetches DuckDB's shared library from the npm registry by name and version, checks its sha256 and puts it into
# build/deps/duckdb. Harmless to run again. Why npm: docs/decisions/0002-libraries.md.
set -euo pipefail
cd "$(dirname "$0")/.."
home=build/deps/duckdb
version=1.5.5-r.5
case "$(uname -m)" in
  x86_64) package=@duckdb/node-bindings-linux-x64
          sha256=86d2bda909785550e8a14a57a8a4584827aff0e268d8f1a58c3fd48559f7020e ;;
  *) echo "songtan: no pinned DuckDB build for $(uname -m)" >&2; exit 5 ;;
esac
[ "$(cat "$home/version" 2>/dev/null || true)" = "$version" ] && [ -f "$home/libduckdb.so" ] && exit 0
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package@$version" >/dev/null)
echo "$sha256  $(ls "$work"/*.tgz)" | sha256sum --check --quiet
tar -xzf "$work"/*.tgz -C "$work"
mkdir -p "$home"
cp "$work/package/libduckdb.so" "$home/libduckdb.so.new" && mv "$home/libduckdb.so.new" "$home/libduckdb.so"
cp "$work/package/LICENSE" "$home/LICENSE"
echo "$version" > "$home/version"
