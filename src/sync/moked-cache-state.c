/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-cache-state.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "model/moked-entity-rows.h"
#include "sync/moked-outbox-private.h"

/* A load lists every table page by page, newest first, and may be interrupted anywhere. A page is all that the
 * service has between two ids; what the cache has there besides (the service's log began anew, or an earlier
 * load was given up) is gone from the service and is taken away, a bounded number in a transaction. Records with
 * unconfirmed edits stay, unless the user's rights became others: then a record is hidden and its edit waits for the
 * service's word. After a restore from a backup it is the service that lacks something:
 * moked-outbox-recover.c. */

/* Rows that are looked at in one transaction besides the page's own. */
#define SWEEP_ROWS 1000

static const MokedMigration migrations[] = {
  { 1,
    "CREATE TABLE cache_state (business_id TEXT PRIMARY KEY, user_id TEXT, client TEXT NOT NULL, schema TEXT, epoch TEXT, "
    "cursor BIGINT NOT NULL, last_n BIGINT NOT NULL, load_epoch TEXT, load_head BIGINT NOT NULL, load_entity TEXT, "
    "load_before TEXT)"
    "\n;\n"
    "CREATE TABLE sync_stale (business_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, "
    "PRIMARY KEY (business_id, entity, entity_id))",
    NULL },
  { 2, "ALTER TABLE cache_state ADD COLUMN load_names TEXT", NULL },
  { 3, "ALTER TABLE cache_state ADD COLUMN past_epoch TEXT\n;\nDROP TABLE sync_stale", NULL },
  { 4, "ALTER TABLE cache_state ADD COLUMN scope TEXT\n;\nALTER TABLE cache_state ADD COLUMN load_scope TEXT", NULL },
  { 0 },
};

static MokedCacheState *
copy_boxed (MokedCacheState *self)
{
  return moked_cache_state_copy (self);
}

G_DEFINE_BOXED_TYPE (MokedCacheState, moked_cache_state, copy_boxed, moked_cache_state_free)

const MokedSchemaPart moked_cache_state_schema = { "cache-state", NULL, migrations, NULL };

/**
 * moked_cache_state_read:
 * @session: a session without a business
 *
 * Returns: (transfer full) (nullable): where the copy stands; %NULL without an error for a cache that was
 *   never paired
 */
MokedCacheState *
moked_cache_state_read (MokedSession *session,
                        GError      **error)
{
  g_autoptr (MokedCacheState) self = g_new0 (MokedCacheState, 1);
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT business_id, user_id, client, epoch, cursor, last_n, load_epoch, load_head, load_entity, load_before, "
      "schema, load_names, past_epoch, (SELECT count(*) FROM sync_unread u WHERE u.business_id = s.business_id), "
      "scope, load_scope FROM cache_state s LIMIT 1",
      "");

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return NULL;
  self->business = moked_cursor_dup_text (cursor, 0);
  self->user_id = moked_cursor_dup_text (cursor, 1);
  self->client = moked_cursor_dup_text (cursor, 2);
  self->epoch = moked_cursor_dup_text (cursor, 3);
  self->cursor = moked_cursor_get_int (cursor, 4);
  self->last_n = moked_cursor_get_int (cursor, 5);
  self->load_epoch = moked_cursor_dup_text (cursor, 6);
  self->load_head = moked_cursor_get_int (cursor, 7);
  self->load_entity = moked_cursor_dup_text (cursor, 8);
  self->load_before = moked_cursor_dup_text (cursor, 9);
  self->schema = moked_cursor_dup_text (cursor, 10);
  self->load_names = moked_cursor_dup_text (cursor, 11);
  self->past_epoch = moked_cursor_dup_text (cursor, 12);
  self->n_unread = (guint) moked_cursor_get_int (cursor, 13);
  self->scope = moked_cursor_dup_text (cursor, 14);
  self->load_scope = moked_cursor_dup_text (cursor, 15);
  return g_steal_pointer (&self);
}

