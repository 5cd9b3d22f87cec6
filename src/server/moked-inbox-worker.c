/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-inbox-worker.h"

#include "base/moked-error.h"
#include "base/moked-log.h"
#include "base/moked-wake.h"

/* Rows are read in the order of their arrival and go to the store together, each as a transaction of its own; those
 * that wait there at the same time share a commit. Of the rows with one order key, the next is applied only after the
 * one before it was: applied, or given up. That is decided in the transaction, where alone it is known, so that rows
 * of one sender need not wait for each other's commit.
 *
 * The figures follow the commits, in their order: see settled(). */

#define ROWS_A_ROUND 256
#define BYTES_A_ROUND (1024 * 1024)

/* During a flood of webhooks little is applied, so that storing, which the vendors wait for, has the disk and
 * the processor; yet something always is. */
#define FLOOD_USEC 50000
#define FLOOD_ROWS 8
#define FLOOD_PAUSE_USEC 20000

/* A disk that is full, or does not answer, is tried again so soon. */
#define STORE_PAUSE_USEC (5 * G_USEC_PER_SEC)

/* Applied rows stay this long, because a vendor may deliver again for seven days. */
#define KEEP_USEC (30 * G_TIME_SPAN_DAY)
#define PRUNE_EVERY_USEC G_TIME_SPAN_HOUR

/* What another service on the same database took in and did not live to apply is looked for so often. */
#define LOOK_EVERY_USEC (5 * G_USEC_PER_SEC)

static const guint retry_after[] = { 1, 5, 30, 120, 600, 3600 };

typedef struct
{
  MokedInboxRow       row;
  char               *order_key;
  const MokedWebhook *webhook;
  MokedContext       *context;
  MokedInboxStats    *stats;
  gint64              previous; /* row of the same order key in this round; 0: none */
  DexFuture          *applied;
} Item;

struct _MokedInboxWorker
{
  MokedStore      *store;
  MokedClock      *clock;
  MokedContext    *context;
  MokedInboxStats *stats;
  GHashTable      *webhooks; /* path → MokedWebhook */
  MokedWake       *wake;
  DexFuture       *fiber;
  gboolean         stopping;
  gint64           pruned_at;
  gint64           flood_until;
};

/* One reading of the table. */
typedef struct
{
  MokedInboxWorker *worker;
  gint64            now;
  gint64            max_rows;
  GPtrArray        *items;
  gint64            next_at;
  gint64            waiting;
} Round;

static void
free_item (gpointer data)
{
  Item *item = data;

  g_free ((char *) item->row.webhook);
  g_free ((char *) item->row.dedup_key);
  g_free ((char *) item->row.headers);
  g_clear_pointer (&item->row.body, g_bytes_unref);
  g_free (item->order_key);
  dex_clear (&item->applied);
  g_free (item);
}

static Item *
read_item (MokedInboxWorker *self,
           MokedCursor      *cursor)
{
  Item *item = g_new0 (Item, 1);

  item->row.id = moked_cursor_get_int (cursor, 0);
  item->row.webhook = moked_cursor_dup_text (cursor, 1);
  item->row.dedup_key = moked_cursor_dup_text (cursor, 2);
  item->row.headers = moked_cursor_dup_text (cursor, 3);
  item->row.body = moked_cursor_dup_blob (cursor, 4);
  item->row.received_at = moked_cursor_get_int (cursor, 5);
  item->row.attempt = moked_cursor_get_int (cursor, 6) + 1;
  item->order_key = moked_cursor_dup_text (cursor, 7);
  item->webhook = g_hash_table_lookup (self->webhooks, item->row.webhook);
  item->context = self->context;
  item->stats = self->stats;
  return item;
}

