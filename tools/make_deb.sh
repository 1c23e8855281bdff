#!/usr/bin/env bash
# make_deb.sh [OUT]: a Debian package of the release build: the program with its DuckDB, the packs, the guide, the bill of
# materials, and a systemd timer that runs a night. OUT is a folder (default build). Build first: ./start or
# cmake --build build/release --target songtan. Same build, same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build}
program=build/release/songtan
[ -x "$program" ] || { echo "make_deb: $program is missing; build the release first" >&2; exit 2; }
command -v dpkg-deb >/dev/null || { echo "make_deb: dpkg-deb is missing (package dpkg)" >&2; exit 5; }

version=$(sed -n 's/^project(songtan VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg --print-architecture)
stamp=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 0755 "$stage"

put() { install -D -m "$1" "$2" "$stage/$3"; }

cmake --install build/release --prefix "$stage/usr" --component program >/dev/null
strip --strip-unneeded "$stage/usr/lib/songtan/songtan"
mkdir -p "$stage/usr/bin"
ln -s ../lib/songtan/songtan "$stage/usr/bin/songtan"
put 0755 packaging/run-night usr/lib/songtan/run-night
put 0644 packaging/songtan-night.service lib/systemd/system/songtan-night.service
put 0644 packaging/songtan-night.timer lib/systemd/system/songtan-night.timer
put 0644 packaging/night.env etc/songtan/night.env
mkdir -p "$stage/usr/share/songtan"
cp -r packs "$stage/usr/share/songtan/packs"
for guide in docs/guide/*.md; do put 0644 "$guide" "usr/share/doc/songtan/$(basename "$guide")"; done
put 0644 LICENSE usr/share/doc/songtan/copyright
put 0644 build/deps/duckdb/LICENSE usr/share/doc/songtan/copyright.duckdb
python3 tools/make_sbom.py --out "$stage/usr/share/doc/songtan/sbom.cdx.json"

# What the program is linked with, by the packages that own the libraries here.
needed=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' | grep -v libduckdb)
depends=$(ldd "$program" | grep -F "$needed" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | xargs -r -n 1 readlink -f |
  while read -r library; do dpkg -S "$library" 2>/dev/null || dpkg -S "${library#/usr}" 2>/dev/null || true; done |
  sed 's/:.*//' | sort -u | paste -sd, | sed 's/,/, /g')
[ -n "$depends" ] || { echo "make_deb: the libraries' packages cannot be told" >&2; exit 5; }

mkdir "$stage/DEBIAN"
for script in postinst prerm postrm; do install -m 0755 "packaging/$script" "$stage/DEBIAN/$script"; done
echo /etc/songtan/night.env >"$stage/DEBIAN/conffiles"
cat >"$stage/DEBIAN/control" <<CONTROL
Package: songtan
Version: $version
Architecture: $architecture
Maintainer: Songtan developers <developers@songtan.example>
Installed-Size: $(du -sk --exclude=DEBIAN "$stage" | cut -f1)
Depends: $depends
Section: science
Priority: optional
Description: finds the people whom social assistance is meant for
 Songtan reads the extracts of the registers, links them to persons and families, decides every programme by the law as
 text, and lists the families to visit first, each with its reasons. The engine proposes, people decide.
CONTROL
find "$stage" -exec touch -h -d "@$stamp" {} +
mkdir -p "$out"
SOURCE_DATE_EPOCH=$stamp dpkg-deb --root-owner-group -Zgzip -z6 --build "$stage" "$out/songtan_${version}_$architecture.deb" >/dev/null
echo "$out/songtan_${version}_$architecture.deb"
