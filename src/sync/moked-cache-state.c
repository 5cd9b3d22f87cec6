/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-cache-state.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-outbox.h"

/* A load lists every table page by page and may be interrupted anywhere. When the cache had rows before
 * (the service's log began anew, or an earlier load was given up), `sync_stale` holds those that the listing
 * has not met yet; what is left at the end is gone from the service. Records with unconfirmed edits are never
 * taken away. */

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
  { 0 },
};

static MokedCacheState *
copy_boxed (MokedCacheState *self)
{
  return moked_cache_state_copy (self);
}

G_DEFINE_BOXED_TYPE (MokedCacheState, moked_cache_state, copy_boxed, moked_cache_state_free)

const MokedSchemaPart moked_cache_state_schema = { "cache-state", NULL, migrations, NULL };

typedef gboolean (*EntityFunc) (MokedSession          *session,
                                const MokedEntityInfo *info,
                                GError               **error);

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
      "schema, load_names, (SELECT count(*) FROM sync_unread u WHERE u.business_id = s.business_id) "
      "FROM cache_state s LIMIT 1",
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
  self->n_unread = (guint) moked_cursor_get_int (cursor, 12);
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
  g_free (self);
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
      "load_before, schema, load_names) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
      "ON CONFLICT (business_id) DO UPDATE SET user_id = excluded.user_id, client = excluded.client, "
      "epoch = excluded.epoch, cursor = excluded.cursor, last_n = excluded.last_n, load_epoch = excluded.load_epoch, "
      "load_head = excluded.load_head, load_entity = excluded.load_entity, load_before = excluded.load_before, "
      "schema = excluded.schema, load_names = excluded.load_names",
      "tttiititttt", self->user_id, self->client, self->epoch, self->cursor, self->last_n, self->load_epoch,
      self->load_head, self->load_entity, self->load_before, self->schema, self->load_names);
}

static gboolean
for_each_entity (const MokedSchema *schema,
                 MokedSession      *session,
                 EntityFunc         func,
                 GError           **error)
{
  for (guint p = 0; schema->parts[p] != NULL; p++)
    for (guint e = 0; schema->parts[p]->entities != NULL && schema->parts[p]->entities[e] != NULL; e++)
      if (!func (session, schema->parts[p]->entities[e], error))
        return FALSE;
  return TRUE;
}

static gboolean
mark_stale (MokedSession          *session,
            const MokedEntityInfo *info,
            GError               **error)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO sync_stale (business_id, entity, entity_id) SELECT business_id, '%s', id FROM %s e "
      "WHERE business_id = $1 AND NOT EXISTS (SELECT 1 FROM outbox_record r WHERE r.business_id = e.business_id "
      "AND r.entity = '%s' AND r.entity_id = e.id) ON CONFLICT DO NOTHING",
      info->name, info->name, info->name);

  return moked_session_exec (session, error, sql, "");
}

static gboolean
remove_stale (MokedSession          *session,
              const MokedEntityInfo *info,
              GError               **error)
{
  g_autofree char *sql = g_strdup_printf (
      "DELETE FROM %s WHERE business_id = $1 AND id IN ("
      "SELECT entity_id FROM sync_stale s WHERE s.business_id = $1 AND s.entity = '%s' AND NOT EXISTS ("
      "SELECT 1 FROM outbox_record r WHERE r.business_id = $1 AND r.entity = '%s' AND r.entity_id = s.entity_id))",
      info->name, info->name, info->name);

  if (!moked_session_exec (session, error, sql, ""))
    return FALSE;
  if (moked_session_get_changes (session) > 0)
    moked_session_mark_changed (session, info->name);
  return TRUE;
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
  return moked_session_exec (session, error, "DELETE FROM sync_stale WHERE business_id = $1", "") &&
         moked_session_exec (session, error, "DELETE FROM sync_unread WHERE business_id = $1", "") &&
         for_each_entity (schema, session, mark_stale, error) && moked_cache_state_write (self, session, error);
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

static gboolean
has_stale (MokedSession          *session,
           const MokedEntityInfo *info,
           gboolean              *out_any,
           GError               **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT EXISTS (SELECT 1 FROM sync_stale WHERE business_id = $1 AND entity = $2)", "t",
      info->name);

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  *out_any = moked_cursor_get_int (cursor, 0) != 0;
  return TRUE;
}

static gboolean
clear_stale (MokedSession          *session,
             const MokedEntityInfo *info,
             yyjson_val            *row,
             GError               **error)
{
  return moked_session_exec (session, error,
                             "DELETE FROM sync_stale WHERE business_id = $1 AND entity = $2 AND entity_id = $3", "tt",
                             info->name, yyjson_get_str (yyjson_obj_get (row, "id")));
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
 * Writes the page's records and how far the load came, together.
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
  gboolean stale;
  yyjson_arr_iter iter;
  yyjson_val *row;

  if (info == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "A page without a known ‘entity’");
      return FALSE;
    }
  if (!check_next (self, info, next, error) || !has_stale (session, info, &stale, error))
    return FALSE;
  yyjson_arr_iter_init (yyjson_obj_get (page, "rows"), &iter);
  while ((row = yyjson_arr_iter_next (&iter)) != NULL)
    if (!apply_row (session, info, row, error) || (stale && !clear_stale (session, info, row, error)))
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
  if (!for_each_entity (schema, session, remove_stale, error))
    return FALSE;
  g_free (self->epoch);
  self->epoch = g_steal_pointer (&self->load_epoch);
  self->cursor = self->load_head;
  g_clear_pointer (&self->load_entity, g_free);
  g_clear_pointer (&self->load_before, g_free);
  g_clear_pointer (&self->load_names, g_free);
  /* What waits was made above changes that the service may have lost; others follow under the same numbers. */
  return moked_session_exec (session, error, "UPDATE outbox SET base = $2 WHERE business_id = $1 AND base > $2", "i",
                             self->cursor) &&
         moked_session_exec (session, error, "DELETE FROM sync_stale WHERE business_id = $1", "") &&
         moked_cache_state_write (self, session, error);
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
  yyjson_arr_iter_init (yyjson_obj_get (pull, "rows"), &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (item, "entity")));

      if (info != NULL && !apply_row (session, info, yyjson_obj_get (item, "row"), error))
        return FALSE;
    }
  self->cursor = until;
  return count_unread (self, session, error) && moked_cache_state_write (self, session, error);
}
