#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings the texts of the sources into po/he.po: ./dev exec tools/update-po.sh
# New texts come empty, changed ones are marked "fuzzy"; give both their Hebrew, then run ./dev lint.
set -eu
cd "$(dirname "$0")/../po"
grep -v '^#' POTFILES | xgettext --files-from=- --directory=.. --output=- --package-name=moked \
  --from-code=UTF-8 --add-comments=Translators --add-location=file --no-wrap --sort-by-file \
  --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
  --keyword=g_dcgettext:2 --keyword=g_dngettext:2,3 --keyword=g_dpgettext2:2c,3 \
  --flag=N_:1:pass-c-format --flag=C_:2:pass-c-format --flag=NC_:2:pass-c-format \
  --flag=g_dngettext:2:pass-c-format --flag=g_strdup_printf:1:c-format |
  sed '/^"POT-Creation-Date:/d; s/charset=CHARSET/charset=UTF-8/' |
  msgmerge --quiet --no-fuzzy-matching --sort-by-file --add-location=file --no-wrap --output-file=he.po.new he.po -
mv he.po.new he.po
msgfmt --check --statistics --output-file=/dev/null he.po
