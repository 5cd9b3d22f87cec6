# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: runs a command inside the root, or on the host where that has everything.

# The folder of a worktree's repository, which stands outside the worktree; read without git, which
# the host may not have.
git_common_dir () {
  [ -f "$project/.git" ] || return 0
  git_dir=$(sed -n 's/^gitdir: //p' "$project/.git")
  case $git_dir in /*) ;; *) git_dir=$project/$git_dir ;; esac
  common=$git_dir
  [ ! -f "$git_dir/commondir" ] || common=$(cat "$git_dir/commondir")
  case $common in /*) ;; *) common=$git_dir/$common ;; esac
  cd "$common" 2>/dev/null && pwd -P
}

# The variables of the caller that reach the programs inside; everything else stays outside, so that
# a build depends on the sources alone.
passed_variables () {
  env | sed -n 's/^\(\(MOKED\|GTK\|GDK\|GSK\|G\|ADW\|MESON\|CCACHE\|VIPS\|DEX\)_[A-Z0-9_]*\)=.*/\1/p
    s/^\([AUL]*SAN_OPTIONS\|TERM\|COLORTERM\|NO_COLOR\|TZ\|CI\|NINJA_STATUS\)=.*/\1/p'
}

# enter CMD…: replaces this shell.
enter () {
  mkdir -p "$cache/ccache" "$build/home"
  words=$#

  set -- "$@" --unshare-pid --die-with-parent --ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc
  for link in bin sbin lib lib32 lib64 libx32; do
    [ ! -L "$root/$link" ] || set -- "$@" --symlink "usr/$link" "/$link"
  done
  set -- "$@" --dev /dev --dev-bind-try /dev/dri /dev/dri --proc /proc --ro-bind-try /sys /sys
  set -- "$@" --perms 1777 --tmpfs /tmp --tmpfs /run --tmpfs /var --perms 1777 --dir /var/tmp --symlink /run /var/run \
    --perms 0755 --dir /var/cache --perms 0755 --dir /var/log --dir /var/lib/xkb --dir /var/lib/nginx --dir /var/log/nginx \
    --ro-bind "$root/var/lib/dpkg" /var/lib/dpkg --ro-bind-try "$root/var/cache/fontconfig" /var/cache/fontconfig
  set -- "$@" --ro-bind-try "$(readlink -f /etc/resolv.conf)" /etc/resolv.conf
  if [ "$(id -u)" != 0 ]; then
    { cat "$root/etc/passwd"; echo "$(id -un):x:$(id -u):$(id -g)::$build/home:/bin/sh"; } >"$build/passwd"
    set -- "$@" --ro-bind "$build/passwd" /etc/passwd
  fi
  # Folders above a bound one must be open to the tests' unprivileged servers.
  set -- "$@" --perms 0755 --dir "$(dirname "$project")" \
    --bind "$project" "$project" --bind "$cache/ccache" "$cache/ccache"
  common=$(git_common_dir)
  [ -z "$common" ] || set -- "$@" --ro-bind "$common" "$common"

  set -- "$@" --perms 0700 --dir "/run/user/$(id -u)" --clearenv \
    --setenv XDG_RUNTIME_DIR "/run/user/$(id -u)" --setenv HOME "$build/home" --setenv USER "$(id -un)" \
    --setenv LANG C.UTF-8 --setenv SHELL /bin/bash \
    --setenv PATH "$prefix/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
    --setenv XDG_DATA_DIRS "$prefix/share:/usr/share" \
    --setenv CCACHE_DIR "$cache/ccache" --setenv CCACHE_BASEDIR "$project" --setenv CCACHE_NOHASHDIR 1 \
    --setenv GIT_CONFIG_COUNT 1 --setenv GIT_CONFIG_KEY_0 safe.directory --setenv GIT_CONFIG_VALUE_0 '*' \
    --setenv GIT_OPTIONAL_LOCKS 0
  for variable in $(passed_variables); do
    eval "value=\$$variable"
    # shellcheck disable=SC2154
    set -- "$@" --setenv "$variable" "$value"
  done
  set -- "$@" --chdir "$PWD"

  # The options stand behind the command's words now; turn them round.
  while [ $words -gt 0 ]; do
    set -- "$@" "$1"
    shift
    words=$((words - 1))
  done
  # Held while the command runs, so that ./dev clean --roots spares a root in use.
  exec 9>"$root.lock"
  flock -s 9
  exec bwrap "$@"
}
