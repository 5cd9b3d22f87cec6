/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <libdex.h>
#include <stdio.h>

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "features/moked-context-setup.h"
#include "providers/twilio/moked-twilio-messaging.h"
#include "providers/twilio/moked-twilio-telephony.h"
#include "server/moked-server.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "sync/moked-change-log.h"

/* The kernel of the service with one small feature: messages that are written down in the order in which
 * they are applied. What a message's body says decides how applying it goes.
 *
 *   sample-service DIR PUBLIC-URL AUTH-TOKEN [HOLD]
 *
 * With HOLD nothing is applied until the file HOLD is gone, so that a test can look in between. */

static const char *hold;

static const MokedMigration migrations[] = {
  { 1, "CREATE TABLE sample (id INTEGER PRIMARY KEY, sid TEXT NOT NULL, sender TEXT NOT NULL, body TEXT NOT NULL)" },
  { 0 },
};

static const MokedSchemaPart sample_schema = { .name = "sample", .migrations = migrations };

static const MokedSchemaPart *const parts[] = {
  &moked_change_log_schema, &moked_auth_schema, &moked_inbox_schema, &sample_schema, NULL,
};

static const MokedSchema schema = { parts };

static char *
dup_key (MokedRequest *request,
         GError      **error)
{
  MokedForm *form = moked_request_get_form (request, error);
  const char *sid = form != NULL ? moked_form_get (form, "MessageSid") : NULL;

  if (sid != NULL)
    return g_strconcat ("message:", sid, NULL);
  if (form != NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "No MessageSid");
  return NULL;
}

static char *
dup_order (MokedRequest *request)
{
  MokedForm *form = moked_request_get_form (request, NULL);

  return g_strdup (moked_form_get (form, "From"));
}

static gboolean
is_told_to_fail (const MokedInboxRow *row,
                 const char          *body,
                 GError             **error)
{
  if (g_str_equal (body, "never"))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "This one never works");
  else if (hold != NULL && g_file_test (hold, G_FILE_TEST_EXISTS))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "Held");
  else if (g_str_equal (body, "second time") && row->attempt == 1)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "Works the second time");
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply (MokedSession        *session,
       const MokedInboxRow *row,
       MokedContext        *context,
       GError             **error)
{
  gsize length;
  const char *data = g_bytes_get_data (row->body, &length);
  g_autoptr (MokedForm) form = moked_form_parse (data, length, error);
  g_autoptr (MokedIncomingMessage) message = NULL;

  if (form != NULL)
    message = moked_messaging_parse_incoming (moked_context_get_messaging (context), form, error);
  if (message == NULL || is_told_to_fail (row, message->body, error))
    return FALSE;
  return moked_session_exec (session, error, "INSERT INTO sample (sid, sender, body) VALUES ($1, $2, $3)", "ttt",
                             message->provider_id, message->from, message->body);
}

static MokedReply *
reply_in_xml (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  const MokedCallAnswer answer = { .greeting = "שלום" };
  g_autofree char *xml = moked_telephony_dup_answer (moked_context_get_telephony (context), &answer);

  return moked_reply_new_xml (xml);
}

static const MokedWebhook webhooks[] = {
  { "/webhook/whatsapp", "twilio", moked_context_verify_messaging, dup_key, dup_order, NULL, apply },
  { "/webhook/xml", "twilio", moked_context_verify_telephony, dup_key, dup_order, reply_in_xml, apply },
  { NULL },
};

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, "SELECT sid, body FROM sample ORDER BY id",
                                                        "");
  GString *text = g_string_new (NULL);

  while (cursor != NULL && moked_cursor_next (cursor, &error))
    g_string_append_printf (text, "%s %s\n", moked_cursor_get_text (cursor, 0), moked_cursor_get_text (cursor, 1));
  return dex_future_new_take_string (g_string_free (text, FALSE));
}

static MokedReply *
list_samples (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  g_autofree char *text = dex_await_string (
      moked_store_read (moked_context_get_store (context), NULL, list_in_session, NULL, NULL), error);

  return text != NULL ? moked_reply_new_text ("text/plain; charset=utf-8", text) : NULL;
}

/* For the tests of the router and the limits. */
static MokedReply *
echo (MokedRequest *request,
      MokedContext *context,
      GError      **error)
{
  g_autofree char *text = g_strdup_printf ("%s %s", moked_request_get_param (request, "id"),
                                           moked_request_get_query (request, "q"));

  return moked_reply_new_text ("text/plain; charset=utf-8", text);
}

static MokedReply *
measure (MokedRequest *request,
         MokedContext *context,
         GError      **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT, g_bytes_get_size (moked_request_get_body (request)));

  return moked_reply_new_text ("text/plain", text);
}

static MokedReply *
whoami (MokedRequest *request,
        MokedContext *context,
        GError      **error)
{
  return moked_reply_new_text ("text/plain", moked_request_get_user_id (request));
}

static MokedReply *
announce (MokedRequest *request,
          MokedContext *context,
          GError      **error)
{
  MokedEvents *events = moked_context_get_events (context);
  const char *business = moked_request_get_param (request, "business");
  const char *size = moked_request_get_query (request, "size");
  g_autofree char *padding = g_strnfill (size != NULL ? atoi (size) : 0, 'a');
  g_autofree char *data = g_strdup_printf ("{\"padding\":\"%s\"}", padding);

  for (gint64 seq = moked_request_get_query_int (request, "hints", 0); seq > 0; seq--)
    moked_events_publish_hint (events, business, seq);
  if (size != NULL)
    moked_events_publish (events, business, NULL, "sample", data);
  return moked_reply_new (204);
}

