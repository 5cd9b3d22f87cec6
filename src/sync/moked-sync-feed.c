/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-entity-store.h"
#include "sync/moked-sync-server-private.h"

/* What changed between two points of the log, as one user may see it.
 *
 * Records are told as they are now. For who does not see all: a record that is seen no more is told to be removed, if
 * it was seen at any time since the cursor (others are not mentioned), and the desktop removes its parts with it. With
 * a record that may have been hidden until now come its parts, which were perhaps not touched themselves. It is enough
 * to look at changes of the one field that decides: whatever the desktop has was seen when it got it, and whatever
 * became visible or hidden since then did so by such a change, of the record itself or of the one it is a part of. */

/* A page ends after the change that makes it longer than this. */
#define FEED_ROWS 8000

typedef struct
{
  MokedSyncServer *server;
  MokedSyncScope  *scope;
  MokedSession    *session;
  gint64           since;
  gint64           until;
  yyjson_mut_doc  *doc;
  yyjson_mut_val  *rows;
} Feed;

static void
add_row (Feed        *self,
         MokedEntity *entity)
{
  yyjson_mut_val *item = yyjson_mut_arr_add_obj (self->doc, self->rows);

  yyjson_mut_obj_add_str (self->doc, item, "entity", moked_entity_get_info (entity)->name);
  yyjson_mut_obj_add_val (self->doc, item, "row", moked_entity_to_json (entity, self->doc));
}

static void
add_removal (Feed        *self,
             MokedEntity *entity)
{
  yyjson_mut_val *item = yyjson_mut_arr_add_obj (self->doc, self->rows);

  yyjson_mut_obj_add_str (self->doc, item, "entity", moked_entity_get_info (entity)->name);
  yyjson_mut_obj_add_strcpy (self->doc, item, "remove", moked_entity_get_id (entity));
}

/* --- parts --- */

static gboolean
add_parts_of_kind (Feed                  *self,
                   const MokedEntityInfo *part,
                   MokedEntity           *whole,
                   GError               **error)
{
  const MokedEntityInfo *of;
  const MokedField *field = moked_sync_scope_find_field (self->server->schema, part, &of);
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *tail = NULL;

  if (of != moked_entity_get_info (whole))
    return TRUE;
  tail = g_strdup_printf ("WHERE e.business_id = $1 AND e.%s = $2 AND e.deleted_at IS NULL", field->name);
  found = moked_entity_store_list (self->session, part, error, tail, "t", moked_entity_get_id (whole));
  for (guint i = 0; found != NULL && i < found->len; i++)
    add_row (self, g_ptr_array_index (found, i));
  return found != NULL;
}

static gboolean
add_parts (Feed        *self,
           MokedEntity *whole,
           GError     **error)
{
  const MokedSchemaPart *const *parts = self->server->schema->parts;

  for (guint p = 0; parts[p] != NULL; p++)
    for (guint e = 0; parts[p]->entities != NULL && parts[p]->entities[e] != NULL; e++)
      if (!add_parts_of_kind (self, parts[p]->entities[e], whole, error))
        return FALSE;
  return TRUE;
}

/* --- what became visible or hidden --- */

static MokedCursor *
list_decisions (Feed                  *self,
                const MokedEntityInfo *info,
                const char            *id,
                const MokedField      *field,
                GError               **error)
{
  return moked_session_query (self->session, error,
                              "SELECT c.seq, c.kind, f.old FROM change c LEFT JOIN change_field f "
                              "ON f.business_id = c.business_id AND f.seq = c.seq AND f.field = $5 "
                              "WHERE c.business_id = $1 AND c.entity = $2 AND c.entity_id = $3 AND c.seq > $4 "
                              "AND (c.kind = 'create' OR f.seq IS NOT NULL)",
                              "ttit", info->name, id, self->since, field->name);
}

static gboolean
is_own (Feed       *self,
        const char *user_id)
{
  return user_id == NULL || *user_id == '\0' || g_str_equal (user_id, moked_sync_scope_get_user_id (self->scope));
}

