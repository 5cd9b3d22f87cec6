/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

#define MOKED_LIST_MAX_COLUMNS 12

/* Where a column stands, from the left side of its row. */
typedef struct
{
  int x;
  int width;
} MokedListPlace;

guint moked_list_columns_count (const MokedListColumn *columns);
guint moked_list_columns_place (const MokedListColumn *columns,
                                int                    width,
                                GtkTextDirection       direction,
                                MokedListPlace        *places);

G_END_DECLS
