/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "features/office/moked-user.h"
#include "ui/moked-ui-feature.h"

/* Who works here: the name at the foot of the sidebar, and the names of whoever did something. */

static DexFuture *
on_loaded (DexFuture *future,
           gpointer   context)
{
  GPtrArray *users = g_value_get_boxed (dex_future_get_value (future, NULL));
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < users->len; i++)
    g_hash_table_insert (names, g_strdup (moked_entity_get_id (users->pdata[i])),
                         g_strdup (MOKED_USER (users->pdata[i])->name));
  moked_ui_context_set_user_names (context, names);
  moked_ui_context_set_user_name (context,
                                  moked_ui_context_find_user_name (context, moked_ui_context_get_user_id (context)));
  return NULL;
}

/* Before the first load of the office there is nobody yet; "changed" comes with them. */
static void
read_users (MokedUiContext *context)
{
  MokedCache *cache = moked_ui_context_get_cache (context);

  if (moked_ui_context_get_user_id (context) != NULL)
    dex_future_disown (dex_future_then (moked_cache_read (cache, moked_user_list, NULL, NULL), on_loaded,
                                        g_object_ref (context), g_object_unref));
}

static void
on_changed (MokedUiContext    *context,
            const char *const *entities)
{
  if (g_strv_contains (entities, moked_user_info.name))
    read_users (context);
}

static void
on_rights_changed (MokedUiContext *context)
{
  moked_ui_context_toast (context, _("Your permissions have changed. What you see here has been updated."));
}

static void
start (MokedUiContext *context)
{
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), context,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (moked_ui_context_get_cache (context), "rights-changed", G_CALLBACK (on_rights_changed),
                           context, G_CONNECT_SWAPPED);
  read_users (context);
}

extern const MokedUiFeature moked_office_ui;

const MokedUiFeature moked_office_ui = {
  .name = "office",
  .start = start,
};
