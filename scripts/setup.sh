#!/bin/bash
# Makes a fresh Debian machine ready and builds llmc: packages that are missing, .venv, build/. Safe to run again at any
# time; takes a second when there is nothing to do.
#
# usage: scripts/setup.sh [--full] [TARGET...]     builds everything, tests too, or just these targets of the build;
#                                                  --full: with the Python packages and the browser of the full tests
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools clang-22 clang-format-22 lld-22 liblld-22-dev
  libclang-rt-22-dev libgtest-dev libprotobuf-dev protobuf-compiler libfmt-dev zlib1g-dev libzstd-dev
  g++-aarch64-linux-gnu qemu-user # for the tests of other machines
  gcc g++ ninja-build cmake ccache pkg-config python3-venv git ca-certificates
)

say() { echo "setup: $*"; }
die() { echo "setup: error: $*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    die "packages are missing and this is neither root nor a machine with sudo; install: ${missing[*]}"
  fi
}

install_packages() {
  command -v dpkg-query >/dev/null || die "this script knows Debian's packages only; install by hand: ${packages[*]}"
  missing=()
  local package
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  as_root apt-get update -qq || die "apt-get update failed; check the network and /etc/apt"
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    die "apt-get could not install ${missing[*]}; the machine's package sources need LLVM 22"
}

# install_python LIST: a file of scripts/, whose copy inside .venv says what was installed last.
install_python() {
  cmp -s "scripts/$1" ".venv/$1" && return
  say "installing the Python packages of scripts/$1 into .venv"
  [ -x .venv/bin/python ] || python3 -m venv .venv || die "python3 could not make .venv"
  .venv/bin/pip install -q --disable-pip-version-check -r "scripts/$1" ||
    die "pip could not install scripts/$1; check the network and pip's settings"
  cp "scripts/$1" ".venv/$1"
}

build() {
  if [ ! -f build/build.ninja ]; then
    say "configuring build/"
    cmake --preset default >build.log 2>&1 || { cat build.log >&2; rm build.log; die "cmake failed, see above"; }
    rm build.log
  fi
  say "building"
  cmake --build build ${1:+--target "$@"} || die "the build failed, see above"
}

[ "${1:-}" = --full ] && packages+=(chromium) # opens pages of reports
install_packages
install_python requirements.txt
if [ "${1:-}" = --full ]; then
  shift
  install_python requirements-full.txt
fi
build "$@"
