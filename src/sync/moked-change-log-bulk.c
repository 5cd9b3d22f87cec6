/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-change-log-bulk.h"

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"

/* Many new records at once, as an import or a demo makes them: no look at what was there before, one
 * statement for all fields of a record, and one step of the business's counter for all records. */

#define MAX_FIELDS 24

static gboolean
take_seqs (MokedSession *session,
           guint         n,
           gint64       *out_last,
           GError      **error)
{
  g_autofree char *epoch = moked_ulid_new (NULL);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "INSERT INTO business_seq (business_id, epoch, seq) VALUES ($1, $2, $3) "
      "ON CONFLICT (business_id) DO UPDATE SET seq = business_seq.seq + excluded.seq RETURNING seq",
      "ti", epoch, (gint64) n);

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    *out_last = moked_cursor_get_int (cursor, 0);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
write_change (MokedSession     *session,
              gint64            seq,
              gpointer          entity,
              const MokedActor *actor,
              GError          **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO change (business_id, seq, entity, entity_id, kind, actor, origin, "
                             "mutation_id, at) VALUES ($1, $2, $3, $4, 'create', $5, $6, $7, $8)",
                             "ittttti", seq, moked_entity_get_info (entity)->name, moked_entity_get_id (entity),
                             actor->user_id, actor->origin, actor->mutation_id, moked_entity_get_created_at (entity));
}

static char *
make_fields_sql (guint n)
{
  GString *sql = g_string_new ("INSERT INTO change_field (business_id, seq, field, old, new) VALUES ");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, "%s($1, $2, $%u, NULL, $%u)", i > 0 ? ", " : "", 3 + 2 * i, 4 + 2 * i);
  return g_string_free (sql, FALSE);
}

/* Made once for each number of fields; they live as long as the program. */
static const char *
get_fields_sql (guint n)
{
  static const char *statements[MAX_FIELDS + 1];

  if (g_once_init_enter_pointer (&statements[n]))
    g_once_init_leave_pointer (&statements[n], make_fields_sql (n));
  return statements[n];
}

static gboolean
write_some_fields (MokedSession            *session,
                   gint64                   seq,
                   gpointer                 entity,
                   const MokedField *const *fields,
                   guint                    n_fields,
                   GError                 **error)
{
  MokedValue values[1 + 2 * MAX_FIELDS] = { { MOKED_VALUE_INT, seq, NULL, 0 } };
  char *texts[MAX_FIELDS];
  gboolean done;

  for (guint i = 0; i < n_fields; i++)
    {
      texts[i] = moked_entity_dup_field_text (entity, fields[i]);
      values[1 + 2 * i] = (MokedValue) { MOKED_VALUE_TEXT, 0, fields[i]->name, -1 };
      values[2 + 2 * i] = (MokedValue) { MOKED_VALUE_TEXT, 0, texts[i], -1 };
    }
  done = moked_session_exec_values (session, get_fields_sql (n_fields), values, 1 + 2 * n_fields, error);
  for (guint i = 0; i < n_fields; i++)
    g_free (texts[i]);
  return done;
}

static gboolean
write_fields (MokedSession *session,
              gint64        seq,
              gpointer      entity,
              GError      **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  const MokedField *changed[MAX_FIELDS];
  guint n = 0;

  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];

      if ((field->flags & MOKED_FIELD_DERIVED) || moked_entity_field_is_default (entity, field))
        continue;
      changed[n++] = field;
      if (n < MAX_FIELDS)
        continue;
      if (!write_some_fields (session, seq, entity, changed, n, error))
        return FALSE;
      n = 0;
    }
  return n == 0 || write_some_fields (session, seq, entity, changed, n, error);
}

/**
 * moked_change_log_create_all:
 * @session: a business's session
 * @entities: (element-type Moked.Entity): records with new ids; their versions and derived fields are set
 * @actor: who does it
 * @error: %MOKED_ERROR_STORAGE
 *
 * Stores many new records with their history, in their order. A record counts as changed at the time of
 * its creation, so that what is brought from elsewhere keeps its past.
 */
gboolean
moked_change_log_create_all (MokedSession     *session,
                             GPtrArray        *entities,
                             const MokedActor *actor,
                             GError          **error)
{
  gint64 last = 0;

  if (entities->len == 0)
    return TRUE;
  if (!take_seqs (session, entities->len, &last, error))
    return FALSE;
  for (guint i = 0; i < entities->len; i++)
    {
      gpointer entity = g_ptr_array_index (entities, i);
      gint64 seq = last - entities->len + 1 + i;

      if (moked_entity_get_created_at (entity) == 0)
        moked_entity_set_created_at (entity, moked_session_get_now (session));
      moked_entity_set_version (entity, seq);
      if (!write_change (session, seq, entity, actor, error) || !write_fields (session, seq, entity, error) ||
          !moked_entity_store_put (session, entity, error))
        return FALSE;
    }
  return TRUE;
}
