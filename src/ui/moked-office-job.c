/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-office-job.h"

#include <string.h>
#include <yyjson.h>

#include "base/moked-error.h"
#include "base/moked-json.h"

/* Long work of the service on the whole office, asked for step by step. Fibers of their own, so that it goes on when
 * the dialog is closed. */

#define WORK "/api/office/work"
#define EXPORT "/api/office/export"
#define IMPORT "/api/office/import"
#define RESTORE "/api/office/restore"

#define ASK_EVERY_MSEC 250

/* A service that begins anew does not answer for a while. */
#define PATIENCE (2 * G_TIME_SPAN_MINUTE)

#define PIECE (512 * 1024)

struct _MokedOfficeJob
{
  gatomicrefcount      ref_count;
  MokedHttpTransport  *transport;
  MokedOfficeProgress  progress;
  gpointer             user_data;
  GDestroyNotify       destroy;
  GFile               *file;
  char                *backup;
  gboolean             cancelled;
};

/**
 * moked_office_job_new:
 * @transport: to the service
 * @progress: told how far it is
 * @destroy: (nullable): frees @user_data
 *
 * Returns: (transfer full): a job for one piece of work
 */
MokedOfficeJob *
moked_office_job_new (MokedHttpTransport *transport,
                      MokedOfficeProgress progress,
                      gpointer            user_data,
                      GDestroyNotify      destroy)
{
  MokedOfficeJob *self = g_new0 (MokedOfficeJob, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->transport = g_object_ref (transport);
  self->progress = progress;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

MokedOfficeJob *
moked_office_job_ref (MokedOfficeJob *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
moked_office_job_unref (MokedOfficeJob *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_object_unref (self->transport);
  g_clear_object (&self->file);
  g_free (self->backup);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

static void
unref_job (gpointer data)
{
  moked_office_job_unref (data);
}

/**
 * moked_office_job_cancel:
 *
 * Ends it at the next opportunity. What was begun is put away; nothing of the office is changed.
 */
void
moked_office_job_cancel (MokedOfficeJob *self)
{
  self->cancelled = TRUE;
}

static gboolean
is_cancelled (MokedOfficeJob *self,
              GError        **error)
{
  if (self->cancelled)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CANCELLED, "It was cancelled");
  return self->cancelled;
}

static GBytes *
request (MokedOfficeJob *self,
         const char     *method,
         const char     *path,
         GBytes         *body,
         GError        **error)
{
  return dex_await_boxed (moked_http_transport_request (self->transport, method, path, body), error);
}

static yyjson_doc *
ask (MokedOfficeJob *self,
     const char     *method,
     const char     *path,
     GBytes         *body,
     GError        **error)
{
  g_autoptr (GBytes) answer = request (self, method, path, body, error);
  gsize length;
  const char *text = answer != NULL ? g_bytes_get_data (answer, &length) : NULL;
  yyjson_doc *doc = text != NULL ? yyjson_read (text, length, 0) : NULL;

  if (doc == NULL && answer != NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's answer makes no sense");
  return doc;
}

static void
tell (MokedOfficeJob *self,
      MokedOfficeStep step,
      gint64          done,
      gint64          total)
{
  self->progress (step, total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : -1, self->user_data);
}

/* Returns: whether it is over; with @error when not well */
static gboolean
judge (MokedOfficeJob *self,
       yyjson_val     *status,
       MokedOfficeStep step,
       gint64         *out_size,
       GError        **error)
{
  const char *problem = yyjson_get_str (yyjson_obj_get (status, "problem"));

  if (yyjson_get_bool (yyjson_obj_get (status, "running")))
    {
      tell (self, step, yyjson_get_sint (yyjson_obj_get (status, "done")),
            yyjson_get_sint (yyjson_obj_get (status, "total")));
      return FALSE;
    }
  *out_size = yyjson_get_sint (yyjson_obj_get (status, "size"));
  if (!is_cancelled (self, error) && problem != NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, problem);
  return TRUE;
}

static void
stop_work (MokedOfficeJob *self)
{
  g_autoptr (GBytes) answer = request (self, "DELETE", WORK, NULL, NULL);
}

/* Until the service has done it. */
static gboolean
await_work (MokedOfficeJob *self,
            MokedOfficeStep step,
            gint64         *out_size,
            GError        **error)
{
  gint64 answered_at = g_get_monotonic_time ();
  gboolean told = FALSE;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (yyjson_doc) status = NULL;

      if (self->cancelled && !told)
        {
          stop_work (self);
          told = TRUE;
        }
      status = ask (self, "GET", WORK, NULL, &local_error);
      if (status != NULL)
        answered_at = g_get_monotonic_time ();
      else if (!g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE) ||
               g_get_monotonic_time () - answered_at > PATIENCE)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (status != NULL && judge (self, yyjson_doc_get_root (status), step, out_size, &local_error))
        {
          gboolean good = local_error == NULL;

          if (!good)
            g_propagate_error (error, g_steal_pointer (&local_error));
          return good;
        }
      dex_await (dex_timeout_new_msec (ASK_EVERY_MSEC), NULL);
    }
}

/* export -------------------------------------------------------------------------------------------------- */

static gboolean
write_piece (GOutputStream *stream,
             GBytes        *piece,
             GError       **error)
{
  gsize written = 0;

  while (written < g_bytes_get_size (piece))
    {
      g_autoptr (GBytes) rest = g_bytes_new_from_bytes (piece, written, g_bytes_get_size (piece) - written);
      GError *local_error = NULL;
      gint64 length = dex_await_int64 (dex_output_stream_write_bytes (stream, rest, G_PRIORITY_DEFAULT), &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, local_error);
          return FALSE;
        }
      written += (gsize) length;
    }
  return TRUE;
}

static gboolean
fetch_pieces (MokedOfficeJob *self,
              GOutputStream  *stream,
              gint64          size,
              GError        **error)
{
  gint64 offset = 0;

  while (!is_cancelled (self, error))
    {
      g_autofree char *path = g_strdup_printf (EXPORT "?offset=%" G_GINT64_FORMAT, offset);
      g_autoptr (GBytes) piece = request (self, "GET", path, NULL, error);

      if (piece == NULL || !write_piece (stream, piece, error))
        return FALSE;
      offset += (gint64) g_bytes_get_size (piece);
      tell (self, MOKED_OFFICE_STEP_FETCH, offset, size);
      if (g_bytes_get_size (piece) > 0)
        continue;
      if (offset == size)
        return TRUE;
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "Not all of the export came");
      return FALSE;
    }
  return FALSE;
}

