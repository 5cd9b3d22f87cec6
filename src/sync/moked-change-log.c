/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-change-log.h"

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log-epoch.h"

/* The one append-only log: what a desktop pulls, who did what, how a record came to be as it is, and what
 * a late mutation collides with. `seq` grows by one for each change of a business, under the lock of the
 * business's row, so that a reader never passes over one that commits later. */

static const MokedMigration migrations[] = {
  { 1,
    "CREATE TABLE business_seq (business_id TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq BIGINT NOT NULL)"
    "\n;\n"
    "CREATE TABLE change (business_id TEXT NOT NULL, seq BIGINT NOT NULL, entity TEXT NOT NULL, "
    "entity_id TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT, origin TEXT NOT NULL, mutation_id TEXT, "
    "at BIGINT NOT NULL, PRIMARY KEY (business_id, seq))"
    "\n;\n"
    "CREATE INDEX change_by_record ON change (business_id, entity, entity_id, seq)"
    "\n;\n"
    "CREATE TABLE change_field (business_id TEXT NOT NULL, seq BIGINT NOT NULL, field TEXT NOT NULL, "
    "old TEXT, new TEXT, PRIMARY KEY (business_id, seq, field))",
    "CREATE TRIGGER change_is_kept BEFORE DELETE ON change BEGIN "
    "SELECT raise (ABORT, 'the change log is append-only'); END"
    "\n;\n"
    "CREATE TRIGGER change_is_fixed BEFORE UPDATE ON change BEGIN "
    "SELECT raise (ABORT, 'the change log is append-only'); END"
    "\n;\n"
    "CREATE TRIGGER change_field_is_kept BEFORE DELETE ON change_field BEGIN "
    "SELECT raise (ABORT, 'the change log is append-only'); END"
    "\n;\n"
    "CREATE TRIGGER change_field_is_fixed BEFORE UPDATE ON change_field BEGIN "
    "SELECT raise (ABORT, 'the change log is append-only'); END",
    "CREATE FUNCTION change_is_kept () RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the change log is append-only'; END $$"
    "\n;\n"
    "CREATE TRIGGER change_is_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON change "
    "FOR EACH STATEMENT EXECUTE FUNCTION change_is_kept ()"
    "\n;\n"
    "CREATE TRIGGER change_field_is_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON change_field "
    "FOR EACH STATEMENT EXECUTE FUNCTION change_is_kept ()" },
  { 2,
    "CREATE TABLE epoch_end (business_id TEXT NOT NULL, n BIGINT NOT NULL, epoch TEXT NOT NULL, seq BIGINT NOT NULL, "
    "PRIMARY KEY (business_id, n))",
    NULL },
  /* The key is nearly the row: kept once instead of in a table and its index, it takes two thirds of the room. */
  { 3, NULL,
    "DROP TRIGGER change_field_is_kept"
    "\n;\n"
    "DROP TRIGGER change_field_is_fixed"
    "\n;\n"
    "ALTER TABLE change_field RENAME TO change_field_with_rowid"
    "\n;\n"
    "CREATE TABLE change_field (business_id TEXT NOT NULL, seq BIGINT NOT NULL, field TEXT NOT NULL, "
    "old TEXT, new TEXT, PRIMARY KEY (business_id, seq, field)) WITHOUT ROWID"
    "\n;\n"
    "INSERT INTO change_field SELECT business_id, seq, field, old, new FROM change_field_with_rowid "
    "ORDER BY business_id, seq, field"
    "\n;\n"
    "DROP TABLE change_field_with_rowid"
    "\n;\n"
    "CREATE TRIGGER change_field_is_kept BEFORE DELETE ON change_field BEGIN "
    "SELECT raise (ABORT, 'the change log is append-only'); END"
    "\n;\n"
    "CREATE TRIGGER change_field_is_fixed BEFORE UPDATE ON change_field BEGIN "
    "SELECT raise (ABORT, 'the change log is append-only'); END" },
  /* The role of the service owns the tables: it takes these rights from itself, too. */
  { 4, NULL, NULL, MOKED_CHANGE_LOG_REVOKE },
  { 0 },
};

const MokedSchemaPart moked_change_log_schema = { "change-log", NULL, migrations, NULL, moked_change_log_restored,
                                                  moked_change_log_restored_postgres };

/**
 * moked_change_log_ensure:
 * @session: a business's session
 *
 * Begins the log of a new business, with an epoch of its own.
 */
gboolean
moked_change_log_ensure (MokedSession *session,
                         GError      **error)
{
  g_autofree char *epoch = moked_ulid_new (NULL);

  return moked_session_exec (session, error,
                             "INSERT INTO business_seq (business_id, epoch, seq) VALUES ($1, $2, 0) "
                             "ON CONFLICT DO NOTHING",
                             "t", epoch);
}

static gint64
advance_seq (MokedSession *session,
             GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "UPDATE business_seq SET seq = seq + 1 WHERE business_id = $1 RETURNING seq", "");
  gint64 seq = 0;

  if (cursor == NULL)
    return -1;
  /* A statement that writes counts only once it has been read to its end. */
  while (moked_cursor_next (cursor, &local_error))
    seq = moked_cursor_get_int (cursor, 0);
  if (local_error == NULL)
    return seq;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return -1;
}

/* Returns -1 with @error set. */
static gint64
next_seq (MokedSession *session,
          GError      **error)
{
  gint64 seq = advance_seq (session, error);

  if (seq == 0)
    seq = moked_change_log_ensure (session, error) ? advance_seq (session, error) : -1;
  return seq;
}

