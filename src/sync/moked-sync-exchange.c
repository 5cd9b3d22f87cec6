/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-exchange.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-outbox.h"

/* One exchange: what waits goes out, what changed comes in. Every step is one transaction of the cache with
 * how far it came, so that it can break off anywhere. What the service answers is not trusted to make sense:
 * an answer that leads nowhere is an error and never a loop. */

typedef struct
{
  const MokedSchema *schema;
  MokedCacheState   *state;
  MokedSyncStep      func;
  yyjson_doc        *doc;
} Step;

static void
free_step (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->state, moked_cache_state_free);
  g_free (step);
}

static DexFuture *
run_step (MokedSession *session,
          gpointer      user_data)
{
  Step *step = user_data;
  GError *error = NULL;

  if (!step->func (step->state, session, step->schema, step->doc != NULL ? yyjson_doc_get_root (step->doc) : NULL,
                   &error))
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (MOKED_TYPE_CACHE_STATE, moked_cache_state_copy (step->state));
}

/* Runs @step in one transaction with @state (transfer full) and @doc, which it borrows. Awaits. */
gboolean
moked_sync_exchange_commit (MokedSyncExchange *self,
                            MokedPriority      priority,
                            MokedCacheState   *state,
                            MokedSyncStep      func,
                            yyjson_doc        *doc,
                            GError           **error)
{
  Step *step = g_new0 (Step, 1);
  MokedCacheState *written;

  step->schema = moked_cache_get_schema (self->cache);
  step->state = state;
  step->func = func;
  step->doc = doc;
  written = dex_await_boxed (moked_store_write (moked_cache_get_store (self->cache), priority,
                                                state->business, run_step, step, free_step),
                             error);
  if (written == NULL)
    return FALSE;
  moked_cache_set_state (self->cache, written);
  return TRUE;
}

/* Waits for an answer (transfer full), but no longer than until the exchange is to stop. */
static GBytes *
await_answer (MokedSyncExchange *self,
              DexFuture         *answer,
              GError           **error)
{
  if (self->stop != NULL)
    {
      DexFuture *futures[] = { answer, self->stop };

      dex_await (dex_future_firstv (futures, G_N_ELEMENTS (futures)), NULL);
    }
  if (self->stop == NULL || !dex_future_is_pending (answer))
    return dex_await_boxed (answer, error);
  dex_unref (answer);
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CANCELLED, "The exchange was ended");
  return NULL;
}

/* A page of records is megabytes: reading it, and even giving its memory back, would be seen in the window. */
#define LONG_ANSWER 65536

static DexFuture *
parse (gpointer data)
{
  GBytes **body = data;
  gsize length;
  const char *text = g_bytes_get_data (*body, &length);
  yyjson_doc *doc = yyjson_read (text, length, 0);

  g_clear_pointer (body, g_bytes_unref);
  return dex_future_new_for_pointer (doc);
}

static DexFuture *
free_doc (gpointer doc)
{
  yyjson_doc_free (doc);
  return dex_future_new_true ();
}

static MokedWorker *
get_parser (MokedSyncExchange *self)
{
  if (self->parser == NULL)
    self->parser = moked_worker_new ("sync-json", 1);
  return self->parser;
}

void
moked_sync_exchange_free_doc (MokedSyncExchange *self,
                              yyjson_doc        *doc)
{
  if (doc != NULL && yyjson_doc_get_read_size (doc) > LONG_ANSWER)
    dex_future_disown (moked_worker_run (get_parser (self), free_doc, doc, NULL));
  else
    yyjson_doc_free (doc);
}

/* Returns (transfer full) what @answer (transfer full) brings; to be given back with moked_sync_exchange_free_doc().
 * Awaits. */