static gboolean
fetch (MokedOfficeJob *self,
       gint64          size,
       GError        **error)
{
  g_autoptr (GOutputStream) stream = dex_await_object (
      dex_file_replace (self->file, NULL, FALSE, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT), error);
  g_autoptr (GCancellable) discard = g_cancellable_new ();

  if (stream == NULL)
    return FALSE;
  if (fetch_pieces (self, stream, size, error))
    return dex_await (dex_output_stream_close (stream, G_PRIORITY_DEFAULT), error);
  /* A file that was there stays as it was. */
  g_cancellable_cancel (discard);
  g_output_stream_close (stream, discard, NULL);
  return FALSE;
}

static DexFuture *
export_fiber (gpointer data)
{
  MokedOfficeJob *self = data;
  GError *error = NULL;
  gint64 size = 0;
  g_autoptr (yyjson_doc) begun = ask (self, "POST", EXPORT, NULL, &error);
  gboolean done = begun != NULL && await_work (self, MOKED_OFFICE_STEP_MAKE, &size, &error) &&
                  fetch (self, size, &error);

  if (begun != NULL)
    stop_work (self);
  return done ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * moked_office_job_export:
 * @target: becomes the export
 *
 * Returns: (transfer full): resolves when all of the office is in @target
 */
DexFuture *
moked_office_job_export (MokedOfficeJob *self,
                         GFile          *target)
{
  self->file = g_object_ref (target);
  return dex_scheduler_spawn (NULL, 0, export_fiber, moked_office_job_ref (self), unref_job);
}

/* import and restore -------------------------------------------------------------------------------------- */

static gint64
get_size (GFile *file)
{
  g_autoptr (GFileInfo) info = dex_await_object (
      dex_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT), NULL);

  return info != NULL ? g_file_info_get_size (info) : 0;
}

