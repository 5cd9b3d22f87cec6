/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-inbox-command.h"

#include "base/moked-error.h"
#include "server/moked-inbox-failed.h"

/* What the command line does about webhooks that were given up. */

static gboolean
parse_row (const char *word,
           gint64     *out_row,
           GError    **error)
{
  *out_row = 0;
  return word == NULL || g_ascii_string_to_signed (word, 10, 1, G_MAXINT64, out_row, error);
}

/**
 * moked_inbox_command_check:
 * @words: (array zero-terminated=1): what stands behind `inbox`
 * @error: %MOKED_ERROR_INVALID
 *
 * Returns: whether it is `list`, `retry` or `retry ROW`
 */
gboolean
moked_inbox_command_check (const char *const *words,
                           GError           **error)
{
  gint64 row;
  guint n = g_strv_length ((char **) words);

  if (n == 1 && g_str_equal (words[0], "list"))
    return TRUE;
  if (n >= 1 && n <= 2 && g_str_equal (words[0], "retry") && parse_row (words[1], &row, NULL))
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "There are inbox list, inbox retry and inbox retry ROW");
  return FALSE;
}

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      data)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) rows = moked_inbox_list_failed (session, &error);

  if (rows == NULL)
    return dex_future_new_for_error (error);
  g_ptr_array_add (rows, NULL);
  return dex_future_new_take_string (g_strjoinv ("\n", (char **) rows->pdata));
}

static DexFuture *
retry_in_session (MokedSession *session,
                  gpointer      data)
{
  const gint64 *row = data;
  GError *error = NULL;
  gint64 count = moked_inbox_retry_failed (session, *row, &error);

  if (count < 0)
    return dex_future_new_for_error (error);
  if (*row != 0 && count == 0)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "Row %" G_GINT64_FORMAT " was not given up",
                                  *row);
  return dex_future_new_take_string (g_strdup_printf ("{\"retried\":%" G_GINT64_FORMAT "}", count));
}

/**
 * moked_inbox_command_dup_run:
 * @service: an open service
 * @words: (array zero-terminated=1): checked
 * @error: %MOKED_ERROR_NOT_FOUND when the row was not given up
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): lines of JSON; empty when there is nothing to tell
 */
char *
moked_inbox_command_dup_run (MokedService      *service,
                             const char *const *words,
                             GError           **error)
{
  MokedStore *store = moked_service_get_store (service);
  gint64 row;

  if (g_str_equal (words[0], "list"))
    return dex_await_string (moked_store_read (store, NULL, list_in_session, NULL, NULL), error);
  if (!parse_row (words[1], &row, error))
    return NULL;
  return dex_await_string (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, retry_in_session, &row, NULL), error);
}
