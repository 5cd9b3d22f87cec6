/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-json.h"
#include "model/moked-entity-rows.h"
#include "store/moked-entity-store.h"
#include "sync/moked-outbox-private.h"

/* What the service says of records, written to the cache under what is still under way. A record that this program
 * cannot read (a newer service's, say) is noted in `sync_unread` and passed over, so that it does not stop all
 * others. */

static gboolean
look_up (MokedSession          *session,
         const MokedEntityInfo *info,
         const char            *id,
         gboolean              *out_under_way,
         gboolean              *out_unread,
         GError               **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT EXISTS (SELECT 1 FROM outbox_base WHERE business_id = $1 AND entity = $2 AND entity_id = $3), "
      "EXISTS (SELECT 1 FROM sync_unread WHERE business_id = $1 AND entity = $2 AND entity_id = $3)",
      "tt", info->name, id);

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  *out_under_way = moked_cursor_get_int (cursor, 0) != 0;
  *out_unread = moked_cursor_get_int (cursor, 1) != 0;
  return TRUE;
}

static gboolean
note_unread (MokedSession          *session,
             const MokedEntityInfo *info,
             const char            *id,
             const GError          *reason,
             GError               **error)
{
  g_message ("A record of the service cannot be read: %s %s: %s", info->name, id, reason->message);
  return moked_session_exec (session, error,
                             "INSERT INTO sync_unread (business_id, entity, entity_id, detail) VALUES ($1, $2, $3, $4) "
                             "ON CONFLICT (business_id, entity, entity_id) DO UPDATE SET detail = excluded.detail",
                             "ttt", info->name, id, reason->message);
}

static gboolean
write_confirmed (MokedSession          *session,
                 const MokedEntityInfo *info,
                 const char            *id,
                 MokedEntity           *entity,
                 gboolean               under_way,
                 GError               **error)
{
  g_autoptr (yyjson_mut_doc) doc = NULL;
  g_autofree char *json = NULL;

  if (!under_way)
    return entity != NULL ? moked_entity_store_put (session, entity, error)
                          : moked_entity_store_remove (session, info, id, error);
  doc = yyjson_mut_doc_new (NULL);
  json = entity != NULL ? moked_outbox_write_json (moked_entity_to_json (entity, doc)) : NULL;
  return moked_session_exec (session, error,
                             "UPDATE outbox_base SET row = $4 WHERE business_id = $1 AND entity = $2 AND entity_id = $3",
                             "ttt", info->name, id, json) &&
         moked_outbox_rebuild (session, info, id, error);
}

static gboolean
confirm_entity (MokedSession          *session,
                const MokedEntityInfo *info,
                const char            *id,
                MokedEntity           *entity,
                GError               **error)
{
  gboolean under_way, unread;

  if (!look_up (session, info, id, &under_way, &unread, error))
    return FALSE;
  if (unread && !moked_session_exec (session, error,
                                     "DELETE FROM sync_unread WHERE business_id = $1 AND entity = $2 AND entity_id = $3",
                                     "tt", info->name, id))
    return FALSE;
  return write_confirmed (session, info, id, entity, under_way, error);
}

/**
 * moked_outbox_confirm:
 * @session: a session of the cache
 * @info: what kind of record
 * @id: which one
 * @row: (nullable): the record as the service has it; %NULL or a JSON `null` when it has none
 *
 * Writes it to the cache.
 */
gboolean
moked_outbox_confirm (MokedSession          *session,
                      const MokedEntityInfo *info,
                      const char            *id,
                      yyjson_val            *row,
                      GError               **error)
{
  g_autoptr (MokedEntity) entity = NULL;
  g_autoptr (GError) reason = NULL;

  if (row != NULL && !yyjson_is_null (row) && (entity = moked_entity_new_from_json (info, row, &reason)) == NULL)
    return note_unread (session, info, id, reason, error);
  return confirm_entity (session, info, id, entity, error);
}

/* --- many records --- */

typedef struct
{
  char   *id;
  GError *reason;
} Unread;

typedef struct
{
  MokedEntityRows *rows;
  gboolean         all_special;
  GHashTable      *special; /* ids of records that are more than a row to write */
  GPtrArray       *later;   /* MokedEntity: these records */
  GArray          *unread;  /* Unread */
} Table;

static void
clear_unread (gpointer data)
{
  Unread *unread = data;

  g_free (unread->id);
  g_error_free (unread->reason);
}

