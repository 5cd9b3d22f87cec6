/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-server-private.h"

#include <string.h>

#include "base/moked-error.h"
#include "server/moked-events-private.h"

/* The WebSocket handshake (RFC 6455, section 4.2) of the live channel. No extension is ever agreed on:
 * permessage-deflate would let a few bytes unfold into many. */

#define KEY_LENGTH 24

static gboolean
is_browser_of_another_site (MokedServer  *self,
                            MokedRequest *request)
{
  const char *origin = moked_request_get_header (request, "Origin");

  return origin != NULL && !g_str_equal (origin, self->public_url);
}

static gboolean
has_word (MokedRequest *request,
          const char   *header,
          const char   *word)
{
  const char *list = moked_request_get_header (request, header);
  g_auto (GStrv) words = list != NULL ? g_strsplit_set (list, ", \t", -1) : NULL;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_key (const char *key)
{
  g_autofree guchar *bytes = NULL;
  gsize length = 0;

  if (key == NULL || strlen (key) != KEY_LENGTH)
    return FALSE;
  bytes = g_base64_decode (key, &length);
  return length == 16;
}

static gboolean
check_handshake (MokedServer  *self,
                 MokedRequest *request,
                 GError      **error)
{
  if (!has_word (request, "Upgrade", "websocket") || !has_word (request, "Connection", "upgrade") ||
      g_strcmp0 (moked_request_get_header (request, "Sec-WebSocket-Version"), "13") != 0 ||
      !is_key (moked_request_get_header (request, "Sec-WebSocket-Key")))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "This path is a WebSocket (version 13)");
      return FALSE;
    }
  if (is_browser_of_another_site (self, request))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "Not from this origin");
      return FALSE;
    }
  return TRUE;
}

static char *
dup_accept (MokedRequest *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *text = g_strconcat (moked_request_get_header (request, "Sec-WebSocket-Key"),
                                       "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", NULL);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return g_base64_encode (digest, length);
}

/* Returns an answer only when there is no handshake; @error is set then, or the client has left. */
MokedReply *
moked_server_live (MokedServer     *self,
                   MokedConnection *connection,
                   MokedRequest    *request,
                   GError         **error)
{
  g_autofree char *accept = NULL;
  g_autofree char *head = NULL;
  g_autoptr (GIOStream) stream = NULL;

  if (!check_handshake (self, request, error))
    return NULL;
  if ((stream = moked_connection_steal (connection)) == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "A WebSocket begins after the handshake");
      return NULL;
    }
  moked_endpoint_count (request->endpoint, 101);
  accept = dup_accept (request);
  head = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n",
                          accept);
  /* The socket's buffer is empty: this does not block. */
  if (g_output_stream_write_all (g_io_stream_get_output_stream (stream), head, strlen (head), NULL, NULL, NULL))
    moked_events_add (self->events, moked_request_get_business (request), moked_request_get_user_id (request),
                      stream);
  return NULL;
}
