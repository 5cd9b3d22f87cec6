/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

void moked_list_set_text        (GtkInscription      *inscription,
                                 const char          *text);
void moked_list_table_set_up    (GtkColumnView       *table,
                                 const MokedListSpec *spec);
void moked_list_table_set_order (GtkColumnView       *table,
                                 guint                column,
                                 gboolean             descending);
void moked_list_table_get_order (GtkColumnView       *table,
                                 guint               *out_column,
                                 gboolean            *out_descending);

G_END_DECLS
