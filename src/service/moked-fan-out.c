/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-fan-out.h"

#include <yyjson.h>

#include "base/moked-json.h"

/* Of several services on one database each has some of the desktops: what one of them publishes, the others pass on to
 * theirs. It goes through the database: `{"business", "users": […], "event"}`. */

#define MAX_MEMBER 8000

static void
on_published (MokedEvents       *events,
              const char        *business,
              const char *const *users,
              const char        *text,
              gpointer           store)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  char *told;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "business", business);
  if (users != NULL)
    yyjson_mut_obj_add_val (doc, root, "users",
                            yyjson_mut_arr_with_str (doc, (const char **) users, g_strv_length ((char **) users)));
  yyjson_mut_obj_add_str (doc, root, "event", text);
  told = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  moked_store_tell (store, told);
  free (told);
}

static GStrv
dup_users (yyjson_val *list)
{
  g_autoptr (GStrvBuilder) users = g_strv_builder_new ();
  yyjson_arr_iter iter;
  yyjson_val *item;

  if (list == NULL)
    return NULL;
  yyjson_arr_iter_init (list, &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    if (yyjson_is_str (item))
      g_strv_builder_add (users, yyjson_get_str (item));
  return g_strv_builder_end (users);
}

static void
on_told (MokedStore *store,
         const char *text,
         gpointer    events)
{
  g_autoptr (yyjson_doc) doc = moked_json_parse (text, -1, MOKED_JSON_MAX_DEPTH, NULL);
  yyjson_val *root = yyjson_doc_get_root (doc);
  const char *business, *event;
  g_auto (GStrv) users = dup_users (yyjson_obj_get (root, "users"));

  if (doc != NULL && moked_json_get_string (root, "business", MAX_MEMBER, &business, NULL) &&
      moked_json_get_string (root, "event", MAX_MEMBER, &event, NULL))
    moked_events_relay (events, business, (const char *const *) users, event);
}

/* Nobody knows what was not heard: the desktops of everybody look. */
static void
on_missed (MokedStore *store,
           gpointer    events)
{
  g_auto (GStrv) businesses = moked_events_list_businesses (events);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (guint i = 0; businesses[i] != NULL; i++)
    moked_store_emit_changed (store, businesses[i], none);
}

/**
 * moked_fan_out_follow:
 * @store: the service's store
 * @events: the desktops that are connected to this service; must outlive @store's use
 *
 * Carries events between the services on one database.
 */
void
moked_fan_out_follow (MokedStore  *store,
                      MokedEvents *events)
{
  if (!moked_store_is_shared (store))
    return;
  g_signal_connect_object (events, "published", G_CALLBACK (on_published), store, 0);
  g_signal_connect_object (store, "told", G_CALLBACK (on_told), events, 0);
  g_signal_connect_object (store, "missed", G_CALLBACK (on_missed), events, 0);
}
