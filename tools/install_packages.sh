#!/usr/bin/env bash
# install_packages.sh build [test] [check]: installs the Debian packages of tools/packages/<name>.txt that are missing,
# and npm where no npm is there. Quick and silent when nothing is missing. Exit 5: not to be had here.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted() {
  local list
  for list in "$@"; do sed 's/#.*//' "tools/packages/$list.txt"; done | xargs -n 1 | sort -u
}

missing() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || echo "$package"
  done
}

stop() {
  echo "songtan: $1" >&2
  echo "         $2" >&2
  exit 5
}

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
  stop "this is no Debian system, so packages cannot be installed for you" \
       "install what tools/packages/*.txt names with your own package manager, or use Debian 12"
mapfile -t absent < <(missing $(wanted "$@"))
command -v npm >/dev/null || absent+=(npm)
[ ${#absent[@]} -eq 0 ] && exit 0

echo "songtan: installing ${#absent[@]} Debian packages: ${absent[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || stop "installing packages needs root, and there is no sudo" \
    "as root, run: apt-get install --no-install-recommends ${absent[*]}"
  as_root=(sudo)
fi
mkdir -p build
export DEBIAN_FRONTEND=noninteractive
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=2)
"${apt[@]}" update >build/packages.log 2>&1 ||
  stop "Debian's package lists cannot be read (offline, or no package source is set): build/packages.log says why" \
       "connect this machine, or install by hand: ${absent[*]}"
"${apt[@]}" install -y --no-install-recommends "${absent[@]}" >>build/packages.log 2>&1 ||
  stop "these packages could not be installed; the last lines of build/packages.log say why" "wanted: ${absent[*]}"