yyjson_doc *
moked_sync_exchange_await (MokedSyncExchange *self,
                           DexFuture         *answer,
                           GError           **error)
{
  g_autoptr (GBytes) body = await_answer (self, answer, error);
  yyjson_doc *doc;

  if (body == NULL)
    return NULL;
  if (g_bytes_get_size (body) > LONG_ANSWER)
    doc = dex_await_pointer (moked_worker_run (get_parser (self), parse, &body, NULL), NULL);
  else
    doc = yyjson_read (g_bytes_get_data (body, NULL), g_bytes_get_size (body), 0);
  if (doc != NULL && yyjson_is_obj (yyjson_doc_get_root (doc)))
    return doc;
  moked_sync_exchange_free_doc (self, doc);
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's answer is not JSON");
  return NULL;
}

yyjson_doc *
moked_sync_exchange_get (MokedSyncExchange *self,
                         const char        *path,
                         GError           **error)
{
  return moked_sync_exchange_await (self, moked_sync_transport_get (self->transport, path), error);
}

/* The part of a question that tells with which rights the copy was made. */
char *
moked_sync_exchange_dup_scope (const char *key)
{
  g_autofree char *escaped = key != NULL ? g_uri_escape_string (key, NULL, FALSE) : NULL;

  return escaped != NULL ? g_strconcat ("&scope=", escaped, NULL) : g_strdup ("");
}

/* --- sending --- */

static DexFuture *
next_push (MokedSession *session,
           gpointer      user_data)
{
  const MokedCacheState *state = user_data;
  g_autoptr (GError) error = NULL;
  char *request = moked_outbox_next_push (session, state->client, state->epoch, state->scope,
                                          state->last_n, &error);

  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_take_string (request != NULL ? request : g_strdup (""));
}

static gboolean
write_results (MokedCacheState   *state,
               MokedSession      *session,
               const MokedSchema *schema,
               yyjson_val        *json,
               GError           **error)
{
  gint64 count;

  if (!moked_outbox_settle (session, schema, yyjson_obj_get (json, "results"), error))
    return FALSE;
  count = moked_outbox_count_unread (session, error);
  state->n_unread = (guint) MAX (count, 0);
  return count >= 0 && moked_json_get_int (json, "last_n", &state->last_n, error) &&
         moked_cache_state_write (state, session, error);
}

/* Returns a request, an empty text when nothing waits, or NULL. */
static char *
await_request (MokedSyncExchange *self,
               GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);

  if (!moked_cache_may_wait (self->cache))
    return g_strdup ("");
  return dex_await_string (moked_store_write (moked_cache_get_store (self->cache), MOKED_PRIORITY_URGENT,
                                              state->business, next_push, moked_cache_state_copy (state),
                                              (GDestroyNotify) moked_cache_state_free),
                           error);
}

static gboolean
push_once (MokedSyncExchange *self,
           gboolean          *out_more,
           GError           **error)
{
  g_autofree char *request = await_request (self, error);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (yyjson_doc) answer = NULL;
  MokedCacheState *state;

  *out_more = FALSE;
  if (request == NULL || *request == '\0')
    return request != NULL;
  self->tell (MOKED_SYNC_BUSY, self->user_data);
  body = g_bytes_new (request, strlen (request));
  answer = moked_sync_exchange_await (self, moked_sync_transport_post (self->transport, "/api/sync/push", body), error);
  if (answer == NULL)
    return FALSE;
  *out_more = TRUE;
  state = moked_cache_state_copy (moked_cache_get_state (self->cache));
  return moked_sync_exchange_commit (self, MOKED_PRIORITY_URGENT, state, write_results, answer, error);
}

/* Each answer confirms more than the one before. A service that was restored from a backup remembers less, once. */
static gboolean
push_all (MokedSyncExchange *self,
          GError           **error)
{
  gboolean more = TRUE, went_back = FALSE;

  while (more)
    {
      gint64 before = moked_cache_get_state (self->cache)->last_n, now;

      if (!push_once (self, &more, error))
        return FALSE;
      now = moked_cache_get_state (self->cache)->last_n;
      if (more && (now == before || (now < before && went_back)))
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service does not confirm what it is sent");
          return FALSE;
        }
      went_back = went_back || now < before;
    }
  return TRUE;
}

