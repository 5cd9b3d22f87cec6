/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

#define MOKED_TYPE_LIST_HEADER (moked_list_header_get_type ())
G_DECLARE_FINAL_TYPE (MokedListHeader, moked_list_header, MOKED, LIST_HEADER, GtkWidget)

void moked_list_header_start     (MokedListHeader       *self,
                                  const MokedListColumn *columns);
void moked_list_header_set_order (MokedListHeader       *self,
                                  guint                  column,
                                  gboolean               descending);

G_END_DECLS
