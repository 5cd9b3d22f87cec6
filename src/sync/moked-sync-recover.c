/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log-epoch.h"
#include "sync/moked-sync-server-private.h"

/* After a restore from a backup the desktops still have what happened since the backup was made, and give it back,
 * record by record. Several may have the same one: the newest version counts. What people did after the restore
 * stays, field by field, and value by value of a set. */

typedef struct
{
  const MokedEntityInfo *info;
  MokedEntity           *lost;   /* as the desktop has it; its sets with what people did since */
  MokedEntity           *before; /* as the service has it; NULL: not at all */
  gint64                 since;  /* the last change that the backup had; -1: not known */
  gboolean               touched; /* deleted or restored by people since */
  GPtrArray             *fields; /* MokedField, but for sets: set by people since */
} Recovery;

static void
clear_recovery (Recovery *self)
{
  g_clear_object (&self->lost);
  g_clear_object (&self->before);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recovery, clear_recovery)

static gboolean
read_since (Recovery     *self,
            MokedSession *session,
            yyjson_val   *op,
            GError      **error)
{
  const char *epoch = yyjson_get_str (yyjson_obj_get (op, "epoch"));
  gboolean restored;

  if (!moked_change_log_find_lost (session, epoch, &restored, &self->since, error))
    return FALSE;
  if (restored)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "The change log has lost nothing");
  return FALSE;
}

/* Does with a set of the lost record what somebody did who had it @old and left it @new. */
static void
repeat_change (Recovery         *self,
               const MokedField *field,
               const char       *old,
               const char       *new)
{
  g_autofree char *set = moked_entity_dup_field_text (self->lost, field);
  g_autofree char *removed = moked_set_merge (old, NULL, new);
  g_autofree char *added = moked_set_merge (new, NULL, old);
  g_autofree char *merged = moked_set_merge (set, added, removed);

  moked_entity_set_field_text (self->lost, field, merged);
}

/* What people did with the record since the restore. */
static gboolean
read_later_changes (Recovery     *self,
                    MokedSession *session,
                    GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT c.kind, f.field, f.old, f.new FROM change c "
      "LEFT JOIN change_field f ON f.business_id = c.business_id AND f.seq = c.seq "
      "WHERE c.business_id = $1 AND c.entity = $2 AND c.entity_id = $3 AND c.seq > $4 AND c.origin <> 'recover' "
      "ORDER BY c.seq",
      "tti", self->info->name, moked_entity_get_id (self->lost), self->since);

  if (cursor == NULL)
    return FALSE;
  self->fields = g_ptr_array_new ();
  while (moked_cursor_next (cursor, &local_error))
    {
      const char *name = moked_cursor_get_text (cursor, 1);
      const MokedField *field = name != NULL ? moked_entity_info_find_field (self->info, name) : NULL;

      self->touched = self->touched || g_strcmp0 (moked_cursor_get_text (cursor, 0), "update") != 0;
      if (field != NULL && field->kind == MOKED_FIELD_SET)
        repeat_change (self, field, moked_cursor_get_text (cursor, 2), moked_cursor_get_text (cursor, 3));
      else if (field != NULL)
        g_ptr_array_add (self->fields, (gpointer) field);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Whether the record's tombstone went, in its time: the log knows it still. */
static gboolean
was_purged (Recovery     *self,
            MokedSession *session,
            gboolean     *out_purged,
            GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT kind FROM change WHERE business_id = $1 AND entity = $2 AND entity_id = $3 ORDER BY seq DESC LIMIT 1",
      "tt", self->info->name, moked_entity_get_id (self->lost));

  if (cursor == NULL)
    return FALSE;
  *out_purged = moked_cursor_next (cursor, &local_error) && g_str_equal (moked_cursor_get_text (cursor, 0), "delete");
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Whether the desktop's record is newer than what the service has got until now. */
static gboolean
is_newer (Recovery     *self,
          MokedSession *session,
          gboolean     *out_newer,
          GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT version FROM sync_recovered WHERE business_id = $1 AND entity = $2 AND entity_id = $3", "tt",
      self->info->name, moked_entity_get_id (self->lost));
  gint64 known;

  if (cursor == NULL)
    return FALSE;
  known = moked_cursor_next (cursor, &local_error) ? moked_cursor_get_int (cursor, 0) : self->since;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *out_newer = self->since >= 0 && moked_entity_get_version (self->lost) > known;
  if (self->before != NULL)
    return TRUE;
  if (!was_purged (self, session, out_newer, error))
    return FALSE;
  *out_newer = !*out_newer;
  return TRUE;
}