static const MokedRoute routes[] = {
  { "GET", "/samples", list_samples, MOKED_ROUTE_PUBLIC },
  { "GET", "/echo/{id}", echo, MOKED_ROUTE_PUBLIC },
  { "PUT", "/echo/{id}", echo, MOKED_ROUTE_PUBLIC },
  { "POST", "/measure", measure, MOKED_ROUTE_PUBLIC, 4 * 1024 * 1024 },
  { "GET", "/api/whoami", whoami },
  { "POST", "/announce/{business}", announce, MOKED_ROUTE_PUBLIC },
  { NULL },
};

static DexFuture *
pair_two (MokedSession *session,
          gpointer      data)
{
  char **tokens = data;
  GError *error = NULL;

  if (!moked_auth_pair (session, "business-a", "user-a", "test", &tokens[0], &error) ||
      !moked_auth_pair (session, "business-b", "user-b", "test", &tokens[1], &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static MokedServer *
start (MokedStore   *store,
       MokedClock   *clock,
       MokedContext *context,
       const char   *public_url,
       GError      **error)
{
  const char *trusted[] = { g_getenv ("SAMPLE_TRUSTED"), NULL };
  MokedServerOptions options = {
    .public_url = (char *) public_url,
    .trusted_proxies = trusted[0] != NULL ? (char **) trusted : NULL,
    .head_seconds = 2,
    .body_seconds = 2,
    .idle_seconds = 4,
    .max_connections = g_getenv ("SAMPLE_CONNECTIONS") != NULL ? atoi (g_getenv ("SAMPLE_CONNECTIONS")) : 0,
    .max_connections_per_address = 8,
  };
  MokedServer *server = moked_server_new (store, clock, &options, context);

  moked_context_set_server (context, server);
  moked_server_add_routes (server, routes);
  moked_server_add_webhooks (server, webhooks);
  return moked_server_listen (server, "127.0.0.1:0", error) ? server : NULL;
}

static void
give_providers (MokedContext *context,
                const char   *token)
{
  g_autofree char *writable = g_strdup (token);
  const MokedTwilioAccount account = { .sid = (char *) "AC0", .auth_token = writable };
  g_autoptr (MokedTwilioClient) client = moked_twilio_client_new (&account);
  g_autoptr (MokedMessaging) messaging = moked_twilio_messaging_new (client);
  g_autoptr (MokedTelephony) telephony = moked_twilio_telephony_new (client);

  moked_context_set_providers (context, messaging, telephony);
}

static gboolean
on_signal (gpointer data)
{
  if (dex_future_is_pending (data))
    dex_promise_resolve_boolean (data, TRUE);
  return G_SOURCE_CONTINUE;
}

/* In a fiber. Whoever reads @line may tell it to end at once, so the signals are caught before. (libdex 0.10
 * leaks the futures that it makes of signals.) */
static void
print_and_wait (const char *line)
{
  DexPromise *told = dex_promise_new ();
  guint term = g_unix_signal_add (SIGTERM, on_signal, told);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, told);

  printf ("%s\n", line);
  fflush (stdout);
  dex_await (dex_ref (DEX_FUTURE (told)), NULL);
  g_source_remove (term);
  g_source_remove (interrupt);
  dex_unref (told);
}

static DexFuture *
run_fiber (gpointer data)
{
  char **argv = data;
  g_autofree char *path = g_build_filename (argv[1], "sample.db", NULL);
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (MokedStore) store = moked_sqlite_store_new (path, 1, clock);
  g_autoptr (MokedContext) context = moked_context_new (store, clock);
  g_autoptr (MokedServer) server = NULL;
  g_autofree char *line = NULL;
  char *tokens[2];
  GError *error = NULL;

  give_providers (context, argv[3]);
  if (!dex_await (moked_store_open (store, &schema), &error) ||
      !dex_await (moked_store_write (store, MOKED_PRIORITY_URGENT, NULL, pair_two, tokens, NULL), &error) ||
      (server = start (store, clock, context, argv[2], &error)) == NULL)
    return dex_future_new_for_error (error);
  line = g_strdup_printf ("{\"ready\":true,\"listen\":\"%s\",\"tokens\":[\"%s\",\"%s\"]}",
                          moked_server_get_url (server), tokens[0], tokens[1]);
  print_and_wait (line);
  dex_await (moked_server_stop (server), NULL);
  dex_await (moked_store_close (store), NULL);
  g_free (tokens[0]);
  g_free (tokens[1]);
  return dex_future_new_true ();
}

static DexFuture *
run_done (DexFuture *future,
          gpointer   data)
{
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    g_printerr ("%s\n", error->message);
  g_main_loop_quit (data);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);

  g_assert (argc >= 4);
  hold = argv[4];
  moked_log_init ("sample-service");
  dex_init ();
  dex_future_disown (dex_future_finally (dex_scheduler_spawn (NULL, 0, run_fiber, argv, NULL), run_done, loop, NULL));
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  return 0;
}
