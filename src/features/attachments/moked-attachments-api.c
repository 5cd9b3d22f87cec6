/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "features/attachments/moked-attachment-content.h"
#include "features/attachments/moked-attachments.h"
#include "features/moked-context.h"

/* The way of the bytes, /api/files/{sha256}. docs/sync.md has the messages. */

#define PATH "/api/files/{sha256}"

/* One request on its way between the store's threads, the files' threads and the fiber. */
typedef struct
{
  gatomicrefcount        ref_count;
  MokedRequest          *request;
  MokedFileStore        *files;
  char                  *business;
  char                  *user_id;
  char                  *sha256;
  gint64                 size;
  gint64                 offset;
  gsize                  length;
  GBytes                *bytes;
  MokedAttachmentContent content;
  gboolean               here;
  gboolean               lost; /* nothing by this name, although a record says so */
  gint64                 used;
} Call;

static Call *
call_ref (Call *call)
{
  g_atomic_ref_count_inc (&call->ref_count);
  return call;
}

static void
call_unref (gpointer data)
{
  Call *call = data;

  if (!g_atomic_ref_count_dec (&call->ref_count))
    return;
  g_clear_pointer (&call->bytes, g_bytes_unref);
  g_clear_object (&call->files);
  g_free (call->business);
  g_free (call->user_id);
  g_free (call->sha256);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

/* Whoever asks for what is not there, not theirs, or no name of a content at all, learns one and the same. */
static gboolean
fail_not_found (GError **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no such file");
  return FALSE;
}

static Call *
call_new (MokedRequest *request,
          MokedContext *context,
          GError      **error)
{
  const char *sha256 = moked_request_get_param (request, "sha256");
  Call *call;

  if (!moked_file_store_is_hash (sha256))
    {
      fail_not_found (error);
      return NULL;
    }
  call = g_new0 (Call, 1);
  g_atomic_ref_count_init (&call->ref_count);
  call->files = g_object_ref (moked_context_get_files (context));
  call->business = g_strdup (moked_request_get_business (request));
  call->user_id = g_strdup (moked_request_get_user_id (request));
  call->sha256 = g_strdup (sha256);
  call->size = -1;
  return call;
}

static DexFuture *
result_of (gboolean good,
           GError  *error)
{
  return good ? dex_future_new_true () : dex_future_new_for_error (error);
}

/* On a store thread */

static DexFuture *
read_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Call *call = user_data;
  GError *error = NULL;
  gboolean good = moked_attachment_content_read (session, call->user_id, call->sha256, call->size, &call->content,
                                                 &error);

  if (good)
    good = (call->used = moked_attachment_content_used (session, &error)) >= 0;
  return result_of (good, error);
}

static DexFuture *
mark_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Call *call = user_data;
  GError *error = NULL;
  gboolean good = moked_attachment_content_mark (session, call->user_id, call->sha256, call->size, &error);

  return result_of (good, error);
}

static DexFuture *
lose_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Call *call = user_data;
  GError *error = NULL;
  gboolean good = moked_attachment_content_lost (session, call->sha256, &error);

  return result_of (good, error);
}

static gboolean
read_content (Call         *call,
              MokedContext *context,
              GError      **error)
{
  return dex_await (moked_store_read (moked_context_get_store (context), call->business, read_in_session,
                                      call_ref (call), call_unref),
                    error) &&
         (call->content.named || fail_not_found (error));
}

static gboolean
write_records (Call            *call,
               MokedContext    *context,
               MokedSessionFunc func,
               GError         **error)
{
  return dex_await (moked_store_write (moked_context_get_store (context), MOKED_PRIORITY_URGENT, call->business, func,
                                       call_ref (call), call_unref),
                    error);
}

/* On a thread of the files */