/* --- bringing --- */

static gboolean
write_pull (MokedCacheState   *state,
            MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *json,
            GError           **error)
{
  return moked_cache_state_apply_pull (state, session, schema, json, error);
}

/* Much at once has a transaction for itself: what people do meanwhile need not wait for it to be redone. */
#define MANY_CHANGES 500

static gboolean
take_pull (MokedSyncExchange *self,
           yyjson_doc        *pull,
           gboolean          *out_more,
           GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  yyjson_val *root = yyjson_doc_get_root (pull);
  gint64 until, head;

  if (!moked_json_get_int (root, "until", &until, error) || !moked_json_get_int (root, "head", &head, error))
    return FALSE;
  if (until < state->cursor || (until == state->cursor && head > until))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's changes do not go on");
      return FALSE;
    }
  *out_more = until < head;
  if (until == state->cursor)
    return TRUE;
  return moked_sync_exchange_commit (self,
                                     until - state->cursor > MANY_CHANGES ? MOKED_PRIORITY_BULK : MOKED_PRIORITY_URGENT,
                                     moked_cache_state_copy (state), write_pull, pull, error);
}

static gboolean
pull_once (MokedSyncExchange *self,
           gboolean          *out_more,
           GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *epoch = g_uri_escape_string (state->epoch, NULL, FALSE);
  g_autofree char *scope = moked_sync_exchange_dup_scope (state->scope);
  g_autofree char *path = g_strdup_printf ("/api/sync/pull?epoch=%s&since=%" G_GINT64_FORMAT "%s", epoch, state->cursor,
                                           scope);
  yyjson_doc *pull = moked_sync_exchange_get (self, path, error);
  gboolean done = pull != NULL && take_pull (self, pull, out_more, error);

  moked_sync_exchange_free_doc (self, pull);
  return done;
}

static gboolean
pull_all (MokedSyncExchange *self,
          GError           **error)
{
  gboolean more;

  do
    if (!pull_once (self, &more, error))
      return FALSE;
  while (more);
  return TRUE;
}

/* --- all of it --- */

static gboolean
run_once (MokedSyncExchange *self,
          GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  gboolean loads = state == NULL || state->epoch == NULL;

  if (loads ? !moked_sync_load (self, error) : !self->reached && !pull_all (self, error))
    return FALSE;
  return push_all (self, error) && pull_all (self, error);
}

/* Another life of the log, other rights, or a desktop that was away longer than deletions are remembered. */
static gboolean
lists_again (const GError *error)
{
  return g_error_matches (error, MOKED_ERROR, MOKED_ERROR_GONE) ||
         g_error_matches (error, MOKED_ERROR, MOKED_ERROR_EXPIRED);
}

static gboolean
run_twice (MokedSyncExchange *self,
           GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  MokedCacheState *state;

  if (run_once (self, &local_error))
    return TRUE;
  if (!lists_again (local_error) || moked_cache_get_state (self->cache) == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* What waits here is kept and sent after everything was listed. */
  state = moked_cache_state_copy (moked_cache_get_state (self->cache));
  moked_cache_state_forget_epoch (state);
  moked_cache_set_state (self->cache, state);
  return run_once (self, error);
}

/**
 * moked_sync_exchange_run: (skip)
 *
 * Awaits its turn and then the service.
 *
 * Returns: whether all went through; what was done until then stays done
 */
gboolean
moked_sync_exchange_run (MokedSyncExchange *self,
                         GError           **error)
{
  gboolean done;

  if (!moked_cache_begin_exchange (self->cache, error))
    return FALSE;
  done = run_twice (self, error);
  g_clear_pointer (&self->parser, moked_worker_close);
  moked_cache_end_exchange (self->cache);
  return done;
}