static gboolean
bring_piece (MokedOfficeJob *self,
             gint64          offset,
             GBytes         *piece,
             GError        **error)
{
  g_autofree char *path = g_strdup_printf (IMPORT "?offset=%" G_GINT64_FORMAT, offset);
  g_autoptr (yyjson_doc) answer = ask (self, "POST", path, piece, error);

  return answer != NULL;
}

static gboolean
bring (MokedOfficeJob *self,
       GError        **error)
{
  g_autoptr (GInputStream) stream = dex_await_object (dex_file_read (self->file, G_PRIORITY_DEFAULT), error);
  gint64 size = stream != NULL ? get_size (self->file) : 0, offset = 0;

  while (stream != NULL && !is_cancelled (self, error))
    {
      g_autoptr (GBytes) piece =
          dex_await_boxed (dex_input_stream_read_bytes (stream, PIECE, G_PRIORITY_DEFAULT), error);

      if (piece == NULL)
        return FALSE;
      if (g_bytes_get_size (piece) == 0)
        return TRUE;
      if (!bring_piece (self, offset, piece, error))
        return FALSE;
      offset += (gint64) g_bytes_get_size (piece);
      tell (self, MOKED_OFFICE_STEP_BRING, offset, size);
    }
  return FALSE;
}

static GBytes *
new_wish (MokedOfficeJob *self)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  char *text;
  size_t length;

  yyjson_mut_doc_set_root (doc, yyjson_mut_obj (doc));
  if (self->backup != NULL)
    yyjson_mut_obj_add_str (doc, yyjson_mut_doc_get_root (doc), "backup", self->backup);
  text = yyjson_mut_write (doc, 0, &length);
  return g_bytes_new_with_free_func (text, length, free, text);
}

static DexFuture *
replace_fiber (gpointer data)
{
  MokedOfficeJob *self = data;
  g_autoptr (GBytes) wish = new_wish (self);
  g_autoptr (yyjson_doc) begun = NULL;
  GError *error = NULL;
  gint64 size;

  tell (self, self->file != NULL ? MOKED_OFFICE_STEP_BRING : MOKED_OFFICE_STEP_REPLACE, 0, 0);
  if (self->file != NULL && !bring (self, &error))
    {
      stop_work (self);
      return dex_future_new_for_error (error);
    }
  begun = ask (self, "POST", RESTORE, wish, &error);
  if (begun == NULL || !await_work (self, MOKED_OFFICE_STEP_REPLACE, &size, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/**
 * moked_office_job_import:
 * @source: an export of the same office
 *
 * Returns: (transfer full): resolves when the service works with it
 */
DexFuture *
moked_office_job_import (MokedOfficeJob *self,
                         GFile          *source)
{
  self->file = g_object_ref (source);
  return dex_scheduler_spawn (NULL, 0, replace_fiber, moked_office_job_ref (self), unref_job);
}

/**
 * moked_office_job_restore:
 * @backup: its name
 *
 * Returns: (transfer full): resolves when the service works with it
 */
DexFuture *
moked_office_job_restore (MokedOfficeJob *self,
                          const char     *backup)
{
  self->backup = g_strdup (backup);
  return dex_scheduler_spawn (NULL, 0, replace_fiber, moked_office_job_ref (self), unref_job);
}
