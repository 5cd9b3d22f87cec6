/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-transfer.h"

#include "base/moked-error.h"
#include "transfer/moked-transfer-state.h"

/* All of the source is read in one session, so that what arrives is one moment of it, however long it takes and
 * whoever writes meanwhile. The session's thread hands each page to the main context, which has the other database
 * write it, and waits until it is durable. */

#define PAGE_ROWS 1000

typedef struct
{
  MokedStore                 *from;
  MokedStore                 *to;
  const MokedSchema          *schema;
  const MokedTransferOptions *options;
  GMainContext               *context;
  GPtrArray                  *from_tables;
  GPtrArray                  *to_tables;
  MokedTransferPage          *page; /* what is on its way */
  gboolean                    done; /* the table whose page it is arrived before */
  gint64                      rows;
  gint64                      total;
} Transfer;

/* Writing from the source's thread ---------------------------------------------------------------------- */

typedef struct
{
  Transfer        *transfer;
  MokedSessionFunc func;
  GMutex           lock;
  GCond            cond;
  gboolean         settled;
  GError          *error;
} Handover;

static DexFuture *
on_written (DexFuture *future,
            gpointer   data)
{
  Handover *handover = data;

  g_mutex_lock (&handover->lock);
  dex_future_get_value (future, &handover->error);
  handover->settled = TRUE;
  g_cond_signal (&handover->cond);
  g_mutex_unlock (&handover->lock);
  return dex_future_new_true ();
}

static gboolean
start_writing (gpointer data)
{
  Handover *handover = data;
  Transfer *transfer = handover->transfer;

  dex_future_disown (dex_future_finally (moked_store_write (transfer->to, MOKED_PRIORITY_BULK, NULL, handover->func,
                                                            transfer, NULL),
                                         on_written, handover, NULL));
  return G_SOURCE_REMOVE;
}

static gboolean
write_and_wait (Transfer        *transfer,
                MokedSessionFunc func,
                GError         **error)
{
  Handover handover = { transfer, func };
  g_autoptr (GSource) source = g_idle_source_new ();

  g_mutex_init (&handover.lock);
  g_cond_init (&handover.cond);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, start_writing, &handover, NULL);
  g_source_attach (source, transfer->context);
  g_mutex_lock (&handover.lock);
  while (!handover.settled)
    g_cond_wait (&handover.cond, &handover.lock);
  g_mutex_unlock (&handover.lock);
  g_mutex_clear (&handover.lock);
  g_cond_clear (&handover.cond);
  if (handover.error == NULL)
    return TRUE;
  g_propagate_error (error, handover.error);
  return FALSE;
}

static DexFuture *
result_of (gboolean done,
           GError  *error)
{
  return done ? dex_future_new_true () : dex_future_new_for_error (error);
}

static DexFuture *
begin_in_session (MokedSession *session,
                  gpointer      data)
{
  Transfer *self = data;
  GError *error = NULL;
  gboolean begun;

  g_clear_pointer (&self->to_tables, g_ptr_array_unref);
  self->to_tables = moked_transfer_table_list (session, self->schema, TRUE, &error);
  begun = self->to_tables != NULL && moked_transfer_table_match (self->from_tables, self->to_tables, &error) &&
          moked_transfer_state_begin (session, self->options->id, self->to_tables, &error);
  return result_of (begun, error);
}

static DexFuture *
load_in_session (MokedSession *session,
                 gpointer      data)
{
  Transfer *self = data;
  GError *error = NULL;
  gboolean loaded = moked_transfer_state_load (session, self->page, &self->done, &error);

  return result_of (loaded, error);
}

static DexFuture *
write_in_session (MokedSession *session,
                  gpointer      data)
{
  Transfer *self = data;
  GError *error = NULL;
  gboolean written = moked_transfer_page_write (self->page, session, &error) &&
                     moked_transfer_state_save (session, self->page, &error);

  return result_of (written, error);
}

/* Reading ------------------------------------------------------------------------------------------------- */

static gboolean
count_rows (Transfer     *self,
            MokedSession *session,
            GError      **error)
{
  for (guint i = 0; i < self->from_tables->len; i++)
    {
      MokedTransferTable *table = g_ptr_array_index (self->from_tables, i);
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM \"%s\"", table->name);
      g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");

      if (cursor == NULL || !moked_cursor_next (cursor, error))
        return FALSE;
      self->total += moked_cursor_get_int (cursor, 0);
    }
  return TRUE;
}

static void
tell (Transfer *self)
{
  if (self->options->progress != NULL)
    self->options->progress (self->rows, self->total, self->options->user_data);
}

static gboolean
is_cancelled (Transfer *self,
              GError  **error)
{
  if (!g_cancellable_is_cancelled (self->options->cancellable))
    return FALSE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CANCELLED, "It was cancelled");
  return TRUE;
}

static gboolean
copy_rest (Transfer     *self,
           MokedSession *session,
           GError      **error)
{
  gint64 before = self->rows;

  self->rows = before + self->page->digest.rows;
  while (!self->done)
    {
      if (is_cancelled (self, error) || !moked_transfer_page_read (self->page, session, error) ||
          !write_and_wait (self, write_in_session, error))
        return FALSE;
      self->done = self->page->end;
      self->rows = before + self->page->digest.rows;
      tell (self);
    }
  return TRUE;
}