static gboolean
read_number (MokedSession *session,
             const char   *sql,
             gint64       *out,
             GError      **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    *out = moked_cursor_get_int (cursor, 0);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Some bodies are large: what is in memory at a time is bounded by bytes as well. */
static gboolean
read_items (MokedSession *session,
            Round        *round,
            GError      **error)
{
  gsize bytes = 0;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT id, webhook, dedup_key, headers, body, received_at, attempts, order_key FROM inbox"
      " WHERE state = 'waiting' AND (next_at IS NULL OR next_at <= $1)"
      " AND order_key NOT IN (SELECT order_key FROM inbox WHERE next_at > $1) ORDER BY id LIMIT $2",
      "ii", round->now, round->max_rows);

  if (cursor == NULL)
    return FALSE;
  while (bytes < BYTES_A_ROUND && moked_cursor_next (cursor, &local_error))
    {
      Item *item = read_item (round->worker, cursor);

      bytes += g_bytes_get_size (item->row.body);
      g_ptr_array_add (round->items, item);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static DexFuture *
read_round (MokedSession *session,
            gpointer      data)
{
  Round *round = data;
  GError *error = NULL;

  if (!read_items (session, round, &error) ||
      (round->items->len == 0 &&
       !read_number (session, "SELECT coalesce(min(next_at), 0) FROM inbox WHERE next_at IS NOT NULL",
                     &round->next_at, &error)) ||
      (round->items->len == 0 &&
       !read_number (session, "SELECT count(*) FROM inbox WHERE state = 'waiting'", &round->waiting, &error)))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* In the main context, once the commit is durable. */
static gboolean
settled (gpointer data)
{
  MokedInboxStats *stats = data;

  stats->applied++;
  stats->waiting -= stats->waiting > 0; /* another service may have taken it in */
  return G_SOURCE_REMOVE;
}

/* On the store's thread. The row's own state is written first: later the session belongs to the business
 * that the row turns out to be about, and whatever fails takes the whole transaction back. */
static DexFuture *
apply_item (MokedSession *session,
            gpointer      data)
{
  Item *item = data;
  GError *error = NULL;

  if (item->webhook == NULL)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_INTERNAL, "Nothing here applies %s", item->row.webhook);
  if (!moked_session_exec (session, &error,
                           "UPDATE inbox SET state = 'applied', attempts = $2, next_at = NULL, applied_at = $3, error = NULL"
                           " WHERE id = $1 AND state = 'waiting'"
                           " AND NOT EXISTS (SELECT 1 FROM inbox WHERE id = $4 AND state = 'waiting')",
                           "iiii", item->row.id, (gint64) item->row.attempt, moked_session_get_now (session),
                           item->previous))
    return dex_future_new_for_error (error);
  if (moked_session_get_changes (session) == 0)
    return dex_future_new_true (); /* not its turn: it stays for a later round */
  moked_session_after_commit (session, settled, item->stats, NULL);
  if (!item->webhook->apply (session, &item->row, item->context, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

typedef struct
{
  gint64           id;
  gint64           attempt;
  gint64           next_at;
  char            *error;
  MokedInboxStats *stats;
} Failure;

static void
free_failure (gpointer data)
{
  Failure *failure = data;

  g_free (failure->error);
  g_free (failure);
}

static gboolean
given_up (gpointer data)
{
  MokedInboxStats *stats = data;

  stats->failed++;
  stats->waiting -= stats->waiting > 0;
  return G_SOURCE_REMOVE;
}

static DexFuture *
write_failure (MokedSession *session,
               gpointer      data)
{
  Failure *failure = data;
  GError *error = NULL;

  if (!moked_session_exec (session, &error,
                           "UPDATE inbox SET attempts = $2, state = CASE WHEN $3 > 0 THEN 'waiting' ELSE 'failed' END,"
                           " next_at = nullif($3, 0), error = $4 WHERE id = $1",
                           "iiit", failure->id, failure->attempt, failure->next_at, failure->error))
    return dex_future_new_for_error (error);
  if (failure->next_at == 0)
    moked_session_after_commit (session, given_up, failure->stats, NULL);
  return dex_future_new_true ();
}

static void
log_failure (const Item   *item,
             const GError *why,
             gboolean      again)
{
  char row[32];
  char attempt[16];

  g_snprintf (row, sizeof row, "%" G_GINT64_FORMAT, item->row.id);
  g_snprintf (attempt, sizeof attempt, "%u", item->row.attempt);
  moked_log (G_LOG_LEVEL_WARNING, "webhook", again ? "not applied yet" : "given up", "webhook", item->row.webhook,
             "row", row, "attempt", attempt, "reason", why->message, NULL);
}

/* In a fiber. A row that keeps failing gives way to those behind it in the end, and stays to be looked at. */
static void
note_failure (MokedInboxWorker *self,
              Item             *item,
              const GError     *why)
{
  g_autoptr (GError) error = NULL;
  gboolean again = moked_error_is_temporary (why) && item->row.attempt <= G_N_ELEMENTS (retry_after);
  Failure *failure = g_new0 (Failure, 1);

  failure->id = item->row.id;
  failure->attempt = item->row.attempt;
  failure->error = g_strdup (why->message);
  failure->stats = self->stats;
  if (again)
    failure->next_at = moked_clock_get_real (self->clock) +
                       (gint64) retry_after[item->row.attempt - 1] * G_USEC_PER_SEC;
  log_failure (item, why, again);
  if (!dex_await (moked_store_write (self->store, MOKED_PRIORITY_BACKGROUND, NULL, write_failure, failure,
                                     free_failure), &error))
    moked_log (G_LOG_LEVEL_CRITICAL, "webhook", "the failure could not be written", "reason", error->message, NULL);
}

/* Gives all rows to the store, which takes them in this order. */
static void
begin_round (MokedInboxWorker *self,
             GPtrArray        *items)
{
  g_autoptr (GHashTable) latest = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < items->len; i++)
    {
      Item *item = g_ptr_array_index (items, i);
      Item *previous = g_hash_table_lookup (latest, item->order_key);

      item->previous = previous != NULL ? previous->row.id : 0;
      g_hash_table_replace (latest, item->order_key, item);
      item->applied = moked_store_write (self->store, MOKED_PRIORITY_BACKGROUND, NULL, apply_item, item, NULL);
    }
}

/* A server that is away, or cut what was under way, is no fault of the row either. */
static gboolean
is_stores (MokedInboxWorker *self,
           const GError     *why)
{
  return g_error_matches (why, MOKED_ERROR, MOKED_ERROR_STORAGE) ||
         (moked_store_is_shared (self->store) && (g_error_matches (why, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE) ||
                                                  g_error_matches (why, MOKED_ERROR, MOKED_ERROR_BUSY)));
}

/* In a fiber. All are awaited, also when the worker is to stop: the store works with the items. Returns %FALSE, with
 * @error set, when the store could not write: that is not the rows' fault and not held against them. */
static gboolean
apply_round (MokedInboxWorker *self,
             GPtrArray        *items,
             GError          **error)
{
  g_autoptr (GError) broken = NULL;

  begin_round (self, items);
  for (guint i = 0; i < items->len; i++)
    {
      Item *item = g_ptr_array_index (items, i);
      g_autoptr (GError) why = NULL;

      if (dex_await (g_steal_pointer (&item->applied), &why))
        continue;
      if (!is_stores (self, why))
        note_failure (self, item, why);
      else if (broken == NULL)
        broken = g_steal_pointer (&why);
    }
  if (broken == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}

static DexFuture *
prune (MokedSession *session,
       gpointer      data)
{
  GError *error = NULL;

  if (!moked_session_exec (session, &error,
                           "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state = 'applied'"
                           " AND received_at < $1 ORDER BY id LIMIT 500)",
                           "i", moked_session_get_now (session) - KEEP_USEC))
    return dex_future_new_for_error (error);
  return dex_future_new_for_boolean (moked_session_get_changes (session) == 500);
}

/* In a fiber, when there is nothing better to do. */
static void
prune_if_due (MokedInboxWorker *self)
{
  gint64 now = moked_clock_get_real (self->clock);

  if (now - self->pruned_at < PRUNE_EVERY_USEC)
    return;
  self->pruned_at = now;
  while (!self->stopping &&
         dex_await_boolean (moked_store_write (self->store, MOKED_PRIORITY_BACKGROUND, NULL, prune, NULL, NULL), NULL))
    ;
}

typedef struct
{
  MokedInboxStats *stats;
  gint64           waiting;
} Count;

static gboolean
counted (gpointer data)
{
  Count *count = data;

  count->stats->waiting = (guint64) count->waiting;
  return G_SOURCE_REMOVE;
}

/* Counts what an earlier run has left, or another service brought or took. In a writing session, whose commit has its
 * place among those of the rows that come and go meanwhile. */
static DexFuture *
count_waiting (MokedSession *session,
               gpointer      data)
{
  Count *count = g_new0 (Count, 1);
  GError *error = NULL;

  count->stats = data;
  moked_session_after_commit (session, counted, count, g_free);
  if (!read_number (session, "SELECT count(*) FROM inbox WHERE state = 'waiting'", &count->waiting, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* In a fiber. */
static void
count_anew (MokedInboxWorker *self)
{
  dex_await (moked_store_write (self->store, MOKED_PRIORITY_URGENT, NULL, count_waiting, self->stats, NULL), NULL);
}

static void
wait_for_more (MokedInboxWorker *self,
               const Round      *round)
{
  gint64 longest = moked_store_is_shared (self->store) ? LOOK_EVERY_USEC : PRUNE_EVERY_USEC;
  gint64 pause = round->next_at > 0 ? MAX (round->next_at - round->now, 1000) : longest;

  prune_if_due (self);
  if (moked_store_is_shared (self->store) && self->stats->waiting != (guint64) round->waiting)
    count_anew (self);
  if (!self->stopping)
    moked_wake_wait (self->wake, self->clock, MIN (pause, longest));
}

static void
wait_for_store (MokedInboxWorker *self,
                const char       *what,
                const GError     *why)
{
  if (self->stopping)
    return;
  moked_log (G_LOG_LEVEL_CRITICAL, "webhook", what, "reason", why->message, NULL);
  moked_wake_wait (self->wake, self->clock, STORE_PAUSE_USEC);
}

static gboolean
is_flood (MokedInboxWorker *self)
{
  return g_get_monotonic_time () < self->flood_until;
}

static DexFuture *
work_fiber (gpointer data)
{
  MokedInboxWorker *self = data;

  count_anew (self);
  while (!self->stopping)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (free_item);
      g_autoptr (GError) error = NULL;
      gboolean flood = is_flood (self);
      Round round = { self, moked_clock_get_real (self->clock), flood ? FLOOD_ROWS : ROWS_A_ROUND, items };

      moked_wake_reset (self->wake);
      if (!dex_await (moked_store_read (self->store, NULL, read_round, &round, NULL), &error))
        wait_for_store (self, "the inbox cannot be read", error);
      else if (items->len == 0)
        wait_for_more (self, &round);
      else if (!apply_round (self, items, &error))
        wait_for_store (self, "the inbox cannot be written", error);
      if (flood && !self->stopping)
        dex_await (dex_timeout_new_usec (FLOOD_PAUSE_USEC), NULL);
    }
  return dex_future_new_true ();
}

MokedInboxWorker *
moked_inbox_worker_new (MokedStore      *store,
                        MokedClock      *clock,
                        MokedContext    *context,
                        MokedInboxStats *stats)
{
  MokedInboxWorker *self = g_new0 (MokedInboxWorker, 1);

  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->context = context;
  self->stats = stats;
  self->webhooks = g_hash_table_new (g_str_hash, g_str_equal);
  self->wake = moked_wake_new ();
  return self;
}

/* The fiber must have ended: see moked_inbox_worker_stop(). */
void
moked_inbox_worker_free (MokedInboxWorker *self)
{
  dex_clear (&self->fiber);
  moked_wake_free (self->wake);
  g_hash_table_unref (self->webhooks);
  g_object_unref (self->clock);
  g_object_unref (self->store);
  g_free (self);
}

void
moked_inbox_worker_add (MokedInboxWorker   *self,
                        const MokedWebhook *webhooks)
{
  for (; webhooks != NULL && webhooks->path != NULL; webhooks++)
    g_hash_table_insert (self->webhooks, (char *) webhooks->path, (gpointer) webhooks);
}

void
moked_inbox_worker_start (MokedInboxWorker *self)
{
  self->fiber = dex_scheduler_spawn (NULL, 0, work_fiber, self, NULL);
}

/* Many webhooks come in: storing them is more urgent for a moment. */
void
moked_inbox_worker_yield (MokedInboxWorker *self)
{
  self->flood_until = g_get_monotonic_time () + FLOOD_USEC;
}

void
moked_inbox_worker_wake (MokedInboxWorker *self)
{
  moked_wake_up (self->wake);
}

DexFuture *
moked_inbox_worker_stop (MokedInboxWorker *self)
{
  self->stopping = TRUE;
  moked_wake_up (self->wake);
  return self->fiber != NULL ? dex_ref (self->fiber) : dex_future_new_true ();
}