MokedCacheState *
moked_cache_state_copy (const MokedCacheState *self)
{
  MokedCacheState *copy = g_new (MokedCacheState, 1);

  *copy = *self;
  copy->business = g_strdup (self->business);
  copy->user_id = g_strdup (self->user_id);
  copy->client = g_strdup (self->client);
  copy->schema = g_strdup (self->schema);
  copy->epoch = g_strdup (self->epoch);
  copy->load_epoch = g_strdup (self->load_epoch);
  copy->load_entity = g_strdup (self->load_entity);
  copy->load_before = g_strdup (self->load_before);
  copy->load_names = g_strdup (self->load_names);
  copy->scope = g_strdup (self->scope);
  copy->load_scope = g_strdup (self->load_scope);
  copy->past_epoch = g_strdup (self->past_epoch);
  copy->load_sweep = g_strdup (self->load_sweep);
  return copy;
}

void
moked_cache_state_free (MokedCacheState *self)
{
  g_free (self->business);
  g_free (self->user_id);
  g_free (self->client);
  g_free (self->schema);
  g_free (self->epoch);
  g_free (self->load_epoch);
  g_free (self->load_entity);
  g_free (self->load_before);
  g_free (self->load_names);
  g_free (self->scope);
  g_free (self->load_scope);
  g_free (self->past_epoch);
  g_free (self->load_sweep);
  g_free (self);
}

/**
 * moked_cache_state_forget_epoch:
 *
 * Everything is to be listed again; the rows that are here remain of the life of the log that they are of.
 */
void
moked_cache_state_forget_epoch (MokedCacheState *self)
{
  if (self->epoch == NULL)
    return;
  g_free (self->past_epoch);
  self->past_epoch = g_steal_pointer (&self->epoch);
}

/**
 * moked_cache_state_write:
 * @session: a session of its business
 */
gboolean
moked_cache_state_write (const MokedCacheState *self,
                         MokedSession          *session,
                         GError               **error)
{
  return moked_session_exec (
      session, error,
      "INSERT INTO cache_state (business_id, user_id, client, epoch, cursor, last_n, load_epoch, load_head, load_entity, "
      "load_before, schema, load_names, past_epoch, scope, load_scope) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
      "ON CONFLICT (business_id) DO UPDATE SET user_id = excluded.user_id, client = excluded.client, "
      "epoch = excluded.epoch, cursor = excluded.cursor, last_n = excluded.last_n, load_epoch = excluded.load_epoch, "
      "load_head = excluded.load_head, load_entity = excluded.load_entity, load_before = excluded.load_before, "
      "schema = excluded.schema, load_names = excluded.load_names, past_epoch = excluded.past_epoch, "
      "scope = excluded.scope, load_scope = excluded.load_scope",
      "tttiitittttttt", self->user_id, self->client, self->epoch, self->cursor, self->last_n, self->load_epoch,
      self->load_head, self->load_entity, self->load_before, self->schema, self->load_names, self->past_epoch,
      self->scope, self->load_scope);
}

/**
 * moked_cache_state_begin_load:
 * @self: with `load_epoch`, `load_head` and `load_names` set to what the service said
 *
 * Begins to list everything.
 */
gboolean
moked_cache_state_begin_load (MokedCacheState   *self,
                              MokedSession      *session,
                              const MokedSchema *schema,
                              GError           **error)
{
  g_clear_pointer (&self->load_entity, g_free);
  g_clear_pointer (&self->load_before, g_free);
  self->n_unread = 0;
  return moked_session_exec (session, error, "DELETE FROM sync_unread WHERE business_id = $1", "") &&
         moked_cache_state_write (self, session, error);
}

static gboolean
apply_table (MokedSession      *session,
             const MokedSchema *schema,
             yyjson_val        *table,
             GError           **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (table, "entity")));

  return info == NULL || moked_outbox_confirm_rows (session, info, table, NULL, NULL, error);
}

static gboolean
apply_tables (MokedSession      *session,
              const MokedSchema *schema,
              yyjson_val        *answer,
              GError           **error)
{
  yyjson_arr_iter iter;
  yyjson_val *table;

  yyjson_arr_iter_init (yyjson_obj_get (answer, "tables"), &iter);
  while ((table = yyjson_arr_iter_next (&iter)) != NULL)
    if (!apply_table (session, schema, table, error))
      return FALSE;
  return TRUE;
}

/**
 * moked_cache_state_apply_front:
 * @front: what people see first
 *
 * Writes it to a copy that is still empty; the pages bring it again, with all else.
 */
gboolean
moked_cache_state_apply_front (MokedCacheState   *self,
                               MokedSession      *session,
                               const MokedSchema *schema,
                               yyjson_val        *front,
                               GError           **error)
{
  return apply_tables (session, schema, front, error);
}

