/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

typedef struct
{
  MokedUiContext         *context;
  char                   *title;
  GtkWidget              *search_entry;
  MokedPageLayout         layout;
  gboolean                split;
  gboolean                offline;
  AdwNavigationSplitView *split_view;
  AdwNavigationPage      *list_page;
  AdwToolbarView         *toolbar;
  AdwHeaderBar           *header;
  AdwBanner              *questions;
} MokedPagePrivate;

MokedPagePrivate *moked_page_get_private (MokedPage *self);

G_END_DECLS
