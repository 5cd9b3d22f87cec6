/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

#include "server/moked-http-head.h"

/* The end of the head, found in one look or byte by byte. */
static gsize
find_end (const char *data,
          gsize       size,
          gboolean    bytewise,
          guint      *status)
{
  gsize scanned = 0;
  gsize end = 0;

  *status = 0;
  for (gsize length = bytewise ? 1 : size; length <= size && length > 0 && end == 0 && *status == 0; length++)
    end = moked_http_head_find_end (data, length, &scanned, status);
  return end;
}

/* A good head has one meaning: what was understood holds what the rules promise. */
static void
check (const MokedHttpHead *head)
{
  g_assert_true (head->path[0] == '/' && g_utf8_validate (head->path, -1, NULL));
  g_assert_null (strstr (head->path, "//"));
  g_assert_null (strstr (head->path, "/../"));
  g_assert_false (g_str_has_suffix (head->path, "/.."));
  g_assert_nonnull (moked_http_head_get (head, "host"));
  g_assert_null (moked_http_head_get (head, "transfer-encoding"));
  g_assert_cmpint (head->content_length, >=, -1);
  g_assert_cmpuint (head->n_fields, <=, MOKED_HTTP_MAX_FIELDS);
  for (guint i = 0; i < head->n_fields; i++)
    g_assert_true (head->fields[i].name[0] != '\0' && strpbrk (head->fields[i].value, "\r\n") == NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *copy = g_memdup2 (data, size);
  guint status, status_bytewise;
  gsize end = find_end ((const char *) data, size, FALSE, &status);
  gsize end_bytewise = find_end ((const char *) data, size, TRUE, &status_bytewise);
  MokedHttpHead head;

  g_assert_cmpuint (end, ==, end_bytewise);
  if (end == 0 || status != 0)
    return 0;
  if (moked_http_head_parse (&head, copy, end) == 0)
    check (&head);
  moked_http_head_clear (&head);
  return 0;
}