static DexFuture *
look (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  call->offset = moked_file_store_get_offset (call->files, call->business, call->sha256);
  call->lost = call->content.known && !moked_file_store_has (call->files, call->business, call->sha256, NULL);
  if (!moked_file_store_claim (call->files, call->business, call->sha256, call->size, &call->here, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static DexFuture *
append (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;
  gboolean good = moked_file_store_append (call->files, call->business, call->sha256, call->size, call->offset,
                                           call->bytes, &call->offset, &error);

  return result_of (good, error);
}

static DexFuture *
measure (gpointer user_data)
{
  Call *call = user_data;

  call->here = moked_file_store_has (call->files, call->business, call->sha256, &call->size);
  return dex_future_new_true ();
}

static DexFuture *
read_piece (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  call->bytes = moked_file_store_read (call->files, call->business, call->sha256, call->offset, call->length, &error);
  return result_of (call->bytes != NULL, error);
}

static DexFuture *
check_all (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;
  gboolean good = moked_file_store_check (call->files, call->business, call->sha256, &error);

  return result_of (good, error);
}

static gboolean
run (Call         *call,
     MokedWorkFunc func,
     GError      **error)
{
  return dex_await (moked_file_store_run (call->files, func, call_ref (call), call_unref), error);
}

/* How far a content is */

static MokedReply *
reply_state (Call    *call,
             gboolean stored)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_sint (doc, root, "offset", stored ? call->size : call->offset);
  yyjson_mut_obj_add_bool (doc, root, "stored", stored);
  return moked_reply_new_json (doc);
}

/* A content that only others' records have is not given for its name: who wants it has to send it. When no record has
 * it at all, its sender's request ended between the file and the record. */
static gboolean
may_have (Call *call)
{
  return call->here && (call->content.stored || !call->content.known);
}

static MokedReply *
get_state (MokedRequest *request,
           MokedContext *context,
           GError      **error)
{
  g_autoptr (Call) call = call_new (request, context, error);

  if (call == NULL)
    return NULL;
  call->size = moked_request_get_query_int (request, "size", -1);
  if (call->size < 0)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘size’ is needed");
      return NULL;
    }
  if (!read_content (call, context, error) || !run (call, look, error))
    return NULL;
  if (call->lost && !write_records (call, context, lose_in_session, error))
    return NULL;
  if (!may_have (call))
    return reply_state (call, FALSE);
  if (!call->content.everywhere && !write_records (call, context, mark_in_session, error))
    return NULL;
  return reply_state (call, TRUE);
}

/* Taking a piece */

static gboolean
parse_number (const char **at,
              char         end,
              gint64      *out_value)
{
  const char *stop = strchr (*at, end);
  g_autofree char *text = stop != NULL ? g_strndup (*at, stop - *at) : NULL;
  guint64 value;

  if (text == NULL || !g_ascii_isdigit (*text) || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;
  *out_value = (gint64) value;
  *at = stop + (end != '\0');
  return TRUE;
}

/* `bytes FIRST-LAST/SIZE`, or for an empty piece that only ends a whole part, `bytes` and an asterisk for the range. */
static gboolean
parse_content_range (Call       *call,
                     const char *text)
{
  const char *at = text;
  gint64 length = g_bytes_get_size (call->bytes);
  gint64 last;

  if (at == NULL || !g_str_has_prefix (at, "bytes "))
    return FALSE;
  at += strlen ("bytes ");
  if (length == 0 && g_str_has_prefix (at, "*/"))
    {
      at += 2;
      if (!parse_number (&at, '\0', &call->size))
        return FALSE;
      call->offset = call->size;
      return TRUE;
    }
  return parse_number (&at, '-', &call->offset) && parse_number (&at, '/', &last) &&
         parse_number (&at, '\0', &call->size) && length > 0 && last - call->offset == length - 1 && last < call->size;
}

static gboolean
check_quota (Call         *call,
             MokedContext *context,
             GError      **error)
{
  gint64 quota = moked_context_get_file_quota (context);

  if (quota == 0 || call->content.known || call->used + call->size <= quota)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FULL, "The office's files have no room left");
  return FALSE;
}

static MokedReply *
take_piece (MokedRequest *request,
            MokedContext *context,
            GError **error)
{
  g_autoptr (Call) call = call_new (request, context, error);

  if (call == NULL)
    return NULL;
  call->bytes = g_bytes_ref (moked_request_get_body (request));
  if (!parse_content_range (call, moked_request_get_header (request, "Content-Range")))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘Content-Range’ tells where the piece belongs");
      return NULL;
    }
  if (!read_content (call, context, error) || !check_quota (call, context, error) || !run (call, append, error))
    return NULL;
  if (call->offset < call->size)
    return reply_state (call, FALSE);
  return write_records (call, context, mark_in_session, error) ? reply_state (call, TRUE) : NULL;
}

/* Giving a piece */