/* Whether a record that is seen now may have been hidden at some time since the cursor. */
static gboolean
was_hidden (Feed        *self,
            MokedEntity *entity,
            gboolean    *out_hidden,
            GError     **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity), *whole;
  const MokedField *field = moked_sync_scope_find_field (self->server->schema, info, &whole);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = NULL;

  *out_hidden = FALSE;
  if (field == NULL)
    return TRUE;
  cursor = list_decisions (self, info, moked_entity_get_id (entity), field, error);
  if (cursor == NULL)
    return FALSE;
  while (!*out_hidden && moked_cursor_next (cursor, &local_error))
    *out_hidden = moked_cursor_get_int (cursor, 0) <= self->until &&
                  (whole != NULL || g_str_equal (moked_cursor_get_text (cursor, 1), "create") ||
                   !is_own (self, moked_cursor_get_text (cursor, 2)));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean was_seen (Feed                  *self,
                          const MokedEntityInfo *info,
                          const char            *id,
                          gboolean              *out_seen,
                          GError               **error);

/* Whether the record that a part belonged to is seen, or was. */
static gboolean
was_seen_whole (Feed                  *self,
                const MokedEntityInfo *whole,
                const char            *id,
                gboolean              *out_seen,
                GError               **error)
{
  g_autoptr (MokedEntity) entity = NULL;

  if (!moked_entity_store_load_if_any (self->session, whole, id, &entity, error) ||
      (entity != NULL && !moked_sync_scope_sees (self->scope, self->session, entity, out_seen, error)))
    return FALSE;
  return *out_seen || was_seen (self, whole, id, out_seen, error);
}

/* Whether a record that is hidden now was seen at some time since the cursor, by what it was itself. */
static gboolean
was_seen (Feed                  *self,
          const MokedEntityInfo *info,
          const char            *id,
          gboolean              *out_seen,
          GError               **error)
{
  const MokedEntityInfo *whole;
  const MokedField *field = moked_sync_scope_find_field (self->server->schema, info, &whole);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = list_decisions (self, info, id, field, error);

  *out_seen = FALSE;
  if (cursor == NULL)
    return FALSE;
  while (!*out_seen && moked_cursor_next (cursor, &local_error))
    {
      const char *old = moked_cursor_get_text (cursor, 2);

      if (g_str_equal (moked_cursor_get_text (cursor, 1), "create"))
        continue; /* there was nothing before */
      if (whole == NULL || old == NULL || *old == '\0')
        *out_seen = is_own (self, old);
      else if (!was_seen_whole (self, whole, old, out_seen, error))
        return FALSE;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* --- the page --- */

static gboolean
add_seen (Feed        *self,
          MokedEntity *entity,
          GError     **error)
{
  gboolean hidden;

  add_row (self, entity);
  return was_hidden (self, entity, &hidden, error) && (!hidden || add_parts (self, entity, error));
}

static gboolean
add_changed (Feed        *self,
             MokedEntity *entity,
             GError     **error)
{
  gboolean sees, was = FALSE;

  if (!moked_sync_scope_is_narrow (self->scope))
    {
      add_row (self, entity);
      return TRUE;
    }
  if (!moked_sync_scope_sees (self->scope, self->session, entity, &sees, error))
    return FALSE;
  if (sees)
    return add_seen (self, entity, error);
  if (!was_seen (self, moked_entity_get_info (entity), moked_entity_get_id (entity), &was, error))
    return FALSE;
  if (was)
    add_removal (self, entity);
  return TRUE;
}

/* Adds what changed in (@since, @until] to @rows. @until becomes less when the page is full before. */
gboolean
moked_sync_feed_add (MokedSyncServer *server,
                     MokedSyncScope  *scope,
                     MokedSession    *session,
                     gint64           since,
                     gint64          *until,
                     yyjson_mut_doc  *doc,
                     yyjson_mut_val  *rows,
                     GError         **error)
{
  Feed self = { server, scope, session, since, *until, doc, rows };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT entity, entity_id, max(seq) FROM change WHERE business_id = $1 AND seq > $2 "
                           "AND seq <= $3 GROUP BY entity, entity_id ORDER BY 3",
                           "ii", since, *until);

  if (cursor == NULL)
    return FALSE;
  while (yyjson_mut_arr_size (rows) < FEED_ROWS && moked_cursor_next (cursor, &local_error))
    {
      const MokedEntityInfo *info = moked_schema_find_entity (server->schema, moked_cursor_get_text (cursor, 0));
      g_autoptr (MokedEntity) entity = NULL;

      if (info == NULL)
        continue;
      entity = moked_entity_store_load (session, info, moked_cursor_get_text (cursor, 1), error);
      if (entity == NULL || !add_changed (&self, entity, error))
        return FALSE;
      /* What was touched again later comes with a later page. */
      if (yyjson_mut_arr_size (rows) >= FEED_ROWS)
        *until = moked_cursor_get_int (cursor, 2);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
