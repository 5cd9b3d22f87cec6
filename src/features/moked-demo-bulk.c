/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/moked-demo-bulk.h"

/* A large demo is written without the secondary indexes, which are then made at once: sorting all keys is
 * many times cheaper than finding the place of each. */

typedef struct
{
  GPtrArray *statements;
} Indexes;

static gboolean
read_indexes (MokedSession *session,
              GPtrArray    *names,
              GPtrArray    *statements,
              GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name", "");

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      g_ptr_array_add (names, moked_cursor_dup_text (cursor, 0));
      g_ptr_array_add (statements, moked_cursor_dup_text (cursor, 1));
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
drop_all (MokedSession *session,
          gpointer      data)
{
  Indexes *self = data;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  /* A server's role may be one that does not own its tables. */
  if (moked_session_get_dialect (session) == MOKED_DIALECT_POSTGRES)
    return dex_future_new_true ();
  if (!read_indexes (session, names, self->statements, &error))
    return dex_future_new_for_error (error);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *sql = g_strdup_printf ("DROP INDEX \"%s\"", (char *) g_ptr_array_index (names, i));

      if (!moked_session_exec (session, &error, sql, ""))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static DexFuture *
make_one (MokedSession *session,
          gpointer      sql)
{
  GError *error = NULL;

  return moked_session_exec (session, &error, sql, "") ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_demo_drop_indexes:
 * @store: of a new office
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): what moked_demo_make_indexes() needs
 */
GPtrArray *
moked_demo_drop_indexes (MokedStore *store,
                         GError    **error)
{
  g_autoptr (GPtrArray) statements = g_ptr_array_new_with_free_func (g_free);
  Indexes self = { statements };

  if (!dex_await (moked_store_write (store, MOKED_PRIORITY_BULK, NULL, drop_all, &self, NULL), error))
    return NULL;
  return g_steal_pointer (&statements);
}

/**
 * moked_demo_make_indexes:
 * @statements: (element-type utf8): from moked_demo_drop_indexes()
 *
 * In a fiber.
 */
gboolean
moked_demo_make_indexes (MokedStore *store,
                         GPtrArray  *statements,
                         GError    **error)
{
  for (guint i = 0; i < statements->len; i++)
    if (!dex_await (moked_store_write (store, MOKED_PRIORITY_BULK, NULL, make_one,
                                       g_ptr_array_index (statements, i), NULL),
                    error))
      return FALSE;
  return TRUE;
}
