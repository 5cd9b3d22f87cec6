/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-sync-routes.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "features/moked-context.h"
#include "features/moked-feature.h"
#include "features/office/moked-user-scope.h"
#include "sync/moked-sync-server.h"

#define MAX_PUSH_BYTES (16 * 1024 * 1024)

static int n_differences; /* atomic */

typedef char *(*AnswerFunc) (MokedSyncServer *server,
                             MokedSession    *session,
                             MokedRequest    *request,
                             GError         **error);

typedef struct
{
  MokedRequest *request;
  AnswerFunc    answer;
} Question;

static MokedSyncServer *
get_server (void)
{
  static MokedSyncServer *server;

  if (g_once_init_enter_pointer (&server))
    g_once_init_leave_pointer (&server, moked_sync_server_new (moked_features_get_schema (),
                                                               moked_features_get_commands (), moked_user_scope_load));
  return server;
}

static void
free_question (gpointer data)
{
  Question *question = data;

  moked_request_unref (question->request);
  g_free (question);
}

static DexFuture *
answer_in_session (MokedSession *session,
                   gpointer      user_data)
{
  Question *question = user_data;
  GError *error = NULL;
  char *text = question->answer (get_server (), session, question->request, &error);

  if (text == NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_take (text, strlen (text)));
}

static MokedReply *
reply_with (DexFuture *future,
            GError   **error)
{
  g_autoptr (GBytes) body = dex_await_boxed (future, error);

  return body != NULL ? moked_reply_new_bytes ("application/json", body) : NULL;
}

static Question *
new_question (MokedRequest *request,
              AnswerFunc    answer)
{
  Question *question = g_new0 (Question, 1);

  question->request = moked_request_ref (request);
  question->answer = answer;
  return question;
}

static MokedReply *
read_answer (MokedRequest *request,
             MokedContext *context,
             AnswerFunc    answer,
             GError      **error)
{
  return reply_with (moked_store_read (moked_context_get_store (context), moked_request_get_business (request),
                                       answer_in_session, new_question (request, answer), free_question),
                     error);
}

static MokedReply *
write_answer (MokedRequest *request,
              MokedContext *context,
              AnswerFunc    answer,
              GError      **error)
{
  return reply_with (moked_store_write (moked_context_get_store (context), MOKED_PRIORITY_URGENT,
                                        moked_request_get_business (request), answer_in_session,
                                        new_question (request, answer), free_question),
                     error);
}

static char *
answer_state (MokedSyncServer *server,
              MokedSession    *session,
              MokedRequest    *request,
              GError         **error)
{
  return moked_sync_server_state (server, session, moked_request_get_user_id (request),
                                  moked_request_get_query (request, "epoch"),
                                  moked_request_get_query_int (request, "cursor", 0), error);
}

static MokedSyncReader
read_reader (MokedRequest *request)
{
  return (MokedSyncReader) { moked_request_get_user_id (request), moked_request_get_query (request, "scope") };
}

static char *
answer_pull (MokedSyncServer *server,
             MokedSession    *session,
             MokedRequest    *request,
             GError         **error)
{
  const MokedSyncReader reader = read_reader (request);

  return moked_sync_server_pull (server, session, &reader, moked_request_get_query (request, "epoch"),
                                 moked_request_get_query_int (request, "since", -1), error);
}

static char *
answer_sums (MokedSyncServer *server,
             MokedSession    *session,
             MokedRequest    *request,
             GError         **error)
{
  const MokedSyncReader reader = read_reader (request);

  return moked_sync_server_sums (server, session, &reader, moked_request_get_query (request, "epoch"),
                                 moked_request_get_query_int (request, "at", -1), error);
}

static char *
answer_front (MokedSyncServer *server,
              MokedSession    *session,
              MokedRequest    *request,
              GError         **error)
{
  const MokedSyncReader reader = read_reader (request);

  return moked_sync_server_front (server, session, &reader, error);
}

static char *
answer_snapshot (MokedSyncServer *server,
                 MokedSession    *session,
                 MokedRequest    *request,
                 GError         **error)
{
  const MokedSyncReader reader = read_reader (request);

  return moked_sync_server_snapshot (server, session, &reader, moked_request_get_query (request, "entity"),
                                     moked_request_get_query (request, "before"), error);
}

/* A new business's log begins here, so this one writes. */
static MokedReply *
get_state (MokedRequest *request,
           MokedContext *context,
           GError      **error)
{
  return write_answer (request, context, answer_state, error);
}

static MokedReply *
post_push (MokedRequest *request,
           MokedContext *context,
           GError      **error)
{
  yyjson_val *json = moked_request_get_json (request, error);

  if (json == NULL)
    return NULL;
  return reply_with (moked_sync_server_push (get_server (), moked_context_get_store (context),
                                             moked_request_get_business (request), moked_request_get_user_id (request),
                                             json, moked_request_ref (request), (GDestroyNotify) moked_request_unref),
                     error);
}

static MokedReply *
get_pull (MokedRequest *request,
          MokedContext *context,
          GError      **error)
{
  return read_answer (request, context, answer_pull, error);
}

static MokedReply *
get_sums (MokedRequest *request,
          MokedContext *context,
          GError      **error)
{
  return read_answer (request, context, answer_sums, error);
}

/* A copy turned out to be another than what is here: somebody should look for the reason. */
static void
note_difference (MokedRequest *request)
{
  if (g_strcmp0 (moked_request_get_query (request, "because"), "sum") != 0 ||
      moked_request_get_query (request, "before") != NULL)
    return;
  g_atomic_int_inc (&n_differences);
  moked_log (G_LOG_LEVEL_WARNING, "sync", "a desktop's copy was not what the service has", "entity",
             moked_request_get_query (request, "entity"), NULL);
}

static MokedReply *
get_front (MokedRequest *request,
           MokedContext *context,
           GError      **error)
{
  return read_answer (request, context, answer_front, error);
}

static MokedReply *
get_snapshot (MokedRequest *request,
              MokedContext *context,
              GError      **error)
{
  note_difference (request);
  return read_answer (request, context, answer_snapshot, error);
}

/**
 * moked_sync_routes_write_metrics:
 *
 * A [callback@MetricsFunc].
 */
void
moked_sync_routes_write_metrics (GString *text,
                                 gpointer data)
{
  moked_metrics_write_header (text, "moked_sync_differences_total", "counter",
                              "Kinds of records of desktops' copies that were not what the service has.");
  moked_metrics_write (text, "moked_sync_differences_total", NULL, (double) g_atomic_int_get (&n_differences));
}

const MokedRoute moked_sync_routes[] = {
  { "GET", "/api/sync/state", get_state, MOKED_ROUTE_TOKEN, 0 },
  { "POST", "/api/sync/push", post_push, MOKED_ROUTE_TOKEN, MAX_PUSH_BYTES },
  { "GET", "/api/sync/pull", get_pull, MOKED_ROUTE_TOKEN, 0 },
  { "GET", "/api/sync/sums", get_sums, MOKED_ROUTE_TOKEN, 0 },
  { "GET", "/api/sync/front", get_front, MOKED_ROUTE_TOKEN, 0 },
  { "GET", "/api/sync/snapshot", get_snapshot, MOKED_ROUTE_TOKEN, 0 },
  { NULL },
};
