#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No common misspelling in code, comments and documents.
cd "$(dirname "$0")/../.." || exit 2
git ls-files --cached --others --exclude-standard -z -- '*.[ch]' '*.py' '*.sh' '*.md' '*.blp' '*.build' '*.in' '*.xml' dev |
  xargs -0 -r codespell --ignore-words=tests/lint/spelling-words
