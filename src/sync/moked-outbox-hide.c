/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-conflict-store.h"
#include "sync/moked-outbox-private.h"
#include "sync/moked-sync-scope.h"

/* What the user may not see any more leaves the copy. What the person wrote and the service has not confirmed stays in
 * the outbox: the service will say what it thinks of it. */

/**
 * moked_outbox_hide:
 *
 * Removes a record; one that was made here and waits is still shown.
 */
gboolean
moked_outbox_hide (MokedSession          *session,
                   const MokedEntityInfo *info,
                   const char            *id,
                   GError               **error)
{
  return moked_conflict_store_forget (session, info->name, id, error) &&
         moked_outbox_confirm (session, info, id, NULL, error);
}

static GPtrArray *
list_parts (MokedSession          *session,
            const MokedEntityInfo *part,
            const MokedField      *field,
            const char            *id,
            GError               **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE business_id = $1 AND %s = $2", part->name,
                                          field->name);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "t", id);

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
hide_parts (MokedSession          *session,
            const MokedSchema     *schema,
            const MokedEntityInfo *part,
            const MokedEntityInfo *whole,
            const char            *id,
            GError               **error)
{
  const MokedEntityInfo *of;
  const MokedField *field = moked_sync_scope_find_field (schema, part, &of);
  g_autoptr (GPtrArray) ids = NULL;

  if (of != whole || field == NULL)
    return TRUE;
  ids = list_parts (session, part, field, id, error);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    if (!moked_outbox_hide (session, part, g_ptr_array_index (ids, i), error))
      return FALSE;
  return ids != NULL;
}

/**
 * moked_outbox_hide_whole:
 *
 * Removes a record, and all that is a part of it.
 */
gboolean
moked_outbox_hide_whole (MokedSession          *session,
                         const MokedSchema     *schema,
                         const MokedEntityInfo *info,
                         const char            *id,
                         GError               **error)
{
  for (guint p = 0; schema->parts[p] != NULL; p++)
    for (guint e = 0; schema->parts[p]->entities != NULL && schema->parts[p]->entities[e] != NULL; e++)
      if (!hide_parts (session, schema, schema->parts[p]->entities[e], info, id, error))
        return FALSE;
  return moked_outbox_hide (session, info, id, error);
}
