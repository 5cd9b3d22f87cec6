# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: runs a command inside the root, or on the host where that has everything.
#
#   inside CMD…    runs it and comes back
#   finally CMD…   ends ./dev with it, and hands on the signals that ./dev gets meanwhile
#
# isolated=yes takes the network away except for a loopback of its own; display=yes lets the command
# reach the user's display, session bus and sound.

isolated=
display=

# Decides where commands run (place, sandbox, root), and makes what is missing there.
prepare () {
  if [ "${MOKED_DEV:-}" = host ] || { [ "${MOKED_DEV:-}" != root ] && host_is_complete; }; then
    place=host
    return
  fi
  key=$(root_key)
  root=$cache/root-$key
  place=root-$key
  need_host_tools
  choose_sandbox
  [ "$place" = host ] || [ -d "$root" ] || make_root
}

choose_sandbox () {
  if bwrap --ro-bind / / --dev /dev --proc /proc --unshare-pid true 2>/dev/null; then
    sandbox=bwrap
  elif [ "$(id -u)" = 0 ] && unshare --mount --propagation unchanged true 2>/dev/null; then
    sandbox=unshare # for instance inside a chroot, where bubblewrap cannot work
  elif [ "$(id -u)" = 0 ] && [ "$(host_release)" = "$release" ]; then
    install_on_host
  else
    fail "this machine does not let bubblewrap make a sandbox" \
      "a container needs the right to make namespaces (Docker: --privileged, or --cap-add SYS_ADMIN);" \
      "a kernel may forbid them to ordinary users: see sysctl kernel.unprivileged_userns_clone and" \
      "kernel.apparmor_restrict_unprivileged_userns; run ./dev as root otherwise."
  fi
}

# A container without namespaces, but with the right system: it is the root itself.
install_on_host () {
  place=host
  [ -z "$(missing_on_host)" ] || {
    say "No sandbox is possible here: installing the packages on this system"
    install_packages $(packages_of packages)
  }
}

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
  env | sed -n 's/^\(\(MOKED\|GTK\|GDK\|GSK\|G\|ADW\|MESON\|CCACHE\)_[A-Z0-9_]*\)=.*/\1/p
    s/^\([AUL]*SAN_OPTIONS\|TERM\|COLORTERM\|NO_COLOR\|TZ\|CI\|NINJA_STATUS\)=.*/\1/p'
}

inside () {
  launcher= ; launch "$@"
}

launch () {
  if [ "$place" = host ]; then on_host "$@"; else in_root "$@"; fi
}

finally () {
  if [ "$place" = host ]; then
    launcher=exec
    launch "$@"
  fi
  exec 3<&0
  # A command at a terminal shares it, and gets its Ctrl-C as we do; any other gets a session of its own,
  # so that a signal to all of ours reaches it once: through us.
  own_session=
  [ -t 0 ] || own_session=yes
  # The sandbox's own processes must outlive a signal, or its end would kill the command before it
  # could tidy up; the command gets the usual reactions back.
  (launcher=exec; trap '' INT QUIT TERM HUP; launch env --default-signal=INT,QUIT,TERM,HUP "$@") <&3 3<&- &
  child=$!
  trap 'forward TERM' TERM
  trap 'forward HUP' HUP
  trap '[ -z "$own_session" ] || forward INT' INT
  while :; do
    status=0
    wait $child || status=$?
    kill -0 $child 2>/dev/null || exit $status
  done
}

# The command is the first below us that stands in the sandbox's own count of processes and is not number
# one there; any of them may have ended meanwhile.
forward () {
  reached=
  signal_below $child "$1"
  [ -n "$reached" ] || kill -s KILL $child 2>/dev/null || true
}

signal_below () {
  for process in $(children_of "$1"); do
    case $(sed -n 's/^NSpid:[[:space:]]*[0-9]*[[:space:]]*//p' "/proc/$process/status" 2>/dev/null) in
      '' | 1) signal_below "$process" "$2" ;;
      *) ! kill -s "$2" "$process" 2>/dev/null || reached=yes ;;
    esac
  done
}

children_of () {
  cat "/proc/$1/task/$1/children" 2>/dev/null || true
}

