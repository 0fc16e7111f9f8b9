#!/usr/bin/env bash
# Installs the build tools that test/next-build/run.mjs uses, as root on Debian or Ubuntu. Elsewhere, it lists the
# missing ones; projects that need them are skipped. typescript and esbuild come with `npm ci`.
#
# NEXT_BUILD=all installs large tool chains, too: GHC, Elixir, Free Pascal and GNAT, 1.2 GB; and the sources of larger
# programs. Sources come as Debian ships them, into NEXT_BUILD_SOURCES (default: ~/.cache/next-build).
set -euo pipefail

declare -A package_of=(
  [make]=make [gcc]=gcc [clang]=clang [ar]=binutils [strip]=binutils [objcopy]=binutils
  [ninja]=ninja-build [cmake]=cmake [meson]=meson [libtool]=libtool-bin [nasm]=nasm
  [cargo]=cargo [rustc]=rustc [go]=golang-go [javac]=default-jdk-headless
  [ocamlopt]=ocaml-nox [python3]=python3
  [mold]=mold [wat2wasm]=wabt [wasm-opt]=binaryen [llc]=llvm [msgfmt]=gettext
  [pybabel]=python3-babel [lrelease]=qttools5-dev-tools
)
if [[ ${NEXT_BUILD:-} == all ]]; then
  package_of+=([ghc]=ghc [elixirc]=elixir [fpc]=fp-compiler [gnatmake]=gnat)
fi
missing=()
for tool in "${!package_of[@]}"; do
  command -v "$tool" >/dev/null || missing+=("${package_of[$tool]}")
done

sources=(bzip2 lua5.4 zlib tinyxml2 markupsafe)
[[ ${NEXT_BUILD:-} != all ]] || sources+=(jq busybox redis)
archives=${NEXT_BUILD_SOURCES:-${XDG_CACHE_HOME:-$HOME/.cache}/next-build}

# Downloads source packages. A list of its own leaves the configuration of apt as it is.
fetch_sources() (
  command -v apt-get >/dev/null || return 0
  mkdir -p "$archives"
  cd "$archives"
  local wanted=() source lists
  for source in "${sources[@]}"; do
    compgen -G "${source}_*.orig.tar.*" >/dev/null || wanted+=("$source")
  done
  ((${#wanted[@]} > 0)) || return 0
  . /etc/os-release
  lists=$(mktemp -d)
  mkdir -p "$lists/state/partial"
  echo "deb-src http://deb.debian.org/debian ${VERSION_CODENAME:-stable} main" >"$lists/sources.list"
  local options=(-o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$lists/state")
  apt-get "${options[@]}" update -qq 2>/dev/null || true
  for source in "${wanted[@]}"; do
    apt-get "${options[@]}" source -qq --download-only --tar-only "$source" >/dev/null 2>&1 ||
      echo "no source, so projects that need it are skipped: $source"
  done
  rm -rf "$lists"
)
fetch_sources || true

((${#missing[@]} > 0)) || exit 0

mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "not installed, so projects that need them are skipped: ${missing[*]}"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || true
# One by one: a package that this release lacks must not prevent installing the others.
for package in "${missing[@]}"; do
  apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
    echo "could not be installed, so projects that need it are skipped: $package"
done
