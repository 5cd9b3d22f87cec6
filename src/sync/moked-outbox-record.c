/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-outbox-private.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "store/moked-entity-store.h"

/* While operations on a record are under way, `outbox_base` holds the record as the service last confirmed
 * it (NULL: it has none), and the cache's row is that with the operations on top, in their order. Whenever
 * either changes (a confirmed row arrives, an operation is confirmed, rejected, cancelled or tried again)
 * the row is made anew from the two, so that a person's own edit never flickers back and nothing of a
 * cancelled one stays. */

static void
free_record (gpointer data)
{
  MokedOutboxRecord *record = data;

  g_free (record->id);
  g_free (record);
}

char *
moked_outbox_write_json (yyjson_mut_val *value)
{
  char *malloced = yyjson_mut_val_write (value, YYJSON_WRITE_NOFLAG, NULL);
  char *text = g_strdup (malloced);

  free (malloced);
  return text;
}

/* Notes that @mutation_id has operations on a record, which is @before now (NULL: not there). */
gboolean
moked_outbox_note_record (MokedSession          *session,
                          const MokedEntityInfo *info,
                          const char            *id,
                          const char            *mutation_id,
                          MokedEntity           *before,
                          GError               **error)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  g_autofree char *row = before != NULL ? moked_outbox_write_json (moked_entity_to_json (before, doc)) : NULL;

  return moked_session_exec (session, error,
                             "INSERT INTO outbox_record (business_id, entity, entity_id, mutation_id) "
                             "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                             "ttt", info->name, id, mutation_id) &&
         moked_session_exec (session, error,
                             "INSERT INTO outbox_base (business_id, entity, entity_id, row) VALUES ($1, $2, $3, $4) "
                             "ON CONFLICT DO NOTHING",
                             "ttt", info->name, id, row);
}

/* Returns (element-type MokedOutboxRecord) the records that a mutation is noted for. */
GPtrArray *
moked_outbox_list_records (MokedSession      *session,
                           const MokedSchema *schema,
                           const char        *mutation_id,
                           GError           **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (free_record);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT entity, entity_id FROM outbox_record WHERE business_id = $1 AND mutation_id = $2", "t",
      mutation_id);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      const MokedEntityInfo *info = moked_schema_find_entity (schema, moked_cursor_get_text (cursor, 0));
      MokedOutboxRecord *record;

      if (info == NULL)
        continue;
      record = g_new (MokedOutboxRecord, 1);
      *record = (MokedOutboxRecord) { info, moked_cursor_dup_text (cursor, 1) };
      g_ptr_array_add (records, record);
    }
  if (local_error == NULL)
    return g_steal_pointer (&records);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* --- a record and the operations on it --- */

typedef struct
{
  const MokedEntityInfo *info;
  const char            *id;
  MokedEntity           *entity;       /* NULL: there is none */
  gint64                 base_version; /* 0: the service has none */
  gint64                 made_at;      /* of the mutation */
  gboolean               not_done;     /* the mutation was rejected, or is held */
  gboolean               cancelled;    /* the mutation */
  guint                  n_mutations;
} Picture;

static void
set_fields (Picture    *picture,
            yyjson_val *op)
{
  g_autoptr (GError) error = NULL;

  if (picture->entity == NULL)
    {
      picture->entity = moked_entity_new (picture->info, picture->id);
      moked_entity_set_created_at (picture->entity, picture->made_at);
    }
  /* Made by a program with other fields, perhaps: the service will say what it thinks of it. */
  if (!moked_entity_apply_json (picture->entity, yyjson_obj_get (op, "fields"), MOKED_FIELD_NONE, &error))
    g_message ("An operation that waits cannot be shown: %s", error->message);
}

/* What was not done is seen no more, but for the picture of something that only the command would have made:
 * people see what was not done. Any picture goes when the service's own row arrives. */
static gboolean
shows (Picture    *picture,
       yyjson_val *op,
       const char *kind)
{
  if (picture->cancelled)
    return FALSE;
  if (strcmp (kind, "overlay") == 0)
    return yyjson_get_sint (yyjson_obj_get (op, "over")) == picture->base_version &&
           (!picture->not_done || picture->base_version == 0);
  if (picture->not_done)
    return FALSE;
  if (strcmp (kind, "recover") == 0)
    return TRUE;
  if (strcmp (kind, "save") == 0)
    return picture->entity != NULL || !yyjson_get_bool (yyjson_obj_get (op, "exists"));
  return picture->entity != NULL;
}

