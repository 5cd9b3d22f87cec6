/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "store/moked-entity-store.h"
#include "sync/moked-sync-server-private.h"

/* Turns back all that one action changed, from the change log, in one transaction: what it made is deleted, what it
 * deleted is back, and each field is as it was. The whole is refused where later work depends on it, with what that
 * is. It makes ordinary changes, so it can be turned back as any other action. */

/* One change of the action to a record, the newest first. */
typedef struct
{
  char       kind; /* the log's word for it, by its first letter */
  GPtrArray *fields; /* const MokedField */
  GPtrArray *old;    /* texts */
  GPtrArray *new;    /* texts */
} Step;

typedef struct
{
  const MokedEntityInfo *info;
  char                  *id;
  GPtrArray             *steps; /* Step */
} Record;

typedef struct
{
  MokedSyncPush *push;
  MokedSession  *session;
  const char    *action;
  GPtrArray     *records; /* Record */
} Undo;

static void
free_step (gpointer data)
{
  Step *step = data;

  g_ptr_array_unref (step->fields);
  g_ptr_array_unref (step->old);
  g_ptr_array_unref (step->new);
  g_free (step);
}

static void
free_record (gpointer data)
{
  Record *record = data;

  g_free (record->id);
  g_ptr_array_unref (record->steps);
  g_free (record);
}

static gboolean
finish (GError **error,
        GError  *local_error)
{
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* --- whose it is --- */

static gboolean
refuse (GError    **error,
        MokedError  code,
        const char *why)
{
  g_set_error_literal (error, MOKED_ERROR, code, why);
  return FALSE;
}

/* One's own; who manages the office turns back everybody's. */
static gboolean
check_author (Undo    *undo,
              GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      undo->session, error,
      "SELECT count(*), count (CASE WHEN user_id IS DISTINCT FROM $3 THEN 1 END) FROM mutation "
      "WHERE business_id = $1 AND (id = $2 OR action = $2)",
      "tt", undo->action, undo->push->user_id);
  gint64 n = 0, of_others = 0;

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    {
      n = moked_cursor_get_int (cursor, 0);
      of_others = moked_cursor_get_int (cursor, 1);
    }
  if (!finish (error, g_steal_pointer (&local_error)))
    return FALSE;
  if (n == 0)
    return refuse (error, MOKED_ERROR_NOT_FOUND, "There is no such action");
  if (of_others > 0 && !moked_sync_scope_get_manages (undo->push->scope))
    return refuse (error, MOKED_ERROR_FORBIDDEN, "Only a manager may turn back what somebody else did");
  return TRUE;
}

/* --- what it changed --- */

static Record *
get_record (Undo       *undo,
            const char *entity,
            const char *id)
{
  Record *last = undo->records->len > 0 ? undo->records->pdata[undo->records->len - 1] : NULL;
  const MokedEntityInfo *info;

  if (last != NULL && strcmp (last->info->name, entity) == 0 && strcmp (last->id, id) == 0)
    return last;
  info = moked_schema_find_entity (undo->push->server->schema, entity);
  if (info == NULL)
    return NULL;
  last = g_new (Record, 1);
  *last = (Record) { info, g_strdup (id), g_ptr_array_new_with_free_func (free_step) };
  g_ptr_array_add (undo->records, last);
  return last;
}

static Step *
add_step (Record     *record,
          const char *kind)
{
  Step *step = g_new0 (Step, 1);

  step->kind = *kind;
  step->fields = g_ptr_array_new ();
  step->old = g_ptr_array_new_with_free_func (g_free);
  step->new = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (record->steps, step);
  return step;
}

/* What only the service writes follows from other records, and is left alone. */
static void
add_field (Step         *step,
           const Record *record,
           MokedCursor  *cursor)
{
  const char *name = moked_cursor_get_text (cursor, 4);
  const MokedField *field = name != NULL ? moked_entity_info_find_field (record->info, name) : NULL;

  if (field == NULL || (field->flags & (MOKED_FIELD_SERVICE | MOKED_FIELD_DERIVED)))
    return;
  g_ptr_array_add (step->fields, (gpointer) field);
  g_ptr_array_add (step->old, moked_cursor_dup_text (cursor, 5));
  g_ptr_array_add (step->new, moked_cursor_dup_text (cursor, 6));
}

static gboolean
read_steps (Undo    *undo,
            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      undo->session, error,
      MOKED_SYNC_ACTION "SELECT d.seq, d.entity, d.entity_id, d.kind, f.field, f.old, f.new FROM done d "
             "LEFT JOIN change_field f ON f.business_id = $1 AND f.seq = d.seq AND d.kind <> 'create' "
             "ORDER BY d.entity, d.entity_id, d.seq DESC",
      "t", undo->action);
  gint64 seq = 0;
  Record *record = NULL;
  Step *step = NULL;

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      if (moked_cursor_get_int (cursor, 0) != seq)
        {
          seq = moked_cursor_get_int (cursor, 0);
          record = get_record (undo, moked_cursor_get_text (cursor, 1), moked_cursor_get_text (cursor, 2));
          step = record != NULL ? add_step (record, moked_cursor_get_text (cursor, 3)) : NULL;
        }
      if (step != NULL)
        add_field (step, record, cursor);
    }
  return finish (error, g_steal_pointer (&local_error));
}

