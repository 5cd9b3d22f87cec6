/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  MOKED_TEXT_DIRECTION_NEUTRAL,
  MOKED_TEXT_DIRECTION_LTR,
  MOKED_TEXT_DIRECTION_RTL,
} MokedTextDirection;

char               *moked_text_fold               (const char *text);
char               *moked_text_sort_key           (const char *text);
char               *moked_text_isolate            (const char *text);
char               *moked_text_isolate_ltr        (const char *text);
MokedTextDirection  moked_text_get_base_direction (const char *text);
char               *moked_text_strip_controls     (const char *text);
char               *moked_text_initials           (const char *text);
gboolean            moked_text_is_blank           (const char *text);

G_END_DECLS