static void
clear_table (Table *self)
{
  g_clear_pointer (&self->rows, moked_entity_rows_free);
  g_clear_pointer (&self->special, g_hash_table_unref);
  g_clear_pointer (&self->later, g_ptr_array_unref);
  g_clear_pointer (&self->unread, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, clear_table)

/* Records with operations under way, and those that could not be read: asked for once for all rows. */
static GHashTable *
list_special (MokedSession          *session,
              const MokedEntityInfo *info,
              GError               **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT entity_id FROM outbox_base WHERE business_id = $1 AND entity = $2 "
      "UNION ALL SELECT entity_id FROM sync_unread WHERE business_id = $1 AND entity = $2",
      "t", info->name);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_hash_table_add (ids, moked_cursor_dup_text (cursor, 0));
  if (local_error == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static void
keep_for_later (Table    *self,
                gpointer  entity)
{
  gpointer copy = moked_entity_copy (entity);

  moked_entity_set_origin (copy, NULL); /* which the next row is read into */
  g_ptr_array_add (self->later, copy);
}

/* The next record of which nothing is to be done but to write it. */
static gpointer
next_plain (gpointer user_data,
            GError **error)
{
  Table *self = user_data;

  while (moked_entity_rows_next (self->rows))
    {
      Unread unread = { NULL, NULL };
      gpointer entity = moked_entity_rows_read (self->rows, &unread.reason);
      const char *id = moked_entity_rows_get_id (self->rows);

      if (entity != NULL && !self->all_special && !g_hash_table_contains (self->special, id))
        return entity;
      if (entity != NULL)
        keep_for_later (self, entity);
      else if (id == NULL)
        {
          g_propagate_error (error, unread.reason);
          return NULL;
        }
      else
        {
          unread.id = g_strdup (id);
          g_array_append_val (self->unread, unread);
        }
    }
  return NULL;
}

static gboolean
note_all_unread (Table                 *self,
                 MokedSession          *session,
                 const MokedEntityInfo *info,
                 GError               **error)
{
  for (guint i = 0; i < self->unread->len; i++)
    {
      Unread *unread = &g_array_index (self->unread, Unread, i);

      if (!note_unread (session, info, unread->id, unread->reason, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
confirm_later (Table                 *self,
               MokedSession          *session,
               const MokedEntityInfo *info,
               MokedOutboxRowFunc     before,
               gpointer               user_data,
               GError               **error)
{
  for (guint i = 0; i < self->later->len; i++)
    {
      MokedEntity *entity = g_ptr_array_index (self->later, i);

      if ((before != NULL && !before (session, entity, user_data, error)) ||
          !confirm_entity (session, info, moked_entity_get_id (entity), entity, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * moked_outbox_confirm_rows:
 * @session: a session of the cache
 * @info: what kind of records
 * @table: `{"fields", "rows"}`: records as the service has them
 * @before: (nullable): called for each record before it is written; its `FALSE` with an error ends it all
 * @user_data: for @before
 *
 * As [func@outbox_confirm] for many records.
 */
gboolean
moked_outbox_confirm_rows (MokedSession          *session,
                           const MokedEntityInfo *info,
                           yyjson_val            *table,
                           MokedOutboxRowFunc     before,
                           gpointer               user_data,
                           GError               **error)
{
  g_auto (Table) self = { NULL };

  self.rows = moked_entity_rows_new (info, table, error);
  self.special = self.rows != NULL ? list_special (session, info, error) : NULL;
  if (self.special == NULL)
    return FALSE;
  self.later = g_ptr_array_new_with_free_func (g_object_unref);
  self.unread = g_array_new (FALSE, FALSE, sizeof (Unread));
  g_array_set_clear_func (self.unread, clear_unread);
  self.all_special = before != NULL;
  return moked_entity_store_put_each (session, info, next_plain, &self, error) &&
         note_all_unread (&self, session, info, error) &&
         confirm_later (&self, session, info, before, user_data, error);
}

/**
 * moked_outbox_count_unread:
 *
 * Returns: how many of the service's records this program could not read; -1 with @error set
 */
gint64
moked_outbox_count_unread (MokedSession *session,
                           GError      **error)
{
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT count(*) FROM sync_unread WHERE business_id = $1", "");

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return -1;
  return moked_cursor_get_int (cursor, 0);
}
