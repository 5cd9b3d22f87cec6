/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libdex.h>
#include <sys/stat.h>

#include "base/moked-error.h"
#include "providers/dummy/moked-dummy-messaging.h"
#include "providers/key-file/moked-key-file-secrets.h"

static char *
lookup (MokedSecrets *secrets,
        const char   *name)
{
  g_autoptr (GError) error = NULL;
  char *secret = dex_await_string (moked_secrets_lookup (secrets, "twilio", name), &error);

  if (secret == NULL)
    g_assert_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND);
  return secret;
}

static void
test_key_file (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "service.conf", NULL);
  g_autoptr (MokedSecrets) secrets = moked_key_file_secrets_new (path, NULL);
  g_autofree char *found = NULL;
  g_autofree char *text = NULL;
  struct stat status;

  g_assert_null (lookup (secrets, "auth-token"));
  g_assert_true (g_file_set_contents (path, "# a comment\n[server]\nlisten=1\n", -1, NULL));
  g_assert_true (dex_await (moked_secrets_store (secrets, "twilio", "auth-token", "secret"), NULL));
  found = lookup (secrets, "auth-token");
  g_assert_cmpstr (found, ==, "secret");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (dex_await (moked_secrets_store (secrets, "twilio", "auth-token", NULL), NULL));
  g_assert_null (lookup (secrets, "auth-token"));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# a comment"));
  g_assert_nonnull (strstr (text, "listen=1"));
}

static void
test_credentials (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "moked.twilio.auth-token", NULL);
  g_autoptr (MokedSecrets) secrets = moked_key_file_secrets_new (NULL, folder);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "from systemd\n", -1, NULL));
  found = lookup (secrets, "auth-token");
  g_assert_cmpstr (found, ==, "from systemd");
  g_assert_null (lookup (secrets, "other"));
  g_assert_false (dex_await (moked_secrets_store (secrets, "twilio", "auth-token", "x"), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN);
}

static void
test_dummy (const char *folder)
{
  g_autoptr (MokedMessaging) messaging = moked_dummy_messaging_new ();
  const MokedOutgoingMessage message = { .id = "M1", .channel = "sms", .to = "+972501234567", .body = "שלום" };
  g_autoptr (GError) told = g_error_new_literal (MOKED_ERROR, MOKED_ERROR_TIMEOUT, "As told");
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedMessageStatus) status = dex_await_boxed (moked_messaging_send (messaging, &message), NULL);

  g_assert_cmpint (status->state, ==, MOKED_MESSAGE_STATE_DELIVERED);
  moked_dummy_messaging_set_failure (MOKED_DUMMY_MESSAGING (messaging), told);
  g_assert_null (dex_await_boxed (moked_messaging_send (messaging, &message), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_TIMEOUT);
  g_assert_cmpuint (moked_dummy_messaging_get_n_sent (MOKED_DUMMY_MESSAGING (messaging)), ==, 1);
}

typedef void (*Test) (const char *folder);

static DexFuture *
test_fiber (gpointer data)
{
  Test test = data;
  g_autofree char *folder = g_dir_make_tmp ("moked-secrets-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r %s", folder);

  test (folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  return dex_future_new_true ();
}

static void
run_test (gconstpointer data)
{
  DexFuture *future = dex_scheduler_spawn (NULL, 0, test_fiber, (gpointer) data, NULL);

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  dex_unref (future);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_data_func ("/secrets/key-file", test_key_file, run_test);
  g_test_add_data_func ("/secrets/credentials", test_credentials, run_test);
  g_test_add_data_func ("/dummy/messaging", test_dummy, run_test);
  return g_test_run ();
}
