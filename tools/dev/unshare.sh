#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Does for root what bubblewrap does, from the same options, where bubblewrap cannot work: inside a chroot
# nobody may make a user namespace or change the root of a mount namespace, but root may mount and chroot.
set -eu

if [ -z "${MOKED_UNSHARED:-}" ]; then
  net=
  for word in "$@"; do
    [ "$word" != --unshare-net ] || net=--net
  done
  top=$(mktemp -d)
  trap 'umount -l "$top" 2>/dev/null || true; rmdir "$top"' EXIT
  trap 'exit 130' INT TERM HUP
  status=0
  MOKED_UNSHARED=$top unshare --mount --propagation unchanged --pid --fork --kill-child $net sh "$0" "$@" || status=$?
  exit $status
fi

top=$MOKED_UNSHARED
# From here on nothing spreads to the outer mounts.
mount -t tmpfs -o mode=0755 moked "$top"
mount --make-rprivate "$top"

place_of () {
  mkdir -p "$top$(dirname "$2")"
  if [ -d "$1" ]; then mkdir -p "$top$2"; else [ -e "$top$2" ] || : >"$top$2"; fi
}

# bind FROM TO [ro]
bind () {
  place_of "$1" "$2"
  mount --rbind "$1" "$top$2"
  [ -z "${3:-}" ] || mount -o remount,bind,ro "$top$2"
}

mode=0755
directory=/
session=
net=
while [ $# -gt 0 ]; do
  case $1 in
    --ro-bind) bind "$2" "$3" ro; shift 3 ;;
    --bind) bind "$2" "$3"; shift 3 ;;
    --ro-bind-try) [ ! -e "$2" ] || bind "$2" "$3" ro; shift 3 ;;
    --dev-bind-try) [ ! -e "$2" ] || bind "$2" "$3"; shift 3 ;;
    --symlink) mkdir -p "$top$(dirname "$3")"; ln -sfn "$2" "$top$3"; shift 3 ;;
    --tmpfs) mkdir -p "$top$2"; mount -t tmpfs -o mode=$mode moked "$top$2"; mode=0755; shift 2 ;;
    --dir) mkdir -p "$top$2"; chmod $mode "$top$2"; mode=0755; shift 2 ;;
    --dev) bind /dev "$2"; shift 2 ;;
    --proc) mkdir -p "$top$2"; mount -t proc proc "$top$2"; shift 2 ;;
    --perms) mode=$2; shift 2 ;;
    --setenv) export "$2=$3"; shift 3 ;;
    --chdir) directory=$2; shift 2 ;;
    --clearenv)
      for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
        [ "$name" = PATH ] || unset "$name"
      done
      shift ;;
    --new-session) session=setsid; shift ;;
    --unshare-net) net=yes; shift ;;
    --unshare-pid | --die-with-parent) shift ;;
    --*) echo "unshare.sh: unknown option $1" >&2; exit 2 ;;
    *) break ;;
  esac
done
[ -z "$net" ] || chroot "$top" ip link set lo up
# The command must not be the first process of its namespace, which gets no signal that it has no handler for.
exec 4<&0
chroot "$top" $session /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$directory" "$@" <&4 4<&- &
wait $!
