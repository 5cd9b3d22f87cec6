#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file says its licence and its copyright, as REUSE asks.
cd "$(dirname "$0")/../.." || exit 2
exec reuse lint --lines
