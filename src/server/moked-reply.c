/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-reply-private.h"

#include <libsoup/soup.h>
#include <string.h>
#include <time.h>

#include "base/moked-error.h"

/* Small answers travel with their head in one write. */
#define INLINE_BODY (8 * 1024)

/**
 * MokedReply:
 *
 * An answer. Each handler makes one and gives it away.
 */

/**
 * moked_reply_new:
 * @status: an HTTP status
 *
 * Returns: (transfer full): an answer without a body
 */
MokedReply *
moked_reply_new (guint status)
{
  MokedReply *self = g_new0 (MokedReply, 1);

  self->status = status;
  return self;
}

/**
 * moked_reply_new_bytes:
 * @content_type: static
 * @body: the body
 *
 * Returns: (transfer full): a 200
 */
MokedReply *
moked_reply_new_bytes (const char *content_type,
                       GBytes     *body)
{
  MokedReply *self = moked_reply_new (200);

  self->content_type = g_intern_string (content_type);
  self->body = g_bytes_ref (body);
  return self;
}

/**
 * moked_reply_new_text:
 * @content_type: of the body
 * @text: the body, UTF-8
 *
 * Returns: (transfer full): a 200
 */
MokedReply *
moked_reply_new_text (const char *content_type,
                      const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return moked_reply_new_bytes (content_type, body);
}

static MokedReply *
new_json_as (const char     *content_type,
             yyjson_mut_doc *doc)
{
  g_autoptr (GBytes) body = NULL;
  size_t length;
  char *text = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, &length);

  body = g_bytes_new_with_free_func (text, length, (GDestroyNotify) free, text);
  return moked_reply_new_bytes (content_type, body);
}

/**
 * moked_reply_new_json:
 * @doc: (transfer full): what to answer
 *
 * Returns: (transfer full): a 200 with `application/json`
 */
MokedReply *
moked_reply_new_json (yyjson_mut_doc *doc)
{
  MokedReply *self = new_json_as ("application/json", doc);

  yyjson_mut_doc_free (doc);
  return self;
}

/**
 * moked_reply_new_xml:
 * @xml: a document, such as TwiML
 *
 * Returns: (transfer full): a 200 with `text/xml`
 */
MokedReply *
moked_reply_new_xml (const char *xml)
{
  return moked_reply_new_text ("text/xml; charset=utf-8", xml);
}

/**
 * moked_reply_new_problem:
 * @error: what went wrong
 *
 * The text of errors that people can do something about is shown; of our own failures (5xx) it is not,
 * as it may tell of the inside.
 *
 * Returns: (transfer full): problem+json (RFC 9457) with the status that belongs to @error
 */
MokedReply *
moked_reply_new_problem (const GError *error)
{
  guint status = moked_error_get_http_status (error);
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  MokedReply *self;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "type", "about:blank");
  yyjson_mut_obj_add_str (doc, root, "title", soup_status_get_phrase (status));
  yyjson_mut_obj_add_uint (doc, root, "status", status);
  yyjson_mut_obj_add_str (doc, root, "code", moked_error_get_code (error));
  if (status < 500)
    yyjson_mut_obj_add_str (doc, root, "detail", error->message);
  self = new_json_as ("application/problem+json", doc);
  self->status = status;
  yyjson_mut_doc_free (doc);
  return self;
}

void
moked_reply_free (MokedReply *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  if (self->headers != NULL)
    g_string_free (self->headers, TRUE);
  g_free (self);
}

void
moked_reply_set_status (MokedReply *self,
                        guint       status)
{
  self->status = status;
}

/**
 * moked_reply_set_header:
 * @name: a header besides those of the body and the connection
 * @value: its value, one line
 */
void
moked_reply_set_header (MokedReply *self,
                        const char *name,
                        const char *value)
{
  g_return_if_fail (strpbrk (value, "\r\n") == NULL);

  if (self->headers == NULL)
    self->headers = g_string_new (NULL);
  g_string_append_printf (self->headers, "%s: %s\r\n", name, value);
}

guint
moked_reply_get_status (MokedReply *self)
{
  return self->status;
}

/**
 * moked_reply_get_body:
 *
 * Returns: (transfer none) (nullable): the body
 */
GBytes *
moked_reply_get_body (MokedReply *self)
{
  return self->body;
}

/* The date of this second; made once a second. */
static const char *
get_date (void)
{
  static const char days[] = "SunMonTueWedThuFriSat";
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  static time_t made_at;
  static char date[64];
  time_t now = time (NULL);
  struct tm t;

  if (now != made_at)
    {
      made_at = now;
      gmtime_r (&now, &t);
      g_snprintf (date, sizeof date, "%.3s, %02d %.3s %d %02d:%02d:%02d GMT", days + 3 * t.tm_wday, t.tm_mday,
                  months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    }
  return date;
}

/* The head as it goes over the wire, and a small body behind it. */
char *
moked_reply_dup_head (MokedReply *self,
                      gboolean    keep_alive,
                      gboolean    with_body,
                      gsize      *out_length)
{
  GString *head = g_string_sized_new (512);
  gsize length = self->body != NULL ? g_bytes_get_size (self->body) : 0;

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\nDate: %s\r\n", self->status,
                          soup_status_get_phrase (self->status), get_date ());
  if (self->content_type != NULL)
    g_string_append_printf (head, "Content-Type: %s\r\nX-Content-Type-Options: nosniff\r\n", self->content_type);
  if (self->headers != NULL)
    g_string_append_len (head, self->headers->str, self->headers->len);
  if (!keep_alive)
    g_string_append (head, "Connection: close\r\n");
  if (self->status != 204 && self->status >= 200)
    g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
  g_string_append (head, "\r\n");
  if (with_body && length > 0 && length <= INLINE_BODY)
    {
      g_string_append_len (head, g_bytes_get_data (self->body, NULL), length);
      g_clear_pointer (&self->body, g_bytes_unref);
    }
  *out_length = head->len;
  return g_string_free (head, FALSE);
}
