/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-inbox.h"

#include <string.h>

#include "base/moked-log.h"
#include "server/moked-inbox-worker.h"
#include "server/moked-request-private.h"

/* Webhooks that arrive while a commit is on its way to the disk are stored together by the next one. They
 * wait in an array of their own, so that a delivery costs one row and no future, no fiber and no savepoint. */

/* So many deliveries in so short a time are a flood: storing them goes before applying them. */
#define FLOOD 100
#define FLOOD_USEC 50000

/* Ids are in the order of arrival, on PostgreSQL too: whoever stores holds the lock of what has no business. */
#define TABLE(id, bytes) \
  "CREATE TABLE inbox (" \
  " id " id " PRIMARY KEY," \
  " provider TEXT NOT NULL," \
  " dedup_key TEXT NOT NULL," \
  " webhook TEXT NOT NULL," \
  " order_key TEXT NOT NULL," \
  " state TEXT NOT NULL DEFAULT 'waiting'," /* waiting, applied, failed */ \
  " attempts INTEGER NOT NULL DEFAULT 0," \
  " next_at BIGINT," \
  " received_at BIGINT NOT NULL," \
  " applied_at BIGINT," \
  " error TEXT," \
  " headers TEXT NOT NULL," \
  " body " bytes " NOT NULL," \
  " UNIQUE (provider, dedup_key))" \
  "\n;\n" \
  "CREATE INDEX inbox_waiting ON inbox (id) WHERE state = 'waiting'" \
  "\n;\n" \
  "CREATE INDEX inbox_retry ON inbox (next_at) WHERE next_at IS NOT NULL"

static const MokedMigration migrations[] = {
  { 1, NULL, TABLE ("INTEGER", "BLOB"), TABLE ("BIGINT GENERATED ALWAYS AS IDENTITY", "BYTEA") },
  { 0 },
};

const MokedSchemaPart moked_inbox_schema = {
  .name = "inbox",
  .migrations = migrations,
};

const double moked_inbox_buckets[MOKED_INBOX_N_BUCKETS] = { .001, .0025, .005, .01, .025, .05, .1, .25, 1 };

typedef struct
{
  const MokedWebhook *webhook;
  char               *dedup_key;
  char               *order_key;
  char               *headers;
  GBytes             *body;
  gint64              put_at;
  MokedInboxDone      done;
  gpointer            data;
} Delivery;

typedef struct
{
  MokedInbox *inbox;
  GPtrArray  *deliveries;
  guint       stored;
} Batch;

struct _MokedInbox
{
  MokedStore       *store;
  MokedInboxWorker *worker;
  GPtrArray        *waiting;
  GSource          *source;
  gboolean          storing;
  gint64            counted_from;
  guint             counted;
  MokedInboxStats   stats;
};

static void
free_delivery (gpointer data)
{
  Delivery *delivery = data;

  g_free (delivery->dedup_key);
  g_free (delivery->order_key);
  g_free (delivery->headers);
  g_bytes_unref (delivery->body);
  g_free (delivery);
}

static void
free_batch (gpointer data)
{
  Batch *batch = data;

  g_clear_pointer (&batch->deliveries, g_ptr_array_unref);
  g_free (batch);
}

static gboolean store_waiting (gpointer data);

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    data)
{
  return callback (data);
}

static GSourceFuncs source_funcs = {
  .dispatch = dispatch,
};

/**
 * moked_inbox_new:
 * @store: an open store
 * @context: (nullable): given to the webhooks' `apply`
 *
 * Returns: (transfer full): an inbox that stores, and applies once it is started
 */
MokedInbox *
moked_inbox_new (MokedStore   *store,
                 MokedClock   *clock,
                 MokedContext *context)
{
  MokedInbox *self = g_new0 (MokedInbox, 1);

  self->store = g_object_ref (store);
  self->worker = moked_inbox_worker_new (store, clock, context, &self->stats);
  self->waiting = g_ptr_array_new_with_free_func (free_delivery);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (self->source, store_waiting, self, NULL);
  g_source_set_ready_time (self->source, -1);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
moked_inbox_free (MokedInbox *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  moked_inbox_worker_free (self->worker);
  g_ptr_array_unref (self->waiting);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * moked_inbox_add:
 * @webhooks: (array zero-terminated=1): static; what knows how to apply their rows
 */
void
moked_inbox_add (MokedInbox         *self,
                 const MokedWebhook *webhooks)
{
  moked_inbox_worker_add (self->worker, webhooks);
}

static gboolean
insert (MokedSession *session,
        Delivery     *delivery,
        GError      **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO inbox (provider, dedup_key, webhook, order_key, received_at, headers, body)"
                             " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider, dedup_key) DO NOTHING",
                             "ttttitb", delivery->webhook->provider, delivery->dedup_key, delivery->webhook->path,
                             delivery->order_key, moked_session_get_now (session), delivery->headers, delivery->body);
}

/* In the main context, once the commit is durable. */
static gboolean
count_stored (gpointer data)
{
  Batch *batch = data;
  MokedInboxStats *stats = &batch->inbox->stats;

  stats->received += batch->stored;
  stats->waiting += batch->stored;
  stats->repeated += batch->deliveries->len - batch->stored;
  return G_SOURCE_REMOVE;
}

/* On the store's thread. */
static DexFuture *
store_batch (MokedSession *session,
             gpointer      data)
{
  Batch *batch = data;
  GError *error = NULL;

  batch->stored = 0;
  for (guint i = 0; i < batch->deliveries->len; i++)
    {
      if (!insert (session, g_ptr_array_index (batch->deliveries, i), &error))
        return dex_future_new_for_error (error);
      batch->stored += moked_session_get_changes (session) > 0;
    }
  moked_session_after_commit (session, count_stored, batch, NULL);
  return dex_future_new_true ();
}

static void
count_latency (MokedInbox *self,
               Delivery   *delivery)
{
  double seconds = (double) (g_get_monotonic_time () - delivery->put_at) / G_USEC_PER_SEC;

  self->stats.latency_sum += seconds;
  for (guint i = 0; i < MOKED_INBOX_N_BUCKETS; i++)
    self->stats.latency[i] += seconds <= moked_inbox_buckets[i];
}

static gboolean
is_flood (MokedInbox *self,
          guint       arrived)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->counted_from > FLOOD_USEC)
    {
      self->counted_from = now;
      self->counted = 0;
    }
  self->counted += arrived;
  return self->counted >= FLOOD;
}