/* --- what the service lacks --- */

/* The ids of a page's records. */
static GHashTable *
collect_ids (const MokedEntityInfo *info,
             yyjson_val            *page,
             GError               **error)
{
  g_autoptr (MokedEntityRows) rows = moked_entity_rows_new (info, page, error);
  GHashTable *ids;

  if (rows == NULL)
    return NULL;
  ids = g_hash_table_new (g_str_hash, g_str_equal);
  while (moked_entity_rows_next (rows))
    if (moked_entity_rows_get_id (rows) != NULL)
      g_hash_table_add (ids, (gpointer) moked_entity_rows_get_id (rows));
  return ids;
}

/* Returns (transfer full) the ids that the cache has in the page's range, at most SWEEP_ROWS. */
static GPtrArray *
list_cached (const MokedCacheState *self,
             MokedSession          *session,
             const MokedEntityInfo *info,
             const char            *next,
             GError               **error)
{
  gboolean same = g_strcmp0 (self->load_entity, info->name) == 0;
  const char *before = self->load_sweep != NULL ? self->load_sweep : same ? self->load_before : NULL;
  g_autofree char *sql = g_strdup_printf (
      "SELECT id FROM %s WHERE business_id = $1 AND id < $2 AND id >= $3 ORDER BY id DESC LIMIT %d",
      moked_entity_info_get_table (info), SWEEP_ROWS);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "tt", before != NULL ? before : "~",
                                                        next != NULL ? next : "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (ids, moked_cursor_dup_text (cursor, 0));
  if (local_error == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static gboolean
take_away (MokedCacheState       *self,
           MokedSession          *session,
           const MokedEntityInfo *info,
           const char            *id,
           GError               **error)
{
  g_autofree char *sql = NULL;

  if (moked_cache_state_has_new_rights (self))
    return moked_outbox_hide (session, info, id, error);
  sql = g_strdup_printf (
      "DELETE FROM %s WHERE business_id = $1 AND id = $2 AND NOT EXISTS (SELECT 1 FROM outbox_record r "
      "WHERE r.business_id = $1 AND r.entity = '%s' AND r.entity_id = $2)",
      moked_entity_info_get_table (info), info->name);
  if (!moked_session_exec (session, error, sql, "t", id))
    return FALSE;
  if (moked_session_get_changes (session) > 0)
    moked_session_mark_changed (session, info->name);
  return TRUE;
}

/* Deals with what the cache has in the page's range and the page has not. `load_sweep` is set while more is left. */
static gboolean
sweep (MokedCacheState       *self,
       MokedSession          *session,
       const MokedEntityInfo *info,
       yyjson_val            *page,
       GError               **error)
{
  const char *next = yyjson_get_str (yyjson_obj_get (page, "next"));
  g_autoptr (GPtrArray) cached = list_cached (self, session, info, next, error);
  g_autoptr (GHashTable) listed = NULL;

  if (cached == NULL)
    return FALSE;
  if (cached->len > 0 && (listed = collect_ids (info, page, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < cached->len; i++)
    {
      const char *id = g_ptr_array_index (cached, i);

      if (!g_hash_table_contains (listed, id) &&
          !(self->restored ? moked_outbox_recover_missing (session, info, id, self->past_epoch, error)
                           : take_away (self, session, info, id, error)))
        return FALSE;
    }
  g_set_str (&self->load_sweep, cached->len == SWEEP_ROWS ? g_ptr_array_index (cached, cached->len - 1) : NULL);
  return TRUE;
}

static gboolean
recover_changed (MokedSession *session,
                 MokedEntity  *listed,
                 gpointer      user_data,
                 GError      **error)
{
  const MokedCacheState *self = user_data;

  return moked_outbox_recover_changed (session, listed, self->past_epoch, self->kept_seq, error);
}

static gboolean
count_unread (MokedCacheState *self,
              MokedSession    *session,
              GError         **error)
{
  gint64 count = moked_outbox_count_unread (session, error);

  self->n_unread = (guint) MAX (count, 0);
  return count >= 0;
}

/* The next page begins below the last one, or the load would never end. */
static gboolean
check_next (const MokedCacheState *self,
            const MokedEntityInfo *info,
            const char            *next,
            GError               **error)
{
  gboolean same = g_strcmp0 (self->load_entity, info->name) == 0;

  if (next == NULL || !same || self->load_before == NULL || strcmp (next, self->load_before) < 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's pages of ‘%s’ do not go on", info->name);
  return FALSE;
}

/**
 * moked_cache_state_apply_page:
 * @page: the service's answer to a request for a page of a table
 *
 * Writes the page's records and how far the load came, together. Where the cache has much that the page has not,
 * that is dealt with first, in transactions of its own: @self has a `load_sweep` then, and the page is to be
 * applied again.
 */
gboolean
moked_cache_state_apply_page (MokedCacheState   *self,
                              MokedSession      *session,
                              const MokedSchema *schema,
                              yyjson_val        *page,
                              GError           **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (page, "entity")));
  const char *next = yyjson_get_str (yyjson_obj_get (page, "next"));

  if (info == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "A page without a known ‘entity’");
      return FALSE;
    }
  if (!check_next (self, info, next, error) || !sweep (self, session, info, page, error))
    return FALSE;
  if (self->load_sweep != NULL)
    return TRUE;
  if (!moked_outbox_confirm_rows (session, info, page, self->restored ? recover_changed : NULL, self, error))
    return FALSE;
  g_set_str (&self->load_entity, info->name);
  g_set_str (&self->load_before, next);
  return count_unread (self, session, error) && moked_cache_state_write (self, session, error);
}

/**
 * moked_cache_state_finish_load:
 *
 * Everything was listed: the copy stands where the log stood when the load began, and a pull brings the
 * rest.
 */
gboolean
moked_cache_state_finish_load (MokedCacheState   *self,
                               MokedSession      *session,
                               const MokedSchema *schema,
                               GError           **error)
{
  g_free (self->epoch);
  self->epoch = g_steal_pointer (&self->load_epoch);
  self->cursor = self->load_head;
  g_clear_pointer (&self->load_entity, g_free);
  g_clear_pointer (&self->load_before, g_free);
  g_clear_pointer (&self->load_names, g_free);
  g_clear_pointer (&self->past_epoch, g_free);
  g_free (self->scope);
  self->scope = g_steal_pointer (&self->load_scope);
  self->restored = FALSE;
  /* What waits was made above changes that the service may have lost; others follow under the same numbers. */
  return moked_session_exec (session, error, "UPDATE outbox SET base = $2 WHERE business_id = $1 AND base > $2", "i",
                             self->cursor) &&
         moked_cache_state_write (self, session, error);
}

/**
 * moked_cache_state_has_new_rights:
 *
 * Returns: whether the load under way is with other rights than those that the copy was made with
 */
gboolean
moked_cache_state_has_new_rights (const MokedCacheState *self)
{
  return self->scope != NULL && self->load_scope != NULL && strcmp (self->scope, self->load_scope) != 0;
}

static gboolean
apply_row (MokedSession          *session,
           const MokedEntityInfo *info,
           yyjson_val            *row,
           GError               **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (row, "id"));

  if (id != NULL)
    return moked_outbox_confirm (session, info, id, row, error);
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "A record without ‘id’");
  return FALSE;
}

