/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void       moked_time_set_zone          (const char  *identifier);
GDateTime *moked_time_to_local          (gint64       us);
char      *moked_time_format_clock      (gint64       us);
char      *moked_time_format_date       (gint64       us);
char      *moked_time_format_day_header (gint64       us,
                                         gint64       now_us);
char      *moked_time_format_relative   (gint64       us,
                                         gint64       now_us);
char      *moked_time_format_rfc3339    (gint64       us);
gboolean   moked_time_parse_rfc3339     (const char  *text,
                                         gint64      *us,
                                         GError     **error);
gboolean   moked_time_parse_rfc2822     (const char  *text,
                                         gint64      *us,
                                         GError     **error);

G_END_DECLS