typedef enum
{
  RANGE_WHOLE,
  RANGE_PIECE,
  RANGE_OUTSIDE,
} RangeKind;

/* One range; what is no range that we know is as if it were not there, as RFC 9110 wants it. */
static RangeKind
parse_range (Call       *call,
             const char *text)
{
  const char *at = text;
  gint64 last = call->size - 1;

  if (at == NULL || !g_str_has_prefix (at, "bytes=") || strchr (at, ',') != NULL)
    return RANGE_WHOLE;
  at += strlen ("bytes=");
  if (*at == '-')
    {
      at++;
      if (!parse_number (&at, '\0', &last))
        return RANGE_WHOLE;
      call->offset = MAX (call->size - last, 0);
      call->length = MIN (call->size - call->offset, MOKED_ATTACHMENTS_MAX_PIECE);
      return call->length > 0 ? RANGE_PIECE : RANGE_OUTSIDE;
    }
  if (!parse_number (&at, '-', &call->offset) || (*at != '\0' && !parse_number (&at, '\0', &last)) ||
      last < MIN (call->offset, call->size - 1))
    return RANGE_WHOLE;
  if (call->offset >= call->size)
    return RANGE_OUTSIDE;
  call->length = MIN (MIN (last, call->size - 1) - call->offset + 1, MOKED_ATTACHMENTS_MAX_PIECE);
  return RANGE_PIECE;
}

static MokedReply *
reply_outside (Call *call)
{
  g_autofree char *range = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, call->size);
  MokedReply *reply = moked_reply_new (416);

  moked_reply_set_header (reply, "Content-Range", range);
  return reply;
}

/* Nothing of what people send is shown by a browser as if it were ours. */
static MokedReply *
reply_bytes (Call     *call,
             RangeKind kind)
{
  MokedReply *reply = moked_reply_new_bytes ("application/octet-stream", call->bytes);

  moked_reply_set_header (reply, "Accept-Ranges", "bytes");
  moked_reply_set_header (reply, "Cache-Control", "private, no-store");
  moked_reply_set_header (reply, "Content-Disposition", "attachment");
  if (kind == RANGE_PIECE)
    {
      gint64 last = call->offset + (gint64) g_bytes_get_size (call->bytes) - 1;
      g_autofree char *range = g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                                call->offset, last, call->size);

      moked_reply_set_status (reply, 206);
      moked_reply_set_header (reply, "Content-Range", range);
    }
  return reply;
}

static MokedReply *
get_piece (MokedRequest *request,
           MokedContext *context,
           GError      **error)
{
  g_autoptr (Call) call = call_new (request, context, error);
  RangeKind kind;

  if (call == NULL || !read_content (call, context, error))
    return NULL;
  if (!call->content.stored)
    {
      fail_not_found (error);
      return NULL;
    }
  if (!run (call, measure, error))
    return NULL;
  if (!call->here)
    {
      if (write_records (call, context, lose_in_session, error))
        fail_not_found (error);
      return NULL;
    }
  kind = parse_range (call, moked_request_get_header (request, "Range"));
  if (kind == RANGE_OUTSIDE)
    return reply_outside (call);
  if (kind == RANGE_WHOLE)
    call->offset = 0, call->length = call->size;
  if (call->length > MOKED_ATTACHMENTS_MAX_PIECE)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "A large file is fetched in pieces, by ‘Range’");
      return NULL;
    }
  return run (call, read_piece, error) ? reply_bytes (call, kind) : NULL;
}

/* Somebody got bytes that are not what the name says. */
static MokedReply *
post_check (MokedRequest *request,
            MokedContext *context,
            GError      **error)
{
  g_autoptr (Call) call = call_new (request, context, error);
  g_autoptr (GError) local_error = NULL;

  if (call == NULL || !read_content (call, context, error))
    return NULL;
  if (run (call, check_all, &local_error))
    return moked_reply_new (204);
  if (!g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_CORRUPT) &&
      !g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return write_records (call, context, lose_in_session, error) ? moked_reply_new (204) : NULL;
}

const MokedRoute moked_attachments_routes[] = {
  { "GET", PATH "/state", get_state },
  { "POST", PATH "/check", post_check },
  { "GET", PATH, get_piece },
  { "PATCH", PATH, take_piece, MOKED_ROUTE_TOKEN, MOKED_ATTACHMENTS_MAX_PIECE },
  { 0 },
};
