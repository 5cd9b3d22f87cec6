/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MokedEvents:
 *
 * The live channel to the desktops of each business. Hints and events carry no promise of delivery:
 * what must not be lost is in the change log.
 */
#define MOKED_TYPE_EVENTS (moked_events_get_type ())
G_DECLARE_FINAL_TYPE (MokedEvents, moked_events, MOKED, EVENTS, GObject)

void  moked_events_publish_hint  (MokedEvents *self,
                                  const char  *business,
                                  gint64       seq);
void  moked_events_publish       (MokedEvents       *self,
                                  const char        *business,
                                  const char *const *users,
                                  const char        *name,
                                  const char        *data_json);
void  moked_events_relay         (MokedEvents       *self,
                                  const char        *business,
                                  const char *const *users,
                                  const char        *text);
guint moked_events_get_n_clients (MokedEvents *self);
GStrv moked_events_list_businesses (MokedEvents *self);

G_END_DECLS
