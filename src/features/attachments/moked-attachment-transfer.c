/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-transfer.h"

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "features/attachments/moked-attachments.h"

/* A content goes in pieces whose size follows the line: large where it is fast, so that nothing waits, and small where
 * it is slow or breaks, so that little is sent twice. What arrived is asked of the side that receives, always. */

#define SMALLEST (64 * 1024)
#define FIRST (512 * 1024)
#define SLOW_USEC (4 * G_USEC_PER_SEC)
#define FAST_USEC (G_USEC_PER_SEC / 2)
#define MAX_STANDSTILLS 3

/* One step on a thread of the files. */
typedef struct
{
  MokedFileStore *files;
  char           *area;
  char           *sha256;
  gint64          size;
  gint64          offset;
  gsize           length;
  GBytes         *bytes;
  gboolean        here;
  gatomicrefcount ref_count;
} Step;

static void
step_unref (gpointer data)
{
  Step *step = data;

  if (!g_atomic_ref_count_dec (&step->ref_count))
    return;
  g_clear_pointer (&step->bytes, g_bytes_unref);
  g_object_unref (step->files);
  g_free (step->area);
  g_free (step->sha256);
  g_free (step);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, step_unref)

static Step *
step_new (MokedAttachmentTransfer *self)
{
  Step *step = g_new0 (Step, 1);

  g_atomic_ref_count_init (&step->ref_count);
  step->files = g_object_ref (self->files);
  step->area = g_strdup (self->area);
  step->sha256 = g_strdup (self->sha256);
  step->size = self->size;
  step->offset = self->done;
  return step;
}

static gboolean
run (Step         *step,
     MokedWorkFunc func,
     GError      **error)
{
  g_atomic_ref_count_inc (&step->ref_count);
  return dex_await (moked_file_store_run (step->files, func, step, step_unref), error);
}