static gboolean
note_recovered (Recovery     *self,
                MokedSession *session,
                gint64        version,
                GError      **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO sync_recovered (business_id, entity, entity_id, version) "
                             "VALUES ($1, $2, $3, $4) ON CONFLICT (business_id, entity, entity_id) "
                             "DO UPDATE SET version = excluded.version",
                             "tti", self->info->name, moked_entity_get_id (self->lost), version);
}

/* The record with what people did since; (transfer full). */
static MokedEntity *
merge (Recovery *self)
{
  MokedEntity *after = moked_entity_copy (self->lost);

  if (self->before == NULL)
    return after;
  for (guint i = 0; i < self->info->n_fields; i++)
    if (g_ptr_array_find (self->fields, &self->info->fields[i], NULL))
      moked_entity_copy_field (after, self->before, &self->info->fields[i]);
  return after;
}

static gboolean
put_back (Recovery         *self,
          MokedSession     *session,
          const MokedActor *actor,
          GError          **error)
{
  gboolean is_deleted = self->before != NULL && moked_entity_is_deleted (self->before);
  g_autoptr (MokedEntity) after = NULL;

  if (self->touched ? is_deleted : moked_entity_is_deleted (self->lost))
    return is_deleted || self->before == NULL || moked_change_log_delete (session, self->before, actor, error);
  after = merge (self);
  return moked_entity_validate (after, error) && moked_change_log_save (session, after, actor, error);
}

/* Who may not see the record gives nothing back to it; and who decides what others may do, nobody else gives back. */
static gboolean
may_recover (Recovery       *self,
             MokedSyncScope *scope,
             MokedSession   *session,
             gboolean       *out_may,
             GError        **error)
{
  gboolean sees = TRUE;

  *out_may = !self->info->managed || moked_sync_scope_get_manages (scope);
  if (self->before != NULL && !moked_sync_scope_sees (scope, session, self->before, &sees, error))
    return FALSE;
  if (!sees)
    moked_sync_scope_refuse (error);
  return sees;
}

/* Applies `{"op": "recover", "entity", "id", "epoch", "row"}`: the record as a desktop saw it in another life of the
 * log. What the service itself has written is given back as well: only desktops have it any more. */
gboolean
moked_sync_push_recover (MokedSyncPush         *push,
                         MokedSession          *session,
                         const MokedEntityInfo *info,
                         const char            *id,
                         yyjson_val            *op,
                         GError               **error)
{
  g_auto (Recovery) recovery = { info, NULL };
  MokedActor actor = { push->user_id, "recover", push->actor.mutation_id };
  gboolean newer, may;
  gint64 version;

  recovery.lost = moked_entity_new_from_json (info, yyjson_obj_get (op, "row"), error);
  if (recovery.lost == NULL)
    return FALSE;
  if (g_strcmp0 (moked_entity_get_id (recovery.lost), id) != 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "‘row’ is of another record");
      return FALSE;
    }
  version = moked_entity_get_version (recovery.lost);
  if (!read_since (&recovery, session, op, error) ||
      !moked_entity_store_load_if_any (session, info, id, &recovery.before, error) ||
      !may_recover (&recovery, push->scope, session, &may, error) || !is_newer (&recovery, session, &newer, error))
    return FALSE;
  return !newer || !may ||
         (read_later_changes (&recovery, session, error) && put_back (&recovery, session, &actor, error) &&
          note_recovered (&recovery, session, version, error));
}