static gboolean
write_change (MokedSession     *session,
              gint64            seq,
              gpointer          entity,
              const char       *kind,
              const MokedActor *actor,
              GError          **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO change (business_id, seq, entity, entity_id, kind, actor, origin, "
                             "mutation_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                             "itttttti", seq, moked_entity_get_info (entity)->name, moked_entity_get_id (entity), kind,
                             actor->user_id, actor->origin, actor->mutation_id, moked_session_get_now (session));
}

static gboolean
write_field (MokedSession     *session,
             gint64            seq,
             gpointer          before,
             gpointer          after,
             const MokedField *field,
             GError          **error)
{
  g_autofree char *old = before != NULL ? moked_entity_dup_field_text (before, field) : NULL;
  g_autofree char *new = moked_entity_dup_field_text (after, field);

  return moked_session_exec (session, error,
                             "INSERT INTO change_field (business_id, seq, field, old, new) "
                             "VALUES ($1, $2, $3, $4, $5)",
                             "ittt", seq, field->name, old, new);
}

static gboolean
field_changed (gpointer          before,
               gpointer          after,
               const MokedField *field)
{
  if (field->flags & MOKED_FIELD_DERIVED)
    return FALSE;
  return before == NULL ? !moked_entity_field_is_default (after, field)
                        : !moked_entity_field_equal (before, after, field);
}

static gboolean
is_changed (gpointer before,
            gpointer after)
{
  const MokedEntityInfo *info = moked_entity_get_info (after);

  if (before == NULL || moked_entity_is_deleted (before) != moked_entity_is_deleted (after))
    return TRUE;
  for (guint i = 0; i < info->n_fields; i++)
    if (field_changed (before, after, &info->fields[i]))
      return TRUE;
  return FALSE;
}

static gboolean
log_and_put (MokedSession     *session,
             gpointer          before,
             gpointer          after,
             const char       *kind,
             const MokedActor *actor,
             GError          **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (after);
  gint64 seq = next_seq (session, error);

  if (seq < 0)
    return FALSE;
  moked_entity_set_version (after, seq);
  if (!write_change (session, seq, after, kind, actor, error))
    return FALSE;
  for (guint i = 0; i < info->n_fields; i++)
    if (field_changed (before, after, &info->fields[i]) &&
        !write_field (session, seq, before, after, &info->fields[i], error))
      return FALSE;
  return moked_entity_store_put (session, after, error);
}

/**
 * moked_change_log_save:
 * @session: a business's session
 * @entity: (type Moked.Entity): the record as it is to be; its version and derived fields are set
 * @actor: who does it
 * @error: %MOKED_ERROR_FORBIDDEN for what the actor does not see, or the store's
 *
 * Stores a new or changed record together with what changed. Nothing is written when nothing changed.
 * A deleted record that is saved lives again.
 */
gboolean
moked_change_log_save (MokedSession     *session,
                       gpointer          entity,
                       const MokedActor *actor,
                       GError          **error)
{
  g_autoptr (MokedEntity) before = NULL;
  const char *kind;

  if (!moked_entity_store_load_if_any (session, moked_entity_get_info (entity), moked_entity_get_id (entity), &before,
                                       error) ||
      !moked_sync_scope_check_write (actor->scope, session, before, entity, error))
    return FALSE;
  moked_entity_set_deleted_at (entity, 0);
  if (before != NULL)
    moked_entity_set_created_at (entity, moked_entity_get_created_at (before));
  else if (moked_entity_get_created_at (entity) == 0)
    moked_entity_set_created_at (entity, moked_session_get_now (session));
  if (!is_changed (before, entity))
    {
      moked_entity_set_version (entity, moked_entity_get_version (before));
      return TRUE;
    }
  kind = before == NULL ? "create" : moked_entity_is_deleted (before) ? "restore" : "update";
  return log_and_put (session, before, entity, kind, actor, error);
}

/**
 * moked_change_log_delete:
 * @session: a business's session
 * @entity: (type Moked.Entity): a stored record; its version and tombstone are set
 * @actor: who does it
 * @error: %MOKED_ERROR_NOT_FOUND when it is not stored, %MOKED_ERROR_FORBIDDEN when the actor does not see it
 *
 * Leaves a tombstone; the fields stay as they are stored, so that the record can be restored.
 */
gboolean
moked_change_log_delete (MokedSession     *session,
                         gpointer          entity,
                         const MokedActor *actor,
                         GError          **error)
{
  g_autoptr (MokedEntity) before =
      moked_entity_store_load (session, moked_entity_get_info (entity), moked_entity_get_id (entity), error);
  g_autoptr (MokedEntity) after = NULL;

  if (before == NULL || !moked_sync_scope_check_write (actor->scope, session, before, before, error))
    return FALSE;
  after = moked_entity_copy (before);
  if (!moked_entity_is_deleted (before))
    {
      moked_entity_set_deleted_at (after, moked_session_get_now (session));
      if (!log_and_put (session, before, after, "delete", actor, error))
        return FALSE;
    }
  moked_entity_set_version (entity, moked_entity_get_version (after));
  moked_entity_set_deleted_at (entity, moked_entity_get_deleted_at (after));
  return TRUE;
}

/**
 * moked_change_log_get_head:
 * @session: a business's session
 * @out_epoch: (out) (optional) (nullable): the life of this log; another one after a restore
 * @error: %MOKED_ERROR_STORAGE
 *
 * Returns: the seq of the newest change; 0 when there is none, -1 with @error set
 */
gint64
moked_change_log_get_head (MokedSession *session,
                           char        **out_epoch,
                           GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT seq, epoch FROM business_seq WHERE business_id = $1", "");

  if (cursor == NULL)
    return -1;
  if (moked_cursor_next (cursor, &local_error))
    {
      if (out_epoch != NULL)
        *out_epoch = moked_cursor_dup_text (cursor, 1);
      return moked_cursor_get_int (cursor, 0);
    }
  if (local_error == NULL)
    return 0;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return -1;
}
