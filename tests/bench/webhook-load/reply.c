/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply.h"

#include <string.h>

/* The value of header @name among the lines of @head, or NULL. */
static const char *
find_header (const char *head,
             const char *name)
{
  gsize length = strlen (name);

  for (const char *line = strstr (head, "\r\n"); line != NULL; line = strstr (line + 2, "\r\n"))
    if (g_ascii_strncasecmp (line + 2, name, length) == 0 && line[2 + length] == ':')
      return line + 2 + length + 1 + strspn (line + 2 + length + 1, " \t");
  return NULL;
}

static gboolean
body_is_complete (const char *head,
                  const char *body,
                  gsize       length,
                  gboolean    closed)
{
  const char *announced = find_header (head, "Content-Length");

  if (announced != NULL)
    return length >= g_ascii_strtoull (announced, NULL, 10);
  if (find_header (head, "Transfer-Encoding") != NULL)
    return length >= 5 && memcmp (body + length - 5, "0\r\n\r\n", 5) == 0;
  return closed;
}

/* @bytes end with a NUL that @length does not count. */
void
reply_read (Reply      *self,
            const char *bytes,
            gsize       length,
            gboolean    closed)
{
  const char *end = strstr (bytes, "\r\n\r\n");
  const char *connection;
  g_autofree char *head = NULL;

  *self = (Reply) { 0 };
  if (end == NULL || length < strlen ("HTTP/1.1 200"))
    return;
  head = g_strndup (bytes, end - bytes + 2);
  connection = find_header (head, "Connection");
  self->status = (int) g_ascii_strtoull (bytes + strlen ("HTTP/1.1 "), NULL, 10);
  self->complete = body_is_complete (head, end + 4, length - (end + 4 - bytes), closed);
  self->keep_alive = !closed && g_str_has_prefix (bytes, "HTTP/1.1")
                     && (connection == NULL || g_ascii_strncasecmp (connection, "close", 5) != 0);
}
