/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-clock.h"

G_BEGIN_DECLS

#define MOKED_ULID_LENGTH 26

char    *moked_ulid_new         (MokedClock *clock);
gboolean moked_ulid_is_valid    (const char *ulid);
gint64   moked_ulid_get_time_us (const char *ulid);

G_END_DECLS