static DexFuture *
batch_stored (DexFuture *future,
              gpointer   data)
{
  Batch *batch = data;
  MokedInbox *self = batch->inbox;
  g_autoptr (GPtrArray) deliveries = g_steal_pointer (&batch->deliveries);
  g_autoptr (GError) error = NULL;

  self->storing = FALSE;
  if (dex_future_get_value (future, &error) == NULL)
    {
      self->stats.refused += deliveries->len;
      moked_log (G_LOG_LEVEL_CRITICAL, "webhook", "not stored", "reason", error->message, NULL);
    }
  for (guint i = 0; i < deliveries->len; i++)
    {
      Delivery *delivery = g_ptr_array_index (deliveries, i);

      count_latency (self, delivery);
      delivery->done (error, delivery->data);
    }
  if (is_flood (self, deliveries->len))
    moked_inbox_worker_yield (self->worker);
  if (batch->stored > 0)
    moked_inbox_worker_wake (self->worker);
  if (self->waiting->len > 0)
    g_source_set_ready_time (self->source, 0);
  return dex_future_new_true ();
}

static gboolean
store_waiting (gpointer data)
{
  MokedInbox *self = data;
  Batch *batch;
  DexFuture *write;

  g_source_set_ready_time (self->source, -1);
  if (self->storing || self->waiting->len == 0)
    return G_SOURCE_CONTINUE;
  batch = g_new0 (Batch, 1);
  batch->inbox = self;
  batch->deliveries = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (free_delivery);
  self->storing = TRUE;
  write = moked_store_write (self->store, MOKED_PRIORITY_URGENT, NULL, store_batch, batch, NULL);
  dex_future_disown (dex_future_finally (write, batch_stored, batch, free_batch));
  return G_SOURCE_CONTINUE;
}

/* What a later reader could want to know of the request; never who may ask. */
static char *
dup_headers (const MokedHttpHead *head)
{
  GString *text = g_string_sized_new (512);

  for (guint i = 0; i < head->n_fields; i++)
    if (g_ascii_strcasecmp (head->fields[i].name, "Authorization") != 0 &&
        g_ascii_strcasecmp (head->fields[i].name, "Cookie") != 0)
      {
        g_string_append (text, head->fields[i].name);
        g_string_append (text, ": ");
        g_string_append (text, head->fields[i].value);
        g_string_append_c (text, '\n');
      }
  if (!g_utf8_validate (text->str, text->len, NULL))
    {
      g_autofree char *broken = g_string_free (text, FALSE);

      return g_utf8_make_valid (broken, -1);
    }
  return g_string_free (text, FALSE);
}

/**
 * moked_inbox_put:
 * @request: verified
 * @dedup_key: (transfer full): what names this delivery
 * @done: called when the row is durable, or cannot be stored
 * @data: for @done
 *
 * Stores a delivery as it came. A delivery that is there already changes nothing, and is done.
 */
void
moked_inbox_put (MokedInbox         *self,
                 const MokedWebhook *webhook,
                 MokedRequest       *request,
                 char               *dedup_key,
                 MokedInboxDone      done,
                 gpointer            data)
{
  Delivery *delivery = g_new0 (Delivery, 1);

  delivery->webhook = webhook;
  delivery->dedup_key = dedup_key;
  delivery->order_key = webhook->dup_order != NULL ? webhook->dup_order (request) : NULL;
  if (delivery->order_key == NULL)
    delivery->order_key = g_strdup (webhook->path);
  delivery->headers = dup_headers (&request->head);
  delivery->body = g_bytes_ref (moked_request_get_body (request));
  delivery->put_at = g_get_monotonic_time ();
  delivery->done = done;
  delivery->data = data;
  g_ptr_array_add (self->waiting, delivery);
  if (!self->storing)
    g_source_set_ready_time (self->source, 0);
}

/**
 * moked_inbox_start:
 *
 * Begins to apply, with what an earlier run of the service has left.
 */
void
moked_inbox_start (MokedInbox *self)
{
  moked_inbox_worker_start (self->worker);
}

/**
 * moked_inbox_stop:
 *
 * Returns: (transfer full): resolves when nothing is being applied any more
 */
DexFuture *
moked_inbox_stop (MokedInbox *self)
{
  return moked_inbox_worker_stop (self->worker);
}

MokedInboxStats *
moked_inbox_get_stats (MokedInbox *self)
{
  return &self->stats;
}