/* What the service lost is seen until it has it again. */
static void
set_recovered (Picture    *picture,
               yyjson_val *op)
{
  MokedEntity *recovered = moked_entity_new_from_json (picture->info, yyjson_obj_get (op, "row"), NULL);

  if (recovered == NULL)
    return;
  g_clear_object (&picture->entity);
  picture->entity = recovered;
  moked_entity_set_version (recovered, picture->base_version);
}

static void
draw_op (Picture    *picture,
         yyjson_val *op)
{
  const char *kind = yyjson_get_str (yyjson_obj_get (op, "op"));

  if (kind == NULL || g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "entity")), picture->info->name) != 0 ||
      g_strcmp0 (yyjson_get_str (yyjson_obj_get (op, "id")), picture->id) != 0 || !shows (picture, op, kind))
    return;
  if (strcmp (kind, "delete") == 0)
    moked_entity_set_deleted_at (picture->entity, picture->made_at);
  else if (strcmp (kind, "restore") == 0)
    moked_entity_set_deleted_at (picture->entity, 0);
  else if (strcmp (kind, "recover") == 0)
    set_recovered (picture, op);
  else
    set_fields (picture, op);
}

static void
draw_mutation (Picture     *picture,
               MokedCursor *cursor)
{
  const char *json = moked_cursor_get_text (cursor, 0);
  const char *state = moked_cursor_get_text (cursor, 1);
  g_autoptr (yyjson_doc) ops = yyjson_read (json, strlen (json), 0);
  yyjson_arr_iter iter;
  yyjson_val *op;

  picture->not_done = strcmp (state, "rejected") == 0 || strcmp (state, "held") == 0;
  picture->cancelled = strcmp (state, "cancelled") == 0;
  picture->made_at = moked_cursor_get_int (cursor, 2);
  picture->n_mutations++;
  yyjson_arr_iter_init (yyjson_doc_get_root (ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    draw_op (picture, op);
}

static gboolean
draw_mutations (Picture      *picture,
                MokedSession *session,
                GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT o.ops, o.state, o.made_at FROM outbox_record r "
      "JOIN outbox o ON o.business_id = r.business_id AND o.id = r.mutation_id "
      "WHERE r.business_id = $1 AND r.entity = $2 AND r.entity_id = $3 ORDER BY o.position",
      "tt", picture->info->name, picture->id);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    draw_mutation (picture, cursor);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Returns FALSE without an error when nothing is known of operations on the record. */
static gboolean
read_base (Picture      *picture,
           MokedSession *session,
           GError      **error)
{
  g_autoptr (yyjson_doc) doc = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT row FROM outbox_base WHERE business_id = $1 AND entity = $2 AND entity_id = $3", "tt",
                           picture->info->name, picture->id);
  const char *row;

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  row = moked_cursor_get_text (cursor, 0);
  if (row == NULL)
    return TRUE;
  doc = yyjson_read (row, strlen (row), 0);
  picture->entity = moked_entity_new_from_json (picture->info, yyjson_doc_get_root (doc), NULL);
  picture->base_version = picture->entity != NULL ? moked_entity_get_version (picture->entity) : 0;
  return picture->entity != NULL; /* from another version of the program: the row stays as it is */
}

/* Makes the cache's row of a record anew. */
gboolean
moked_outbox_rebuild (MokedSession          *session,
                      const MokedEntityInfo *info,
                      const char            *id,
                      GError               **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedEntity) entity = NULL;
  Picture picture = { info, id, NULL };
  gboolean drawn;

  if (!read_base (&picture, session, &local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  drawn = draw_mutations (&picture, session, error);
  entity = picture.entity;
  if (!drawn ||
      (picture.n_mutations == 0 &&
       !moked_session_exec (session, error,
                            "DELETE FROM outbox_base WHERE business_id = $1 AND entity = $2 AND entity_id = $3", "tt",
                            info->name, id)))
    return FALSE;
  return entity != NULL ? moked_entity_store_put (session, entity, error)
                        : moked_entity_store_remove (session, info, id, error);
}

gboolean
moked_outbox_rebuild_all (MokedSession *session,
                          GPtrArray    *records,
                          GError      **error)
{
  for (guint i = 0; i < records->len; i++)
    {
      MokedOutboxRecord *record = g_ptr_array_index (records, i);

      if (!moked_outbox_rebuild (session, record->info, record->id, error))
        return FALSE;
    }
  return TRUE;
}
