# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: makes the Debian root that the project is built and tested in.
#
# A root is a folder of the user's cache, named by the hash of what it is made from, so that a
# changed package list makes a new one and worktrees with the same list share one. It is made under a
# temporary name and renamed when it is whole: a root that exists is a root that is ready.

release=trixie
recipe=1 # raise when the way of making a root changes
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/moked-dev

packages_of () {
  sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$project/tools/dev/$1.list"
}

root_key () {
  { echo "$release $recipe $(uname -m) $(id -u)"; packages_of packages | sort; } | sha256sum | cut -c1-12
}

# Runs a command with the rights over a root: an ordinary user's root belongs to its subordinate ids.
as_owner () {
  if [ "$(id -u)" = 0 ]; then "$@"; else mmdebstrap --unshare-helper "$@"; fi
}

# The owner empties the tree; its top stands in our own folder.
remove_tree () {
  [ -d "$1" ] || return 0
  as_owner rm -rf --one-file-system "$1" 2>/dev/null || true
  rm -rf --one-file-system "$1"
}

host_release () {
  (. /etc/os-release 2>/dev/null; echo "${VERSION_CODENAME:-none}")
}

# The host's own Debian mirrors, as "URI suite" lines.
host_mirrors () {
  set --
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ ! -s "$file" ] || set -- "$@" "$file"
  done
  [ $# = 0 ] || awk -v host="$(host_release)" -v wanted="$release" -f "$project/tools/dev/mirrors.awk" "$@" | sort -u
}

write_sources () {
  if [ -n "${MOKED_DEBIAN_MIRROR:-}" ]; then
    mirrors="$MOKED_DEBIAN_MIRROR $release"
  else
    mirrors=$(host_mirrors)
  fi
  [ -n "$mirrors" ] || fail "the apt sources of this machine name no Debian mirror" \
    "set MOKED_DEBIAN_MIRROR to the address of a Debian mirror that you trust, and run again"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "$mirrors" | while read -r uri suite; do
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$suite"
    [ ! -e $keyring ] || echo "Signed-By: $keyring"
    echo
  done
}

install_packages () {
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qqy --no-install-recommends install "$@"; } >/dev/null ||
    fail "apt-get could not install: $*" "see its messages above; check the network and the apt sources"
}

# The few programs that making and entering a root take from the host; root gets them, others are told.
need_host_tools () {
  wanted=
  command -v bwrap >/dev/null || wanted="$wanted bubblewrap"
  command -v flock >/dev/null || wanted="$wanted util-linux"
  command -v mmdebstrap >/dev/null || [ -d "$root" ] || wanted="$wanted mmdebstrap"
  [ "$(id -u)" = 0 ] || command -v newuidmap >/dev/null || [ -d "$root" ] || wanted="$wanted uidmap"
  [ -n "$wanted" ] || return 0
  command -v apt-get >/dev/null || {
    missing_on_host | sed 's/^/     missing: /' >&2
    fail "this system lacks what Moked is built and tested with (above), and cannot make a Debian root" \
      "install what is missing with the system's package manager and run again; or install:$wanted"
  }
  [ "$(id -u)" = 0 ] || fail "programs are missing:$wanted" "run: sudo apt-get install$wanted"
  say "Installing$wanted"
  # shellcheck disable=SC2086
  install_packages $wanted
}

make_root () {
  mkdir -p "$cache"
  exec 8>"$cache/making.lock"
  flock -n 8 || { say "Another ./dev is preparing a root; waiting for it"; flock 8; }
  if [ ! -d "$root" ]; then
    # What an interrupted run left behind; nobody else makes roots while we hold the lock.
    for leftover in "$cache"/making-*; do
      remove_tree "$leftover"
    done
    rm -f "$cache"/making-*
    bootstrap "$cache/making-$key-$$"
  fi
  exec 8>&-
}

bootstrap () {
  making=$1
  write_sources >"$making.sources"
  mode=root
  [ "$(id -u)" = 0 ] || mode=unshare
  proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null)"

  say "Preparing a Debian $release root in $cache (once: a few minutes, 2.5 GB)"
  trap 'stop_making; exit 130' INT TERM HUP
  # The recommended packages, manuals and documentation would double its size. mmdebstrap hands its open
  # files to a shell that knows only numbers of one digit, so none of ours may take them.
  mmdebstrap --mode=$mode --variant=essential --format=directory \
    --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' ${proxy:+--aptopt="Acquire::http::Proxy \"$proxy\""} \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --include="$(packages_of packages | paste -sd,)" \
    --customize-hook='printf "127.0.0.1 localhost\n::1 localhost\n" >"$1/etc/hosts"' \
    $release "$making" "$making.sources" >&2 \
    3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  maker=$!
  if ! wait $maker; then
    stop_making
    fail "the Debian root could not be made" \
      "see mmdebstrap's messages above. No network: check it and run again, nothing is left behind." \
      "'Unable to locate package': a wrong name in tools/dev/packages.list." \
      "'newuidmap' or 'subuid': your user needs a range in /etc/subuid and /etc/subgid."
  fi
  trap - INT TERM HUP
  rm "$making.sources"
  mv "$making" "$root"
  say "The root is ready"
}

stop_making () {
  say "Removing the unfinished root"
  trap - INT TERM HUP
  kill "$maker" 2>/dev/null || true
  wait "$maker" 2>/dev/null || true
  remove_tree "$making"
  rm -f "$making.sources"
}

# The root has no apt of its own: the host's is pointed at it, as mmdebstrap does.
root_apt () {
  as_owner mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/apt/preferences.d" "$root/var/lib/apt/lists/partial" \
    "$root/var/cache/apt/archives/partial"
  as_owner env DEBIAN_FRONTEND=noninteractive apt-get -o Dir="$root" -o Dir::State::status="$root/var/lib/dpkg/status" \
    -o DPkg::Chroot-Directory="$root" -o APT::Sandbox::User=root -o APT::Install-Recommends=false "$@"
}

# The packages that only benchmarks need are added to the root when the first benchmark runs.
prepare_peers () {
  if [ "$place" = host ]; then
    say "Measuring on this system itself; a peer that is not installed fails its benchmark"
    return
  fi
  peers=$root.peers-$(packages_of packages-bench | sort | sha256sum | cut -c1-12)
  [ ! -e "$peers" ] || return 0
  exec 8>"$cache/making.lock"
  flock -n 8 || { say "Another ./dev is preparing a root; waiting for it"; flock 8; }
  if [ ! -e "$peers" ]; then
    say "Adding the benchmarks' peers to the root"
    # shellcheck disable=SC2046
    { root_apt -q update && root_apt -qy install $(packages_of packages-bench) && root_apt clean; } >&2 ||
      fail "the benchmarks' peers could not be installed" "see apt-get's messages above, and run again"
    : >"$peers"
  fi
  exec 8>&-
}

# A root in use has a shared lock on its file.
remove_unused_roots () {
  for tree in "$cache"/root-* "$cache"/making-*; do
    [ -d "$tree" ] || continue
    if flock -n "$tree.lock" true; then
      say "Removing $tree"
      remove_tree "$tree"
      rm -f "$tree".*
    else
      say "Sparing $tree, which is in use"
    fi
  done
}
