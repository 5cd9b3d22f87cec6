/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  GtkWidget          *window; /* a scrolled window */
  GtkFilterListModel *filtered;
  GtkSortListModel   *sorted;
  GtkSorter          *by_name;
  GtkSorter          *by_city;
  GtkFilter          *of_name;
} PeerList;

void peer_list_init (PeerList *self,
                     guint     n_rows);

G_END_DECLS
