/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-server-private.h"
#include "sync/moked-sync-table.h"

/* What changed between two points of the log, for who sees everything; moked-sync-feed.c is for the others. */

/* Which kinds of records have changes in the range. */
static GPtrArray *
list_changed_kinds (MokedSyncServer *self,
                    MokedSession    *session,
                    gint64           since,
                    gint64           until,
                    GError         **error)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT DISTINCT entity FROM change WHERE business_id = $1 AND seq > $2 AND seq <= $3 ORDER BY entity", "ii", since,
      until);

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      const MokedEntityInfo *info = moked_schema_find_entity (self->schema, moked_cursor_get_text (cursor, 0));

      if (info != NULL)
        g_ptr_array_add (kinds, (gpointer) info);
    }
  if (local_error == NULL)
    return g_steal_pointer (&kinds);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* In the order of their ids: a desktop's database finds what is close together faster than what is not. */
static gboolean
add_changed_rows (MokedSession          *session,
                  const MokedEntityInfo *info,
                  gint64                 since,
                  gint64                 until,
                  GString               *json,
                  GError               **error)
{
  g_autofree char *columns = moked_sync_table_dup_columns (info, "e");
  g_autofree char *sql = g_strdup_printf (
      "SELECT %s FROM %s e WHERE e.business_id = $1 AND e.id IN (SELECT c.entity_id FROM change c "
      "WHERE c.business_id = $1 AND c.seq > $2 AND c.seq <= $3 AND c.entity = $4) ORDER BY e.id",
      columns, moked_entity_info_get_table (info));
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "iit", since, until, info->name);
  MokedSyncTable *table;
  gboolean done;

  if (cursor == NULL)
    return FALSE;
  g_string_append_c (json, '{');
  table = moked_sync_table_begin (info, json);
  done = moked_sync_table_add_all (table, cursor, 0, NULL, error);
  moked_sync_table_end (table);
  g_string_append_c (json, '}');
  return done;
}

/* Adds `,"tables":[…]` with all records that changed in (@since, @until], as they are now. */
gboolean
moked_sync_changes_add (MokedSyncServer *self,
                        MokedSession    *session,
                        gint64           since,
                        gint64           until,
                        GString         *json,
                        GError         **error)
{
  g_autoptr (GPtrArray) kinds = list_changed_kinds (self, session, since, until, error);

  if (kinds == NULL)
    return FALSE;
  g_string_append (json, ",\"tables\":[");
  for (guint i = 0; i < kinds->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      if (!add_changed_rows (session, kinds->pdata[i], since, until, json, error))
        return FALSE;
    }
  g_string_append_c (json, ']');
  return TRUE;
}
