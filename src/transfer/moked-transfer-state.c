/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-transfer-state.h"

#include "base/moked-error.h"
#include "base/moked-ulid.h"

/* Both databases know of a move. The one that an office comes to has a row `in` with the move's id, and how far each
 * table is, written with the rows themselves. The one that it leaves has a row `out` with the same id, so that a
 * second start goes on with the move that it began, and nobody works there any more once it is finished. */

static const MokedMigration migrations[] = {
  { 1,
    "CREATE TABLE " MOKED_TRANSFER_TABLE " (direction TEXT PRIMARY KEY, id TEXT NOT NULL, place TEXT, "
    "started_at BIGINT NOT NULL, finished_at BIGINT)"
    "\n;\n"
    "CREATE TABLE " MOKED_TRANSFER_PROGRESS_TABLE " (name TEXT PRIMARY KEY, last TEXT, n_rows BIGINT NOT NULL, "
    "sum_1 BIGINT NOT NULL, sum_2 BIGINT NOT NULL, finished BIGINT NOT NULL)" },
  { 0 },
};

const MokedSchemaPart moked_transfer_schema = { .name = "transfer", .migrations = migrations };

static gboolean
is_empty (MokedSession *session,
          GPtrArray    *tables,
          GError      **error)
{
  for (guint i = 0; i < tables->len; i++)
    {
      MokedTransferTable *table = g_ptr_array_index (tables, i);
      g_autofree char *count =
          g_strdup_printf ("SELECT count(*) FROM (SELECT 1 FROM \"%s\" LIMIT 1) AS one", table->name);
      g_autoptr (MokedCursor) cursor = moked_session_query (session, error, count, "");

      if (cursor == NULL || !moked_cursor_next (cursor, error))
        return FALSE;
      if (moked_cursor_get_int (cursor, 0) > 0)
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT,
                       "The other database is not empty: there is data in its table %s. Give a new database.",
                       table->name);
          return FALSE;
        }
    }
  return TRUE;
}

/* Returns %TRUE with @out_id %NULL when there is no such row. */
static gboolean
read_mark (MokedSession *session,
           const char   *direction,
           char        **out_id,
           char        **out_place,
           gboolean     *out_finished,
           GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error, "SELECT id, place, finished_at FROM transfer WHERE direction = $1", "t",
                           direction);

  *out_id = NULL;
  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    {
      *out_id = moked_cursor_dup_text (cursor, 0);
      if (out_place != NULL)
        *out_place = moked_cursor_dup_text (cursor, 1);
      *out_finished = !moked_cursor_is_null (cursor, 2);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
write_mark (MokedSession *session,
            const char   *direction,
            const char   *id,
            const char   *place,
            GError      **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO transfer (direction, id, place, started_at) VALUES ($1, $2, $3, $4)", "ttti",
                             direction, id, place, moked_session_get_now (session));
}

/**
 * moked_transfer_state_begin:
 * @session: of the database that the office comes to
 * @id: the move's
 * @tables: (element-type MokedTransferTable): what is there
 * @error: %MOKED_ERROR_CONFLICT when there is anything but the beginning of this very move
 */
gboolean
moked_transfer_state_begin (MokedSession *session,
                            const char   *id,
                            GPtrArray    *tables,
                            GError      **error)
{
  g_autofree char *found = NULL;
  gboolean finished = FALSE;

  if (!read_mark (session, "in", &found, NULL, &finished, error))
    return FALSE;
  if (found == NULL)
    return is_empty (session, tables, error) && write_mark (session, "in", id, NULL, error);
  if (g_str_equal (found, id))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CONFLICT, "%s",
               finished ? "There is another office in the other database. Give a new database."
                        : "The other database has the beginning of another move. Give a new database.");
  return FALSE;
}

/**
 * moked_transfer_state_load:
 * @page: before its first page; becomes the last one that arrived
 * @out_done: whether the whole table arrived
 */
gboolean
moked_transfer_state_load (MokedSession      *session,
                           MokedTransferPage *page,
                           gboolean          *out_done,
                           GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT last, n_rows, sum_1, sum_2, finished FROM transfer_progress WHERE name = $1", "t",
      page->table->name);

  *out_done = FALSE;
  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    {
      page->last = moked_cursor_dup_text (cursor, 0);
      page->digest = (MokedTransferDigest) { moked_cursor_get_int (cursor, 1),
                                             { (guint64) moked_cursor_get_int (cursor, 2),
                                               (guint64) moked_cursor_get_int (cursor, 3) } };
      *out_done = moked_cursor_get_int (cursor, 4) != 0;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_transfer_state_save:
 * @page: one whose rows were written in the same transaction
 */
gboolean
moked_transfer_state_save (MokedSession      *session,
                           MokedTransferPage *page,
                           GError           **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO transfer_progress (name, last, n_rows, sum_1, sum_2, finished) "
                             "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE SET last = excluded.last, "
                             "n_rows = excluded.n_rows, sum_1 = excluded.sum_1, sum_2 = excluded.sum_2, "
                             "finished = excluded.finished",
                             "ttiiii", page->table->name, page->last, page->digest.rows,
                             (gint64) page->digest.sums[0], (gint64) page->digest.sums[1], (gint64) page->end);
}

