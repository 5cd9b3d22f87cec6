#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Desktop files, AppStream metainfo, settings schemas and other XML are what their readers accept.
set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

list () {
  git ls-files --cached --others --exclude-standard -- "$@"
}

# The checkers want final names, and look at what a translation leaves alone.
plain () {
  cp "$1" "$work/$(basename "$1" .in)"
  echo "$work/$(basename "$1" .in)"
}

for file in $(list '*.desktop' '*.desktop.in'); do
  desktop-file-validate "$(plain "$file")" || { echo "$file: refused by desktop-file-validate"; status=1; }
done
for file in $(list '*.metainfo.xml' '*.metainfo.xml.in'); do
  appstreamcli validate --no-net "$(plain "$file")" || { echo "$file: refused by appstreamcli"; status=1; }
done
for folder in $(list '*.gschema.xml' | xargs -r -n1 dirname | sort -u); do
  glib-compile-schemas --strict --dry-run "$folder" || { echo "$folder: refused by glib-compile-schemas"; status=1; }
done
for file in $(list '*.xml' '*.xml.in' '*.svg'); do
  xmllint --noout --nonet "$file" || { echo "$file: not well-formed"; status=1; }
done
exit $status
