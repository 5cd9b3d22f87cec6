/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-sync-exchange.h"
#include "sync/moked-sync-sum.h"

/* Whether the copy is what the service has, when there is nothing else to do. It always should be; a kind of record
 * that differs is listed again, and the service counts it. */

typedef struct
{
  const MokedSchema *schema;
  char              *epoch;
  gint64             cursor;
  yyjson_val        *sums; /* the service's */
} Comparison;

static void
free_comparison (gpointer data)
{
  Comparison *comparison = data;

  g_free (comparison->epoch);
  g_free (comparison);
}

/* Whether the copy is still where it was asked about, with nothing of its own. */
static gboolean
is_comparable (Comparison   *self,
               MokedSession *session,
               gboolean     *out_comparable,
               GError      **error)
{
  g_autoptr (MokedCursor) cursor = NULL;

  cursor = moked_session_query (session, error,
                                "SELECT count(*) FROM cache_state WHERE business_id = $1 AND epoch = $2 AND cursor = $3 "
                                "AND NOT EXISTS (SELECT 1 FROM outbox_base WHERE business_id = $1) "
                                "AND NOT EXISTS (SELECT 1 FROM sync_unread WHERE business_id = $1)",
                                "ti", self->epoch, self->cursor);
  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  *out_comparable = moked_cursor_get_int (cursor, 0) > 0;
  return TRUE;
}

static gboolean
find_difference (Comparison   *self,
                 MokedSession *session,
                 const char  **out_entity,
                 GError      **error)
{
  yyjson_obj_iter iter;
  yyjson_val *key;

  *out_entity = "";
  yyjson_obj_iter_init (self->sums, &iter);
  while ((key = yyjson_obj_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info = moked_schema_find_entity (self->schema, yyjson_get_str (key));
      const char *theirs = yyjson_get_str (yyjson_obj_iter_get_val (key));
      guint64 sum;

      if (info == NULL || theirs == NULL)
        continue;
      if (!moked_sync_sum_table (session, info, &sum, error))
        return FALSE;
      if (sum != g_ascii_strtoull (theirs, NULL, 16))
        {
          *out_entity = info->name;
          return TRUE;
        }
    }
  return TRUE;
}

static DexFuture *
compare_in_session (MokedSession *session,
                    gpointer      user_data)
{
  Comparison *self = user_data;
  GError *error = NULL;
  gboolean comparable;
  const char *entity = "";

  if (!is_comparable (self, session, &comparable, &error) ||
      (comparable && !find_difference (self, session, &entity, &error)))
    return dex_future_new_for_error (error);
  return dex_future_new_take_string (g_strdup (entity));
}

/* Returns (transfer full) (nullable) the first kind of record that differs; an empty text when none does. */
static char *
ask_difference (MokedSyncExchange *self,
                GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *epoch = g_uri_escape_string (state->epoch, NULL, FALSE);
  g_autofree char *path = g_strdup_printf ("/api/sync/sums?epoch=%s&at=%" G_GINT64_FORMAT, epoch, state->cursor);
  Comparison *comparison = g_new0 (Comparison, 1);
  g_autoptr (yyjson_doc) answer = NULL;
  char *entity;

  comparison->schema = moked_cache_get_schema (self->cache);
  comparison->epoch = g_strdup (state->epoch);
  comparison->cursor = state->cursor;
  answer = moked_sync_exchange_get (self, path, error);
  if (answer == NULL)
    {
      free_comparison (comparison);
      return NULL;
    }
  comparison->sums = yyjson_obj_get (yyjson_doc_get_root (answer), "sums");
  entity = dex_await_string (moked_cache_read (self->cache, compare_in_session, comparison, free_comparison), error);
  return entity;
}

static gboolean
compare_alone (MokedSyncExchange *self,
               char             **out_entity,
               GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *entity = NULL;

  *out_entity = NULL;
  if (state == NULL || state->epoch == NULL)
    return TRUE;
  entity = ask_difference (self, error);
  if (entity == NULL || *entity == '\0')
    return entity != NULL;
  g_message ("The copy of ‘%s’ is not what the service has, and is listed again", entity);
  *out_entity = g_steal_pointer (&entity);
  return moked_sync_load_again (self, *out_entity, error);
}

/**
 * moked_sync_exchange_compare: (skip)
 * @out_entity: (out) (transfer full) (nullable): what was listed again
 *
 * Awaits its turn and then the service.
 *
 * Returns: whether all went through
 */
gboolean
moked_sync_exchange_compare (MokedSyncExchange *self,
                             char             **out_entity,
                             GError           **error)
{
  gboolean done;

  if (!moked_cache_begin_exchange (self->cache, error))
    return FALSE;
  done = compare_alone (self, out_entity, error);
  g_clear_pointer (&self->parser, moked_worker_close);
  moked_cache_end_exchange (self->cache);
  return done;
}