static gboolean
copy_table (Transfer           *self,
            MokedTransferTable *table,
            MokedSession       *session,
            GError            **error)
{
  guint limit = self->options->page_rows > 0 ? self->options->page_rows : PAGE_ROWS;
  g_autoptr (MokedTransferPage) page = moked_transfer_page_new (table, limit);
  gboolean copied;

  self->page = page;
  copied = write_and_wait (self, load_in_session, error) && copy_rest (self, session, error);
  self->page = NULL;
  return copied;
}

static DexFuture *
copy_in_session (MokedSession *session,
                 gpointer      data)
{
  Transfer *self = data;
  GError *error = NULL;

  self->from_tables = moked_transfer_table_list (session, self->schema, !self->options->without_secrets, &error);
  if (self->from_tables == NULL || !count_rows (self, session, &error) ||
      !write_and_wait (self, begin_in_session, &error))
    return dex_future_new_for_error (error);
  for (guint i = 0; i < self->from_tables->len; i++)
    if (!copy_table (self, g_ptr_array_index (self->from_tables, i), session, &error))
      return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* Checking ------------------------------------------------------------------------------------------------ */

static gboolean
check_table (Transfer           *self,
             MokedTransferTable *table,
             MokedSession       *session,
             GError            **error)
{
  g_autoptr (MokedTransferPage) sent = moked_transfer_page_new (table, PAGE_ROWS);
  g_autoptr (MokedTransferPage) found = moked_transfer_page_new (table, PAGE_ROWS);
  gboolean done;

  if (!moked_transfer_state_load (session, sent, &done, error))
    return FALSE;
  while (!found->end)
    if (is_cancelled (self, error) || !moked_transfer_page_read (found, session, error))
      return FALSE;
  if (done && found->digest.rows == sent->digest.rows && found->digest.sums[0] == sent->digest.sums[0] &&
      found->digest.sums[1] == sent->digest.sums[1])
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_CORRUPT,
               "What arrived in %s is not what was sent: %" G_GINT64_FORMAT " rows instead of %" G_GINT64_FORMAT
               ", or other ones",
               table->name, found->digest.rows, sent->digest.rows);
  return FALSE;
}

static DexFuture *
check_in_session (MokedSession *session,
                  gpointer      data)
{
  Transfer *self = data;
  GError *error = NULL;

  /* In the order of its own catalogue's keys; a sum does not mind. */
  for (guint i = 0; i < self->from_tables->len; i++)
    {
      MokedTransferTable *table = g_ptr_array_index (self->from_tables, i);

      if (!check_table (self, moked_transfer_table_find (self->to_tables, table->name), session, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static DexFuture *
finish_in_session (MokedSession *session,
                   gpointer      data)
{
  GError *error = NULL;
  gboolean finished = moked_transfer_state_finish (session, &error);

  return result_of (finished, error);
}

static DexFuture *
is_finished_in_session (MokedSession *session,
                        gpointer      data)
{
  const char *id = data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error,
                           "SELECT count(*) FROM transfer WHERE direction = 'in' AND id = $1 AND finished_at IS NOT NULL",
                           "t", id);

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_boolean (moked_cursor_get_int (cursor, 0) > 0);
}

static DexFuture *
count_in_session (MokedSession *session,
                  gpointer      data)
{
  Transfer *self = data;
  GError *error = NULL;
  gboolean counted;

  self->from_tables = moked_transfer_table_list (session, self->schema, TRUE, &error);
  counted = self->from_tables != NULL && count_rows (self, session, &error);
  return result_of (counted, error);
}

static gboolean
copy_and_check (Transfer *self,
                GError  **error)
{
  return dex_await (moked_store_read (self->from, NULL, copy_in_session, self, NULL), error) &&
         dex_await (moked_store_read (self->to, NULL, check_in_session, self, NULL), error) &&
         dex_await (moked_store_write (self->to, MOKED_PRIORITY_URGENT, NULL, finish_in_session, self, NULL), error);
}

static gboolean
run (Transfer *self,
     GError  **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean finished = dex_await_boolean (moked_store_read (self->to, NULL, is_finished_in_session,
                                                           (gpointer) self->options->id, NULL),
                                         &local_error);

  if (local_error == NULL)
    return finished ? dex_await (moked_store_read (self->to, NULL, count_in_session, self, NULL), error)
                    : copy_and_check (self, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_transfer_run:
 * @from: where everything is read, at one moment
 * @to: an open store with nothing in it, or with the beginning of this move
 * @schema: that both were opened with
 * @options: how
 * @out_counts: what arrived
 * @error: %MOKED_ERROR_CONFLICT when @to holds something else, %MOKED_ERROR_CANCELLED, %MOKED_ERROR_CORRUPT when not
 *   the same arrived; the stores'
 *
 * In a fiber. Copies every table of every office, a page of rows and how far that is in one transaction; then reads
 * what arrived again and compares counts and hashes. When it ended in the midst, it goes on where it was, provided that
 * nobody wrote to @from.
 */
gboolean
moked_transfer_run (MokedStore                 *from,
                    MokedStore                 *to,
                    const MokedSchema          *schema,
                    const MokedTransferOptions *options,
                    MokedTransferCounts        *out_counts,
                    GError                    **error)
{
  Transfer self = { from, to, schema, options };
  gboolean done;

  self.context = g_main_context_ref_thread_default ();
  done = run (&self, error);
  if (done)
    *out_counts = (MokedTransferCounts) { self.from_tables->len, self.total };
  g_main_context_unref (self.context);
  g_clear_pointer (&self.from_tables, g_ptr_array_unref);
  g_clear_pointer (&self.to_tables, g_ptr_array_unref);
  return done;
}
