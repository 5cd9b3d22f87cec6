/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"
#include "ui/moked-undo-stack.h"

G_BEGIN_DECLS

/* What everything in one window works with: the cache, the service, and the window's own doors. */
struct _MokedUiContext
{
  GObject             parent_instance;
  MokedCache         *cache;
  GSettings          *settings;
  MokedClock         *clock;
  MokedSyncClient    *sync;
  MokedSyncTransport *transport;
  GtkWidget          *root;
  char               *data_dir;
  char               *user_name;
  GHashTable         *user_names; /* id: name */
  char               *entity; /* of the record that is shown */
  char               *id;
  MokedUndoStack     *undo;
};

G_END_DECLS
