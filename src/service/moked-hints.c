/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-hints.h"

#include "sync/moked-change-log.h"

/* After each commit the desktops of the business are told how far its log is; they pull by themselves. */

typedef struct
{
  MokedEvents *events;
  char        *business;
} Hint;

static void
free_hint (gpointer data)
{
  Hint *hint = data;

  g_object_unref (hint->events);
  g_free (hint->business);
  g_free (hint);
}

static DexFuture *
read_head (MokedSession *session,
           gpointer      user_data)
{
  GError *error = NULL;
  gint64 head = moked_change_log_get_head (session, NULL, &error);

  return head >= 0 ? dex_future_new_for_int64 (head) : dex_future_new_for_error (error);
}

static DexFuture *
publish (DexFuture *future,
         gpointer   user_data)
{
  Hint *hint = user_data;

  moked_events_publish_hint (hint->events, hint->business, g_value_get_int64 (dex_future_get_value (future, NULL)));
  return dex_future_new_true ();
}

static void
on_changed (MokedStore *store,
            const char *business,
            GPtrArray  *entities,
            gpointer    user_data)
{
  Hint *hint;

  if (business == NULL || moked_events_get_n_clients (user_data) == 0)
    return;
  hint = g_new0 (Hint, 1);
  hint->events = g_object_ref (user_data);
  hint->business = g_strdup (business);
  dex_future_disown (dex_future_then (moked_store_read (store, business, read_head, NULL, NULL), publish, hint,
                                      free_hint));
}

/**
 * moked_hints_follow:
 * @store: the service's store
 * @events: the desktops that listen; must outlive @store's use
 *
 * Publishes a hint after each commit that changed records of a business.
 */
void
moked_hints_follow (MokedStore  *store,
                    MokedEvents *events)
{
  g_signal_connect_object (store, "changed", G_CALLBACK (on_changed), events, 0);
}