on_host () {
  runtime=${XDG_RUNTIME_DIR:-/tmp/moked-runtime-$(id -u)}
  mkdir -p -m 0700 "$build/home" "$runtime"
  $launcher env -u LC_ALL LANG=C.UTF-8 HOME="$build/home" XDG_RUNTIME_DIR="$runtime" \
    XAUTHORITY="$(x_authority)" GSETTINGS_BACKEND=keyfile PATH="$prefix/bin:$PATH" \
    XDG_DATA_DIRS="$prefix/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}" "$@"
}

# The root knows only its own users; programs inside want to look ours up.
name_the_user () {
  [ ! -e "$root.group" ] || return 0
  { cat "$root/etc/passwd"; echo "$(id -un):x:$(id -u):$(id -g)::$cache:/bin/sh"; } >"$root.passwd"
  { cat "$root/etc/group"; echo "$(id -gn):x:$(id -g):"; } >"$root.group.$$"
  mv "$root.group.$$" "$root.group"
}

# The command stands last in what bubblewrap gets, so its words are moved behind the options.
in_root () {
  mkdir -p "$cache/ccache" "$build/home"
  words=$#
  user=$(id -u)

  set -- "$@" --unshare-pid --die-with-parent --ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc
  for link in bin sbin lib lib32 lib64 libx32; do
    [ ! -L "$root/$link" ] || set -- "$@" --symlink "usr/$link" "/$link"
  done
  set -- "$@" --dev /dev --proc /proc --ro-bind-try /sys /sys --perms 1777 --tmpfs /tmp --tmpfs /run --tmpfs /var \
    --perms 0755 --dir /var/cache --perms 0755 --dir /var/log --dir /var/log/nginx --dir /var/lib/nginx --dir /var/lib/xkb \
    --perms 1777 --dir /var/tmp --symlink /run /var/run --perms 0700 --dir "/run/user/$user" \
    --ro-bind "$root/var/lib/dpkg" /var/lib/dpkg --ro-bind-try "$root/var/cache/fontconfig" /var/cache/fontconfig \
    --ro-bind-try "$(readlink -f /etc/resolv.conf)" /etc/resolv.conf
  if [ "$user" != 0 ]; then
    name_the_user
    set -- "$@" --ro-bind "$root.passwd" /etc/passwd --ro-bind "$root.group" /etc/group
  fi
  # The folders above are open to the unprivileged servers that tests start.
  set -- "$@" --perms 0755 --dir "${project%/*}/" --bind "$project" "$project" --bind "$cache/ccache" "$cache/ccache"
  common=$(git_common_dir)
  [ -z "$common" ] || set -- "$@" --ro-bind "$common" "$common"
  [ -z "$isolated" ] || set -- "$@" --unshare-net
  [ -z "${own_session:-}" ] || set -- "$@" --new-session

  set -- "$@" --clearenv \
    --setenv XDG_RUNTIME_DIR "/run/user/$user" --setenv HOME "$build/home" --setenv USER "$(id -un)" \
    --setenv LANG C.UTF-8 --setenv SHELL /bin/bash --setenv GSETTINGS_BACKEND keyfile \
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
  if [ -n "$display" ]; then
    for path in $(display_paths); do
      set -- "$@" --ro-bind-try "$path" "$(inner_path "$path")"
    done
    for variable in WAYLAND_DISPLAY DISPLAY XDG_SESSION_TYPE XDG_CURRENT_DESKTOP; do
      eval "value=\${$variable:-}"
      [ -z "$value" ] || set -- "$@" --setenv "$variable" "$value"
    done
    set -- "$@" --dev-bind-try /dev/dri /dev/dri --setenv XAUTHORITY "$(inner_path "$(x_authority)")"
    [ -z "$(bus_socket)" ] || set -- "$@" --setenv DBUS_SESSION_BUS_ADDRESS "unix:path=$(inner_path "$(bus_socket)")"
  fi
  set -- "$@" --chdir "$PWD"

  while [ $words -gt 0 ]; do
    set -- "$@" "$1"
    shift
    words=$((words - 1))
  done
  # Held while the command runs, so that ./dev clean --roots spares a root in use.
  exec 9>"$root.lock"
  flock -s 9
  if [ "$sandbox" = bwrap ]; then
    $launcher bwrap "$@"
  else
    $launcher sh "$project/tools/dev/unshare.sh" "$@"
  fi
}