/* --- what depends on it --- */

static gboolean
refuse_dependent (Undo       *undo,
                  const char *entity,
                  const char *field,
                  MokedCursor *cursor,
                  GError     **error)
{
  MokedHold *told = &undo->push->hold;
  const MokedEntityInfo *info = moked_schema_find_entity (undo->push->server->schema, entity);
  const MokedField *known = info != NULL && field != NULL ? moked_entity_info_find_field (info, field) : NULL;

  moked_hold_clear (told);
  told->entity = info != NULL ? info->name : NULL;
  told->field = known != NULL ? known->name : NULL;
  told->seq = moked_cursor_get_int (cursor, 0);
  told->by = moked_cursor_dup_text (cursor, 1);
  told->at = moked_cursor_get_int (cursor, 2);
  told->id = moked_cursor_dup_text (cursor, 3);
  return refuse (error, MOKED_ERROR_CONFLICT, "Later work depends on it");
}

/* Whether a later change of the same record builds on what the action did to it. */
static gboolean
depends (const MokedEntityInfo *info,
         const char            *done,
         const char            *later,
         const char            *name)
{
  const MokedField *field = name != NULL ? moked_entity_info_find_field (info, name) : NULL;
  gboolean edits = field != NULL && !(field->flags & (MOKED_FIELD_SERVICE | MOKED_FIELD_DERIVED));

  if (strcmp (done, "update") == 0)
    return strcmp (later, "delete") == 0 || (edits && field->kind != MOKED_FIELD_SET);
  if (strcmp (done, "delete") == 0)
    return strcmp (later, "restore") == 0;
  return strcmp (later, "restore") == 0 || edits;
}

static gboolean
check_later_changes (Undo    *undo,
                     GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      undo->session, error,
      MOKED_SYNC_ACTION "SELECT c.seq, c.actor, c.at, c.entity_id, c.entity, c.kind, d.kind, f.field FROM done d "
             "JOIN change c ON c.business_id = $1 AND c.entity = d.entity AND c.entity_id = d.entity_id "
             "AND c.seq > d.seq LEFT JOIN change_field f ON f.business_id = $1 AND f.seq = c.seq "
             "WHERE (c.mutation_id IS NULL OR c.mutation_id NOT IN (SELECT id FROM action)) "
             "AND (d.kind <> 'update' OR c.kind <> 'update' OR f.field IN (SELECT g.field FROM change_field g "
             "WHERE g.business_id = $1 AND g.seq = d.seq)) ORDER BY c.seq DESC",
      "t", undo->action);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      const char *entity = moked_cursor_get_text (cursor, 4), *field = moked_cursor_get_text (cursor, 7);
      const MokedEntityInfo *info = moked_schema_find_entity (undo->push->server->schema, entity);

      if (info != NULL && depends (info, moked_cursor_get_text (cursor, 6), moked_cursor_get_text (cursor, 5), field))
        return refuse_dependent (undo, entity, field, cursor, error);
    }
  return finish (error, g_steal_pointer (&local_error));
}

/* What others added to a record that the action made, such as a note. */
static gboolean
check_related (MokedSyncPush         *push,
               MokedSession          *session,
               const MokedEntityInfo *info,
               const MokedEntityInfo *related,
               const char            *action,
               GError               **error)
{
  Undo undo = { push, session, action, NULL };
  g_autofree char *sql = g_strdup_printf (
      MOKED_SYNC_ACTION "SELECT e.version, c.actor, c.at, e.id FROM done d JOIN %s e ON e.business_id = $1 "
             "AND e.%s_id = d.entity_id AND e.deleted_at IS NULL AND e.version > d.seq "
             "LEFT JOIN change c ON c.business_id = $1 AND c.seq = e.version "
             "WHERE d.entity = '%s' AND d.kind IN ('create', 'restore') AND NOT EXISTS (SELECT 1 FROM change x "
             "WHERE x.business_id = $1 AND x.entity = '%s' AND x.entity_id = e.id AND x.kind IN ('create', 'restore') "
             "AND x.mutation_id IN (SELECT id FROM action)) LIMIT 1",
      related->name, info->name, info->name, related->name);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", action);

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    return refuse_dependent (&undo, related->name, NULL, cursor, error);
  return finish (error, g_steal_pointer (&local_error));
}

/* Each kind of record that the action made, once. */
static gboolean
check_additions (Undo    *undo,
                 GError **error)
{
  g_autoptr (GPtrArray) looked_at = g_ptr_array_new ();

  for (guint i = 0; i < undo->records->len; i++)
    {
      const Record *record = undo->records->pdata[i];

      if (g_ptr_array_find (looked_at, record->info, NULL))
        continue;
      g_ptr_array_add (looked_at, (gpointer) record->info);
      if (!moked_sync_push_for_each_related (undo->push, undo->session, record->info, undo->action, check_related,
                                             error))
        return FALSE;
    }
  return TRUE;
}