static DexFuture *
read_piece (gpointer data)
{
  Step *step = data;
  GError *error = NULL;

  step->bytes = moked_file_store_read (step->files, step->area, step->sha256, step->offset, step->length, &error);
  return step->bytes != NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

static DexFuture *
append_piece (gpointer data)
{
  Step *step = data;
  GError *error = NULL;

  if (!moked_file_store_append (step->files, step->area, step->sha256, step->size, step->offset, step->bytes,
                                &step->offset, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static DexFuture *
find_offset (gpointer data)
{
  Step *step = data;

  step->here = moked_file_store_has (step->files, step->area, step->sha256, NULL);
  step->offset = moked_file_store_get_offset (step->files, step->area, step->sha256);
  return dex_future_new_true ();
}

static DexFuture *
check_local (gpointer data)
{
  Step *step = data;
  GError *error = NULL;

  if (!moked_file_store_check (step->files, step->area, step->sha256, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static gboolean
set_done (MokedAttachmentTransfer *self,
          gint64                   done,
          GError                 **error)
{
  self->done = done;
  if (self->moved != NULL)
    self->moved (self, self->user_data);
  if (!self->cancelled)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CANCELLED, "The transfer was ended");
  return FALSE;
}

static gsize
get_length (MokedAttachmentTransfer *self)
{
  if (self->piece == 0)
    self->piece = FIRST;
  return (gsize) MIN ((gint64) self->piece, self->size - self->done);
}

static void
follow_line (MokedAttachmentTransfer *self,
             gint64                   began,
             gboolean                 arrived)
{
  gint64 took = g_get_monotonic_time () - began;

  if (!arrived || took > SLOW_USEC)
    self->piece = MAX (self->piece / 2, SMALLEST);
  else if (took < FAST_USEC)
    self->piece = MIN (self->piece * 2, MOKED_ATTACHMENTS_MAX_PIECE);
}

/* Sending */

static gboolean
parse_state (MokedAttachmentTransfer *self,
             GBytes                  *answer,
             gboolean                *out_stored,
             GError                 **error)
{
  gsize length;
  const char *text = g_bytes_get_data (answer, &length);
  g_autoptr (yyjson_doc) doc = moked_json_parse (text, length, MOKED_JSON_MAX_DEPTH, error);
  yyjson_val *root = yyjson_doc_get_root (doc);
  gint64 offset = yyjson_get_sint (yyjson_obj_get (root, "offset"));

  if (doc == NULL)
    return FALSE;
  *out_stored = yyjson_get_bool (yyjson_obj_get (root, "stored"));
  if (offset >= 0 && offset <= self->size)
    return set_done (self, *out_stored ? self->size : offset, error);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service tells of another file");
  return FALSE;
}

static gboolean
ask_state (MokedAttachmentTransfer *self,
           gboolean                *out_stored,
           GError                 **error)
{
  g_autofree char *path = g_strdup_printf ("/api/files/%s/state?size=%" G_GINT64_FORMAT, self->sha256, self->size);
  g_autoptr (GBytes) answer = dex_await_boxed (moked_http_transport_request (self->way, "GET", path, NULL), error);

  return answer != NULL && parse_state (self, answer, out_stored, error);
}

static char *
dup_content_range (MokedAttachmentTransfer *self,
                   gsize                    length)
{
  if (length == 0)
    return g_strdup_printf ("bytes */%" G_GINT64_FORMAT, self->size);
  return g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, self->done,
                          self->done + (gint64) length - 1, self->size);
}

static gboolean
send_piece (MokedAttachmentTransfer *self,
            gboolean                *out_stored,
            GError                 **error)
{
  g_autoptr (Step) step = step_new (self);
  g_autofree char *path = g_strconcat ("/api/files/", self->sha256, NULL);
  g_autofree char *range = NULL;
  g_autoptr (GBytes) answer = NULL;
  gint64 began;

  step->length = get_length (self);
  if (!run (step, read_piece, error))
    return FALSE;
  if (g_bytes_get_size (step->bytes) != step->length)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "The copy on this computer is not whole");
      return FALSE;
    }
  range = dup_content_range (self, step->length);
  began = g_get_monotonic_time ();
  /* libsoup sends a PUT a second time when a connection breaks, and without its body. */
  answer = dex_await_boxed (moked_http_transport_exchange (self->way, "PATCH", path, "Content-Range", range,
                                                           "application/octet-stream", step->bytes),
                            error);
  follow_line (self, began, answer != NULL);
  return answer != NULL && parse_state (self, answer, out_stored, error);
}

/* Somebody else may be sending the same content, and pieces may have been damaged on their way or in the service: the
 * next try begins where it now stands. What is damaged here is not sent again and again. */
static gboolean
may_go_on (MokedAttachmentTransfer *self,
           const GError            *reason,
           GError                 **error)
{
  g_autoptr (Step) step = NULL;

  if (g_error_matches (reason, MOKED_ERROR, MOKED_ERROR_CONFLICT))
    return TRUE;
  /* HTTP's 422. */
  if (g_error_matches (reason, MOKED_ERROR, MOKED_ERROR_INVALID))
    {
      step = step_new (self);
      return run (step, check_local, error);
    }
  g_propagate_error (error, g_error_copy (reason));
  return FALSE;
}

/**
 * moked_attachment_transfer_send:
 * @error: %MOKED_ERROR_NOT_FOUND while the service has no record of it, %MOKED_ERROR_UNAVAILABLE,
 *   %MOKED_ERROR_FULL, %MOKED_ERROR_CORRUPT when the copy of this computer is damaged (it is gone then),
 *   %MOKED_ERROR_CANCELLED
 *
 * In a fiber: sends what the service does not have yet.
 */
gboolean
moked_attachment_transfer_send (MokedAttachmentTransfer *self,
                                GError                 **error)
{
  gint64 farthest = -1;
  guint standstills = 0;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gboolean stored = FALSE;
      gboolean good = ask_state (self, &stored, &local_error);

      while (good && !stored)
        good = send_piece (self, &stored, &local_error);
      if (stored)
        return TRUE;
      standstills = self->done > farthest ? 0 : standstills + 1;
      farthest = MAX (farthest, self->done);
      if (!may_go_on (self, local_error, error))
        return FALSE;
      if (standstills == MAX_STANDSTILLS)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

/* Fetching */

static gboolean
fetch_piece (MokedAttachmentTransfer *self,
             GError                 **error)
{
  g_autoptr (Step) step = step_new (self);
  g_autoptr (GError) local_error = NULL;
  g_autofree char *path = g_strconcat ("/api/files/", self->sha256, NULL);
  g_autofree char *range = NULL;
  gint64 began = g_get_monotonic_time ();

  step->length = get_length (self);
  range = g_strdup_printf ("bytes=%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, self->done,
                           self->done + (gint64) step->length - 1);
  if (step->length == 0)
    step->bytes = g_bytes_new (NULL, 0);
  else
    step->bytes = dex_await_boxed (
        moked_http_transport_exchange (self->way, "GET", path, "Range", range, NULL, NULL), error);
  follow_line (self, began, step->bytes != NULL);
  if (step->bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (step->bytes) > step->length || (step->length > 0 && g_bytes_get_size (step->bytes) == 0))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service sent another piece of the file");
      return FALSE;
    }
  if (!run (step, append_piece, &local_error) && !g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return set_done (self, step->offset, error);
}

/* What came is not what its name says. When it is the service's copy, the service finds out and asks the desktops. */
static void
have_checked (MokedAttachmentTransfer *self)
{
  g_autofree char *path = g_strdup_printf ("/api/files/%s/check", self->sha256);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  dex_await (moked_http_transport_request (self->way, "POST", path, nothing), NULL);
}

/**
 * moked_attachment_transfer_fetch:
 * @error: %MOKED_ERROR_NOT_FOUND when the service does not have it, %MOKED_ERROR_UNAVAILABLE,
 *   %MOKED_ERROR_REJECTED when other bytes came, %MOKED_ERROR_FULL, %MOKED_ERROR_CANCELLED
 *
 * In a fiber: brings what is not here yet.
 */
gboolean
moked_attachment_transfer_fetch (MokedAttachmentTransfer *self,
                                 GError                 **error)
{
  g_autoptr (Step) step = step_new (self);
  g_autoptr (GError) local_error = NULL;

  if (!run (step, find_offset, error))
    return FALSE;
  if (step->here)
    return TRUE;
  if (!set_done (self, MIN (step->offset, self->size), error))
    return FALSE;
  do
    if (!fetch_piece (self, &local_error))
      {
        if (g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_REJECTED))
          have_checked (self);
        g_propagate_error (error, g_steal_pointer (&local_error));
        return FALSE;
      }
  while (self->done < self->size);
  return TRUE;
}
