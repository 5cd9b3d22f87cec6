/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-url.h"

#include <libpq-fe.h>

#include "base/moked-error.h"

/* How a database is called: `postgresql://…`, whose password, when it has one, nobody else is to see. */

/**
 * moked_postgres_url_is:
 *
 * Returns: whether @text is meant as the address of a PostgreSQL database
 */
gboolean
moked_postgres_url_is (const char *text)
{
  return g_str_has_prefix (text, "postgresql://") || g_str_has_prefix (text, "postgres://");
}

/* libpq's complaint may quote what it could not read, the password among it: it is not passed on. */
static PQconninfoOption *
parse (const char *url,
       GError    **error)
{
  char *complaint = NULL;
  PQconninfoOption *options = PQconninfoParse (url, &complaint);

  PQfreemem (complaint);
  if (options == NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                         "The database's address is not of the form postgresql://USER@HOST:PORT/DATABASE");
  return options;
}

/**
 * moked_postgres_url_check:
 * @out_has_password: whether @url has one in it
 * @error: %MOKED_ERROR_INVALID when libpq could not read it
 */
gboolean
moked_postgres_url_check (const char *url,
                          gboolean   *out_has_password,
                          GError    **error)
{
  PQconninfoOption *options = parse (url, error);

  *out_has_password = FALSE;
  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (g_str_equal (option->keyword, "password") && option->val != NULL)
      *out_has_password = TRUE;
  PQconninfoFree (options);
  return options != NULL;
}

static void
append_option (GString    *text,
               const char *keyword,
               const char *value)
{
  g_string_append_printf (text, "%s='", keyword);
  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '\'' || *c == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *c);
    }
  g_string_append (text, "' ");
}

/**
 * moked_postgres_url_dup_complete:
 * @url: one that was checked
 * @password: (nullable): instead of @url's own
 *
 * Returns: (transfer full): the same for libpq, with the password
 */
char *
moked_postgres_url_dup_complete (const char *url,
                                 const char *password)
{
  PQconninfoOption *options = parse (url, NULL);
  GString *text = g_string_new (NULL);

  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (option->val != NULL && !(password != NULL && g_str_equal (option->keyword, "password")))
      append_option (text, option->keyword, option->val);
  if (password != NULL)
    append_option (text, "password", password);
  PQconninfoFree (options);
  return g_string_free (text, FALSE);
}