/**
 * moked_transfer_state_finish:
 * @session: of the database that the office came to
 *
 * All is there, and checked.
 */
gboolean
moked_transfer_state_finish (MokedSession *session,
                             GError      **error)
{
  return moked_session_exec (session, error, "DELETE FROM transfer_progress", "") &&
         moked_session_exec (session, error,
                             "UPDATE transfer SET finished_at = $1 WHERE direction = 'in' AND finished_at IS NULL", "i",
                             moked_session_get_now (session));
}

/* The database that is left ----------------------------------------------------------------------------- */

typedef struct
{
  const char *place;
  char       *id;
} Leave;

static DexFuture *
leave_in_session (MokedSession *session,
                  gpointer      data)
{
  Leave *leave = data;
  g_autofree char *place = NULL;
  gboolean finished = FALSE;
  GError *error = NULL;

  g_clear_pointer (&leave->id, g_free);
  if (!read_mark (session, "out", &leave->id, &place, &finished, &error))
    return dex_future_new_for_error (error);
  if (leave->id != NULL && g_strcmp0 (place, leave->place) != 0)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_CONFLICT,
                                  "This office is on its way to %s. Go on with that move, or start the service once to "
                                  "give it up.", place);
  if (leave->id != NULL)
    return dex_future_new_true ();
  leave->id = moked_ulid_new (NULL);
  if (!write_mark (session, "out", leave->id, leave->place, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/**
 * moked_transfer_state_leave:
 * @store: what the office leaves
 * @where: where it goes, without any secret
 * @error: %MOKED_ERROR_CONFLICT when it is on its way to somewhere else
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): the move's id; that of the move that began already, when there is one
 */
char *
moked_transfer_state_leave (MokedStore *store,
                            const char *where,
                            GError    **error)
{
  Leave leave = { where, NULL };

  if (dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, leave_in_session, &leave, NULL), error))
    return leave.id;
  g_free (leave.id);
  return NULL;
}

static DexFuture *
left_in_session (MokedSession *session,
                 gpointer      data)
{
  GError *error = NULL;

  if (moked_session_exec (session, &error,
                          "UPDATE transfer SET finished_at = $1 WHERE direction = 'out' AND finished_at IS NULL", "i",
                          moked_session_get_now (session)))
    return dex_future_new_true ();
  return dex_future_new_for_error (error);
}

/**
 * moked_transfer_state_left:
 * @store: what the office has left
 *
 * In a fiber. From now on no service works with it.
 */
gboolean
moked_transfer_state_left (MokedStore *store,
                           GError    **error)
{
  return dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, left_in_session, NULL, NULL), error);
}

static DexFuture *
settle_in_session (MokedSession *session,
                   gpointer      data)
{
  g_autofree char *in = NULL, *out = NULL, *place = NULL;
  gboolean in_finished = TRUE, out_finished = FALSE;
  GError *error = NULL;

  if (!read_mark (session, "in", &in, NULL, &in_finished, &error) ||
      !read_mark (session, "out", &out, &place, &out_finished, &error))
    return dex_future_new_for_error (error);
  if (in != NULL && !in_finished)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_CONFLICT,
                                  "Only a part of an office has arrived in this database. Go on with the move first.");
  if (out != NULL && out_finished)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_CONFLICT,
                                  "This office has moved to %s. To go back, export it there and import it here.",
                                  place);
  /* A move that did not come to its end is given up: what is written from now on is not in what was copied. */
  if (out != NULL && !moked_session_exec (session, &error, "DELETE FROM transfer WHERE direction = 'out'", ""))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/**
 * moked_transfer_state_settle:
 * @store: what a service is going to work with
 * @error: %MOKED_ERROR_CONFLICT for half an office, and for one that has moved elsewhere
 *
 * In a fiber.
 */
gboolean
moked_transfer_state_settle (MokedStore *store,
                             GError    **error)
{
  return dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, settle_in_session, NULL, NULL), error);
}
