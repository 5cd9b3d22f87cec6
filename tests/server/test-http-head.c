/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "server/moked-http-head.h"

/* The hostile requests of http_probes.py go through a socket; here is what the reader makes of a head. */

static guint
parse (const char    *text,
       MokedHttpHead *head,
       char         **data)
{
  gsize scanned = 0;
  guint status = 0;
  gsize length;

  *data = g_strdup (text);
  length = moked_http_head_find_end (*data, strlen (*data), &scanned, &status);
  head->path = NULL;
  if (status != 0)
    return status;
  g_assert_cmpuint (length, ==, strlen (text));
  return moked_http_head_parse (head, *data, length);
}

static void
test_parts (void)
{
  MokedHttpHead head;
  g_autofree char *data = NULL;

  g_assert_cmpuint (parse ("POST /a/%D7%90%20b?x=%2F&y HTTP/1.1\r\nHost: office.example:8443\r\nX-One:\t two \t\r\n"
                           "X-Empty:\r\nContent-Length: 12\r\nx-one: again\r\n\r\n",
                           &head, &data), ==, 0);
  g_assert_cmpstr (head.method, ==, "POST");
  g_assert_cmpstr (head.target, ==, "/a/%D7%90%20b?x=%2F&y");
  g_assert_cmpstr (head.path, ==, "/a/א b");
  g_assert_cmpstr (head.query, ==, "x=%2F&y");
  g_assert_cmpint (head.content_length, ==, 12);
  g_assert_true (head.keep_alive);
  g_assert_cmpstr (moked_http_head_get (&head, "x-ONE"), ==, "two");
  g_assert_cmpstr (moked_http_head_get (&head, "X-Empty"), ==, "");
  g_assert_null (moked_http_head_get (&head, "X-Two"));
  moked_http_head_clear (&head);
}

static void
test_connection (void)
{
  const struct
  {
    const char *head;
    gboolean    keep_alive;
  } cases[] = {
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", TRUE },
    { "GET / HTTP/1.0\r\nHost: a\r\n\r\n", FALSE },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", FALSE },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Close\r\n\r\n", FALSE },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MokedHttpHead head;
      g_autofree char *data = NULL;

      g_assert_cmpuint (parse (cases[i].head, &head, &data), ==, 0);
      g_assert_cmpint (head.keep_alive, ==, cases[i].keep_alive);
      g_assert_cmpint (head.content_length, ==, -1);
      moked_http_head_clear (&head);
    }
}

static void
test_refused (void)
{
  const struct
  {
    const char *head;
    guint       status;
  } cases[] = {
    { "GET / HTTP/1.1\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nAuthorization: y\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400 },
    { "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /%2F HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /%252e HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET /?%z HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
    { "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400 },
    { "GET /\r\nHost: a\r\n\r\n", 400 },
    { "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: a\r\n\r\n", 501 },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999\r\n\r\n", 413 },
    { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 411 },
    { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: miracles\r\n\r\n", 417 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MokedHttpHead head;
      g_autofree char *data = NULL;

      g_test_message ("%s", cases[i].head);
      g_assert_cmpuint (parse (cases[i].head, &head, &data), ==, cases[i].status);
      moked_http_head_clear (&head);
    }
}

/* However the bytes come, the end is found once and where it is. */
static void
test_pieces (void)
{
  const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n";
  gsize scanned = 0;
  guint status = 0;
  gsize found = 0;

  for (gsize length = 1; length < sizeof text && found == 0; length++)
    {
      found = moked_http_head_find_end (text, length, &scanned, &status);
      g_assert_cmpuint (status, ==, 0);
    }
  g_assert_cmpuint (found, ==, strlen ("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

static void
test_too_long (void)
{
  g_autofree char *line = g_strnfill (MOKED_HTTP_MAX_HEAD + 1, 'a');
  g_autofree char *fields = g_strdup_printf ("GET / HTTP/1.1\r\nX: %s", line);
  gsize scanned = 0;
  guint status = 0;

  g_assert_cmpuint (moked_http_head_find_end (line, strlen (line), &scanned, &status), ==, 0);
  g_assert_cmpuint (status, ==, 414);
  scanned = status = 0;
  g_assert_cmpuint (moked_http_head_find_end (fields, strlen (fields), &scanned, &status), ==, 0);
  g_assert_cmpuint (status, ==, 431);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-head/parts", test_parts);
  g_test_add_func ("/http-head/connection", test_connection);
  g_test_add_func ("/http-head/refused", test_refused);
  g_test_add_func ("/http-head/pieces", test_pieces);
  g_test_add_func ("/http-head/too-long", test_too_long);
  return g_test_run ();
}