/* A record as it is now, or one that the user sees no more, with its parts. */
static gboolean
apply_item (MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *item,
            GError           **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (item, "entity")));
  const char *removed = yyjson_get_str (yyjson_obj_get (item, "remove"));

  if (info == NULL)
    return TRUE;
  if (removed != NULL)
    return moked_outbox_hide_whole (session, schema, info, removed, error);
  return apply_row (session, info, yyjson_obj_get (item, "row"), error);
}

/**
 * moked_cache_state_apply_pull:
 * @pull: the service's answer to a pull
 *
 * Writes the changed records and the new cursor, together. A kind of record that this program does not
 * know is passed over; a newer program lists everything again.
 */
gboolean
moked_cache_state_apply_pull (MokedCacheState   *self,
                              MokedSession      *session,
                              const MokedSchema *schema,
                              yyjson_val        *pull,
                              GError           **error)
{
  yyjson_arr_iter iter;
  yyjson_val *item;
  gint64 until;

  if (!moked_json_get_int (pull, "until", &until, error))
    return FALSE;
  if (!apply_tables (session, schema, pull, error))
    return FALSE;
  yyjson_arr_iter_init (yyjson_obj_get (pull, "rows"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    if (!apply_item (session, schema, item, error))
      return FALSE;
  self->cursor = until;
  return count_unread (self, session, error) && moked_cache_state_write (self, session, error);
}
