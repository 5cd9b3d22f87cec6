# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: does the host itself have what Moked is built and tested with?

host_needs () {
  sed -n "s/^$1 //p" "$project/tools/dev/host.list"
}

# Prints what of host.list the host lacks, one thing a line.
missing_on_host () {
  if command -v pkg-config >/dev/null; then
    host_needs library | while read -r name version; do
      pkg-config --exists "$name >= $version" || echo "library $name $version"
    done
  else
    echo "program pkg-config"
    host_needs library | sed 's/^/library /'
  fi
  host_needs program | while read -r name; do
    command -v "$name" >/dev/null || echo "program $name"
  done
  if command -v python3 >/dev/null; then
    # shellcheck disable=SC2046
    python3 -c 'import importlib.util, sys
for name in sys.argv[1:]:
    importlib.util.find_spec(name) or print("Python module", name)' $(host_needs module)
  else
    echo "program python3"
  fi
}

host_is_complete () {
  command -v pkg-config >/dev/null && pkg-config --exists 'gtk4 >= 4.18' 'libadwaita-1 >= 1.7' &&
    [ -z "$(missing_on_host)" ]
}