/* --- turning it back --- */

/* A set merges: what was added goes, what was removed comes, and what others did to it stays. */
static void
turn_field_back (MokedEntity      *entity,
                 const MokedField *field,
                 const char       *old,
                 const char       *new)
{
  g_autofree char *now = NULL, *added = NULL, *removed = NULL, *merged = NULL;

  if (field->kind != MOKED_FIELD_SET)
    {
      moked_entity_set_field_text (entity, field, old);
      return;
    }
  now = moked_entity_dup_field_text (entity, field);
  added = moked_set_merge (new, NULL, old);
  removed = moked_set_merge (old, NULL, new);
  merged = moked_set_merge (now, removed, added);
  moked_entity_set_field_text (entity, field, merged);
}

/* Returns whether the record is to live, as it was before the action. */
static gboolean
turn_steps_back (const Record *record,
                 MokedEntity  *entity)
{
  gboolean lives = !moked_entity_is_deleted (entity);

  for (guint s = 0; s < record->steps->len; s++)
    {
      const Step *step = record->steps->pdata[s];

      if (step->kind == 'd')
        lives = TRUE;
      else if (step->kind != 'u')
        lives = FALSE; /* it was made, or brought back */
      for (guint f = 0; f < step->fields->len; f++)
        turn_field_back (entity, step->fields->pdata[f], step->old->pdata[f], step->new->pdata[f]);
    }
  return lives;
}

static gboolean
turn_record_back (Undo         *undo,
                  const Record *record,
                  GError      **error)
{
  MokedSyncPush *push = undo->push;
  g_autoptr (MokedEntity) before = moked_entity_store_load (undo->session, record->info, record->id, error);
  g_autoptr (MokedEntity) after = NULL;

  if (before == NULL)
    return FALSE;
  if (record->info->managed)
    return refuse (error, MOKED_ERROR_REJECTED, "What was sent cannot be turned back");
  after = moked_entity_copy (before);
  if (!turn_steps_back (record, after))
    return moked_sync_scope_check (push->scope, undo->session, record->info, record->id, error) &&
           moked_change_log_delete (undo->session, after, &push->actor, error);
  return moked_entity_validate (after, error) &&
         moked_sync_scope_check_write (push->scope, undo->session, before, after, error) &&
         moked_change_log_save (undo->session, after, &push->actor, error);
}

/* Whether all that the action did to it is for the service alone to write. */
static gboolean
follows_others (const Record *record)
{
  for (guint s = 0; s < record->steps->len; s++)
    {
      const Step *step = record->steps->pdata[s];

      if (step->kind != 'u' || step->fields->len > 0)
        return FALSE;
    }
  return TRUE;
}

static const Step *
get_only_step (const Record *record)
{
  return record->steps->len == 1 ? record->steps->pdata[0] : NULL;
}

/* Whether it did nothing but make records, or nothing but delete some, for somebody who sees all of them. */
static gboolean
is_bulk (Undo *undo)
{
  char kind = 0;

  if (moked_sync_scope_is_narrow (undo->push->scope))
    return FALSE;
  for (guint i = 0; i < undo->records->len; i++)
    {
      const Record *record = undo->records->pdata[i];
      const Step *step = get_only_step (record);

      if (record->info->managed || step == NULL || (step->kind != 'c' && step->kind != 'd') ||
          (kind != 0 && step->kind != kind))
        return FALSE;
      kind = step->kind;
    }
  return kind != 0;
}

/* They are in the order of their kinds. */
static gboolean
turn_bulk_back (Undo    *undo,
                GError **error)
{
  for (guint i = 0; i < undo->records->len; i++)
    {
      const Record *record = undo->records->pdata[i], *next =
          i + 1 < undo->records->len ? undo->records->pdata[i + 1] : NULL;

      if (next != NULL && next->info == record->info)
        continue;
      if (!moked_sync_push_undo_kind (undo->push, undo->session, record->info, undo->action,
                                      get_only_step (record)->kind == 'c', error))
        return FALSE;
    }
  return TRUE;
}

/**
 * moked_sync_push_undo: (skip)
 * @action: the id that its mutations have in common, or a mutation's own
 * @error: %MOKED_ERROR_CONFLICT where later work depends on it, and then the push knows on what;
 *   %MOKED_ERROR_FORBIDDEN for what somebody else did; %MOKED_ERROR_REJECTED for what cannot be turned back at all
 */
gboolean
moked_sync_push_undo (MokedSyncPush *push,
                      MokedSession  *session,
                      const char    *action,
                      GError       **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (free_record);
  Undo undo = { push, session, action, records };

  push->actor.origin = "undo";
  if (!check_author (&undo, error) || !read_steps (&undo, error) || !check_later_changes (&undo, error) ||
      !check_additions (&undo, error))
    return FALSE;
  if (is_bulk (&undo))
    return turn_bulk_back (&undo, error);
  for (guint i = 0; i < records->len; i++)
    if (!follows_others (records->pdata[i]) && !turn_record_back (&undo, records->pdata[i], error))
      return FALSE;
  return TRUE;
}
