# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: where the user's display, session bus and sound are, and how they are called inside.

wayland_socket () {
  case ${WAYLAND_DISPLAY:-} in
    '') ;;
    /*) echo "$WAYLAND_DISPLAY" ;;
    *) echo "${XDG_RUNTIME_DIR:-}/$WAYLAND_DISPLAY" ;;
  esac
}

x_socket () {
  case ${DISPLAY:-} in
    :*) number=${DISPLAY#:}; echo "/tmp/.X11-unix/X${number%%.*}" ;;
  esac
}

x_authority () {
  echo "${XAUTHORITY:-${HOME:-}/.Xauthority}"
}

bus_socket () {
  case ${DBUS_SESSION_BUS_ADDRESS:-} in
    unix:path=*) path=${DBUS_SESSION_BUS_ADDRESS#unix:path=}; echo "${path%%,*}" ;;
  esac
}

# A display that is named but not there is none; one on the network is believed.
has_display () {
  [ -S "$(wayland_socket)" ] || [ -S "$(x_socket)" ] || case ${DISPLAY:-} in ?*:*) true ;; *) false ;; esac
}

display_paths () {
  wayland_socket
  x_socket
  x_authority
  bus_socket
  for name in pulse/native pipewire-0 at-spi; do
    echo "${XDG_RUNTIME_DIR:-/nonexistent}/$name"
  done
}

# The user's runtime folder has its usual name inside, whatever it is called outside.
inner_path () {
  runtime=${XDG_RUNTIME_DIR:-/nonexistent}
  case $1 in
    "$runtime"/*) echo "/run/user/$(id -u)/${1#"$runtime"/}" ;;
    "${HOME:-/nonexistent}"/*) echo "/run/${1##*/}" ;;
    *) echo "$1" ;;
  esac
}
