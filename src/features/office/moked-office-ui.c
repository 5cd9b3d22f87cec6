/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/office/moked-user.h"
#include "ui/moked-ui-feature.h"

/* Who works here: the name at the foot of the sidebar. */

static DexFuture *
on_loaded (DexFuture *future,
           gpointer   context)
{
  MokedUser *user = g_value_get_object (dex_future_get_value (future, NULL));

  moked_ui_context_set_user_name (context, user->name);
  return NULL;
}

/* Before the first load of the office there is no user yet; "changed" comes with them. */
static void
read_user (MokedUiContext *context)
{
  const char *id = moked_ui_context_get_user_id (context);
  MokedCache *cache = moked_ui_context_get_cache (context);

  if (id != NULL)
    dex_future_disown (dex_future_then (moked_cache_read (cache, moked_user_read, g_strdup (id), g_free), on_loaded,
                                        g_object_ref (context), g_object_unref));
}

static void
on_changed (MokedUiContext    *context,
            const char *const *entities)
{
  if (g_strv_contains (entities, moked_user_info.name))
    read_user (context);
}

static void
start (MokedUiContext *context)
{
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), context,
                           G_CONNECT_SWAPPED);
  read_user (context);
}

extern const MokedUiFeature moked_office_ui;

const MokedUiFeature moked_office_ui = {
  .name = "office",
  .start = start,
};
