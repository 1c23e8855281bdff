#!/usr/bin/env bash
# Fetches DuckDB's shared library from the npm registry by name and version, checks its sha256 and puts it into
# build/deps/duckdb. Harmless to run again. Why npm: docs/decisions/0002-libraries.md. Exit 5: not to be had here.
set -euo pipefail
cd "$(dirname "$0")/.."
home=build/deps/duckdb
version=1.5.5-r.5

stop() {
  echo "songtan: $1" >&2
  echo "         $2" >&2
  exit 5
}

case "$(uname -m)" in
  x86_64) package=@duckdb/node-bindings-linux-x64
          sha256=86d2bda909785550e8a14a57a8a4584827aff0e268d8f1a58c3fd48559f7020e ;;
  aarch64) package=@duckdb/node-bindings-linux-arm64
           sha256=3b85f3ea438f7dc3691d7b5e6e4222ffe9127fd17885f96ca72e0c99925c348e ;;
  *) stop "there is no pinned DuckDB for $(uname -m)" "put a libduckdb.so of version ${version%-*} into $home" ;;
esac
[ "$(cat "$home/version" 2>/dev/null || true)" = "$version" ] && [ -f "$home/libduckdb.so" ] && exit 0

echo "songtan: fetching $package@$version" >&2
mkdir -p build
work=$(mktemp -d build/fetch.XXXXXX)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package@$version" >npm.out 2>npm.err) ||
  stop "npm could not fetch $package@$version: $(tail -n 1 "$work/npm.err")" "connect this machine to the npm registry and run this again"
archive=$(find "$work" -maxdepth 1 -name '*.tgz')
echo "$sha256  $archive" | sha256sum --check --quiet >/dev/null 2>&1 ||
  stop "what npm delivered for $package@$version is not the pinned file (sha256 differs)" "do not use it; report this"
tar -xzf "$archive" -C "$work"
mkdir -p "$home"
cp "$work/package/LICENSE" "$home/LICENSE"
cp "$work/package/libduckdb.so" "$home/libduckdb.so.new"
mv "$home/libduckdb.so.new" "$home/libduckdb.so"
echo "$version" >"$home/version"
