/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jobs/moked-job-queue.h"

#include "base/moked-async.h"
#include "base/moked-error.h"
#include "base/moked-log.h"
#include "base/moked-ulid.h"
#include "jobs/moked-job-table.h"
#include "jobs/moked-job-wake.h"

/**
 * MokedJobQueue:
 *
 * Runs the jobs that transactions have left in the database. A job is claimed with a lease before it runs,
 * and its end is written in one transaction with what the end means (`ended`). A service that dies in
 * between leaves a job that runs again, with a higher `attempt`: whatever has an effect outside must look
 * first whether it has happened.
 */
struct _MokedJobQueue
{
  GObject       parent_instance;
  MokedStore   *store;
  MokedClock   *clock;
  MokedContext *context;
  GHashTable   *kinds;   /* name → MokedJobKind */
  GHashTable   *running; /* name → number */
  MokedWake    *wake;
  DexFuture    *fiber;
  DexPromise   *idle;
  gboolean      stopping;
  gint64        pruned_at;
  char         *holder;
  MokedJobStats stats;
};

G_DEFINE_FINAL_TYPE (MokedJobQueue, moked_job_queue, G_TYPE_OBJECT)

#define USUAL_TIMEOUT 60
#define USUAL_PARALLEL 4
#define LEASE_SLACK_USEC (60 * G_USEC_PER_SEC)
#define LONGEST_SLEEP_USEC (60 * G_USEC_PER_SEC)

/* Another service may have enqueued something and died. */
#define SHARED_SLEEP_USEC (5 * G_USEC_PER_SEC)

#define KEEP_USEC (30 * G_TIME_SPAN_DAY)
#define STOP_MSEC 10000

static const guint usual_retry_after[] = { 5, 30, 120, 600, 3600, 21600, 0 };

/* One run of one job: shared by the fiber that watches over it and the one that does it, which a timeout
 * may leave behind. */
typedef struct
{
  MokedJobQueue      *queue;
  const MokedJobKind *kind;
  MokedJob           *job;
} Run;

static void
moked_job_queue_finalize (GObject *object)
{
  MokedJobQueue *self = MOKED_JOB_QUEUE (object);

  moked_job_wake_remove (self->wake);
  moked_wake_free (self->wake);
  dex_clear (&self->fiber);
  dex_clear (&self->idle);
  g_hash_table_unref (self->kinds);
  g_hash_table_unref (self->running);
  g_object_unref (self->clock);
  g_object_unref (self->store);
  g_free (self->holder);
  G_OBJECT_CLASS (moked_job_queue_parent_class)->finalize (object);
}

static void
moked_job_queue_class_init (MokedJobQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_job_queue_finalize;
}

static void
moked_job_queue_init (MokedJobQueue *self)
{
  self->kinds = g_hash_table_new (g_str_hash, g_str_equal);
  self->running = g_hash_table_new (g_str_hash, g_str_equal);
  self->wake = moked_wake_new ();
  moked_job_wake_add (self->wake);
}

/**
 * moked_job_queue_new:
 * @store: an open store whose schema has moked_job_queue_schema
 * @context: (nullable): given to the jobs
 *
 * Returns: (transfer full): a queue that has not started
 */
MokedJobQueue *
moked_job_queue_new (MokedStore   *store,
                     MokedClock   *clock,
                     MokedContext *context)
{
  MokedJobQueue *self = g_object_new (MOKED_TYPE_JOB_QUEUE, NULL);

  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->context = context;
  self->holder = moked_ulid_new (NULL);
  return self;
}

/**
 * moked_job_queue_set_holder:
 * @holder: a name that this service has at each start and no other service on the same database has
 *
 * Before it starts. What the service was at when it died is done again at once then; without a name when the lease is
 * over, as by any other service.
 */
void
moked_job_queue_set_holder (MokedJobQueue *self,
                            const char    *holder)
{
  g_set_str (&self->holder, holder);
}

/**
 * moked_job_queue_add:
 * @kinds: (nullable) (array zero-terminated=1): static
 */
void
moked_job_queue_add (MokedJobQueue      *self,
                     const MokedJobKind *kinds)
{
  for (; kinds != NULL && kinds->name != NULL; kinds++)
    g_hash_table_insert (self->kinds, (char *) kinds->name, (gpointer) kinds);
}

const MokedJobStats *
moked_job_queue_get_stats (MokedJobQueue *self)
{
  return &self->stats;
}

static guint
count_running (MokedJobQueue      *self,
               const MokedJobKind *kind,
               int                 change)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->running, kind->name)) + change;

  g_hash_table_insert (self->running, (char *) kind->name, GUINT_TO_POINTER (count));
  self->stats.running += change;
  return count;
}

static void
clear_run (gpointer data)
{
  Run *run = data;
  MokedJobQueue *self = run->queue;

  count_running (self, run->kind, -1);
  if (self->stats.running == 0 && self->idle != NULL)
    dex_promise_resolve_boolean (self->idle, TRUE);
  moked_wake_up (self->wake);
  g_object_unref (run->queue);
  moked_job_free (run->job);
}

static void
unref_run (gpointer data)
{
  g_rc_box_release_full (data, clear_run);
}

/* The end of a run --------------------------------------------------------------------------------------- */

typedef struct
{
  Run    *run;
  GError *failure;
  gint64  retry_at;
} Ending;

static void
free_ending (gpointer data)
{
  Ending *ending = data;

  g_clear_error (&ending->failure);
  g_free (ending);
}

/* On the store's thread. The job's row first: the session then turns to the job's business. */
static DexFuture *
write_ending (MokedSession *session,
              gpointer      data)
{
  Ending *ending = data;
  MokedJob *job = ending->run->job;
  const char *why = ending->failure != NULL ? ending->failure->message : NULL;
  gboolean ended = FALSE;
  GError *error = NULL;

  if (ending->retry_at > 0)
    {
      if (!moked_job_table_retry (session, job, ending->retry_at, why, &error))
        return dex_future_new_for_error (error);
      return dex_future_new_true ();
    }
  if (!moked_job_table_end (session, job, ending->failure != NULL ? "failed" : "done", why, &ended, &error))
    return dex_future_new_for_error (error);
  if (!ended)
    return dex_future_new_true ();
  if (job->business != NULL)
    moked_session_set_business (session, job->business);
  if (ending->run->kind->ended != NULL && !ending->run->kind->ended (session, job, ending->failure, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* When to try again, 0 for never. Spread by up to a fifth, so that what failed together does not come
 * back together. */
static gint64
get_retry_at (Run          *run,
              const GError *failure)
{
  const guint *delays = run->kind->retry_after != NULL ? run->kind->retry_after : usual_retry_after;
  guint n = 0;

  while (delays[n] != 0)
    n++;
  if (!moked_error_is_temporary (failure) || run->job->attempt > n)
    return 0;
  return moked_clock_get_real (run->queue->clock) +
         (gint64) (delays[run->job->attempt - 1] * g_random_double_range (0.8, 1.2) * G_USEC_PER_SEC);
}

static void
count_ending (MokedJobQueue *self,
              const Ending  *ending)
{
  if (ending->failure == NULL)
    self->stats.done++;
  else if (ending->retry_at > 0)
    self->stats.retried++;
  else
    self->stats.failed++;
}

static void
log_failure (Run          *run,
             const GError *failure,
             gboolean      again)
{
  char attempt[16];

  g_snprintf (attempt, sizeof attempt, "%u", run->job->attempt);
  moked_log (G_LOG_LEVEL_WARNING, "jobs", again ? "failed, will be tried again" : "failed", "kind", run->kind->name,
             "job", run->job->id, "attempt", attempt, "reason", failure->message, NULL);
}

/* In a fiber. While the end cannot be written the job must not run again: this waits for the store. */
static void
end_run (Run    *run,
         GError *failure)
{
  MokedJobQueue *self = run->queue;
  Ending *ending = g_new0 (Ending, 1);

  ending->run = run;
  ending->failure = failure;
  ending->retry_at = failure != NULL ? get_retry_at (run, failure) : 0;
  if (failure != NULL)
    log_failure (run, failure, ending->retry_at > 0);
  for (guint i = 0; !self->stopping || i == 0; i++)
    {
      g_autoptr (GError) error = NULL;

      if (dex_await (moked_store_write (self->store, MOKED_PRIORITY_URGENT, NULL, write_ending, ending, NULL), &error))
        {
          count_ending (self, ending);
          break;
        }
      moked_log (G_LOG_LEVEL_CRITICAL, "jobs", "the end cannot be written", "job", run->job->id, "reason",
                 error->message, NULL);
      if (!moked_error_is_temporary (error))
        break;
      dex_await (moked_clock_wait (self->clock, G_USEC_PER_SEC), NULL);
    }
  free_ending (ending);
}

static DexFuture *
work_fiber (gpointer data)
{
  Run *run = data;
  GError *error = NULL;

  if (run->kind->run (run->job, run->queue->context, &error))
    return dex_future_new_true ();
  return dex_future_new_for_error (error);
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  guint timeout = run->kind->timeout > 0 ? run->kind->timeout : USUAL_TIMEOUT;
  g_autoptr (GError) error = NULL;

  dex_await (moked_async_with_timeout (dex_scheduler_spawn (NULL, 0, work_fiber, g_rc_box_acquire (run), unref_run),
                                       timeout * 1000),
             &error);
  end_run (run, g_steal_pointer (&error));
  return dex_future_new_true ();
}

/* Choosing ------------------------------------------------------------------------------------------------ */

/* One reading of the table. Each kind is asked for as many jobs as it may run, so that a thousand messages
 * do not hide a reminder. */
typedef struct
{
  gint64     now;
  GPtrArray *jobs;
  GPtrArray *kinds;
  GArray    *rooms;
  gint64     next_at;
  gint64     waiting;
} Round;

static DexFuture *
read_round (MokedSession *session,
            gpointer      data)
{
  Round *round = data;
  GError *error = NULL;

  for (guint i = 0; i < round->kinds->len; i++)
    if (!moked_job_table_list_due (session, g_ptr_array_index (round->kinds, i), round->now,
                                   g_array_index (round->rooms, guint, i), round->jobs, &error))
      return dex_future_new_for_error (error);
  if (!moked_job_table_get_next (session, round->now, &round->next_at, &round->waiting, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

typedef struct
{
  MokedJob   *job;
  const char *holder;
  gint64      lease_until;
} Claim;

static DexFuture *
write_claim (MokedSession *session,
             gpointer      data)
{
  Claim *claim = data;
  gboolean claimed = FALSE;
  GError *error = NULL;

  if (!moked_job_table_claim (session, claim->job, claim->holder, claim->lease_until, &claimed, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_boolean (claimed);
}

static void
find_rooms (MokedJobQueue *self,
            Round         *round)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->kinds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const MokedJobKind *kind = value;
      guint max = kind->max_parallel > 0 ? kind->max_parallel : USUAL_PARALLEL;
      guint room = max - MIN (max, count_running (self, kind, 0));

      if (room == 0)
        continue;
      g_ptr_array_add (round->kinds, (gpointer) kind->name);
      g_array_append_val (round->rooms, room);
    }
}

/* In a fiber. Returns whether the job runs now. */
static gboolean
begin_run (MokedJobQueue *self,
           MokedJob      *job)
{
  const MokedJobKind *kind = g_hash_table_lookup (self->kinds, job->kind);
  guint timeout = kind->timeout > 0 ? kind->timeout : USUAL_TIMEOUT;
  Claim claim = { job, self->holder };
  Run *run;

  claim.lease_until = moked_clock_get_real (self->clock) + (gint64) timeout * G_USEC_PER_SEC + LEASE_SLACK_USEC;
  if (!dex_await_boolean (moked_store_write (self->store, MOKED_PRIORITY_URGENT, NULL, write_claim, &claim, NULL),
                          NULL))
    return FALSE;
  run = g_rc_box_new0 (Run);
  run->queue = g_object_ref (self);
  run->kind = kind;
  run->job = job;
  count_running (self, kind, 1);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, run_fiber, run, unref_run));
  return TRUE;
}

static DexFuture *
write_prune (MokedSession *session,
             gpointer      data)
{
  gint64 pruned = 0;
  GError *error = NULL;

  if (!moked_job_table_prune (session, moked_session_get_now (session) - KEEP_USEC, &pruned, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static void
prune_if_due (MokedJobQueue *self,
              gint64         now)
{
  if (now - self->pruned_at < G_TIME_SPAN_HOUR)
    return;
  self->pruned_at = now;
  dex_await (moked_store_write (self->store, MOKED_PRIORITY_BACKGROUND, NULL, write_prune, NULL, NULL), NULL);
}

/* Returns how many jobs were begun. */
static guint
begin_all (MokedJobQueue *self,
           GPtrArray     *jobs)
{
  guint n = 0;

  for (guint i = 0; i < jobs->len && !self->stopping; i++)
    if (begin_run (self, g_ptr_array_index (jobs, i)))
      {
        jobs->pdata[i] = NULL;
        n++;
      }
  return n;
}

static void
free_listed (gpointer data)
{
  if (data != NULL)
    moked_job_free (data);
}

static DexFuture *
choose_fiber (gpointer data)
{
  MokedJobQueue *self = data;

  while (!self->stopping)
    {
      g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (free_listed);
      g_autoptr (GPtrArray) kinds = g_ptr_array_new ();
      g_autoptr (GArray) rooms = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr (GError) error = NULL;
      Round round = { moked_clock_get_real (self->clock), jobs, kinds, rooms };
      gint64 longest = moked_store_is_shared (self->store) ? SHARED_SLEEP_USEC : LONGEST_SLEEP_USEC;
      gint64 pause = longest;

      moked_wake_reset (self->wake);
      find_rooms (self, &round);
      if (!dex_await (moked_store_read (self->store, NULL, read_round, &round, NULL), &error))
        moked_log (G_LOG_LEVEL_CRITICAL, "jobs", "the table cannot be read", "reason", error->message, NULL);
      self->stats.waiting = round.waiting;
      if (begin_all (self, jobs) > 0)
        continue;
      prune_if_due (self, round.now);
      if (round.next_at > 0)
        pause = CLAMP (round.next_at - round.now, 1000, longest);
      if (!self->stopping)
        moked_wake_wait (self->wake, self->clock, pause);
    }
  return dex_future_new_true ();
}

static DexFuture *
write_recover (MokedSession *session,
               gpointer      data)
{
  GError *error = NULL;

  if (!moked_job_table_recover (session, data, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static DexFuture *
start_fiber (gpointer data)
{
  MokedJobQueue *self = data;
  GError *error = NULL;

  if (!dex_await (moked_store_write (self->store, MOKED_PRIORITY_URGENT, NULL, write_recover,
                                     moked_store_is_shared (self->store) ? self->holder : NULL, NULL),
                  &error))
    return dex_future_new_for_error (error);
  self->fiber = dex_scheduler_spawn (NULL, 0, choose_fiber, self, NULL);
  return dex_future_new_true ();
}

/**
 * moked_job_queue_start:
 *
 * Begins to run jobs, those first that an earlier run of the service left behind.
 *
 * Returns: (transfer full): resolves when it has begun
 */
DexFuture *
moked_job_queue_start (MokedJobQueue *self)
{
  return dex_scheduler_spawn (NULL, 0, start_fiber, self, NULL);
}

static DexFuture *
stop_fiber (gpointer data)
{
  MokedJobQueue *self = data;

  self->stopping = TRUE;
  moked_wake_up (self->wake);
  if (self->fiber != NULL)
    dex_await (dex_ref (self->fiber), NULL);
  if (self->stats.running == 0)
    return dex_future_new_true ();
  self->idle = dex_promise_new ();
  dex_await (moked_async_with_timeout (dex_ref (DEX_FUTURE (self->idle)), STOP_MSEC), NULL);
  return dex_future_new_true ();
}

/**
 * moked_job_queue_stop:
 *
 * Begins no more jobs and gives those that run some seconds to end; the rest runs again at the next start.
 *
 * Returns: (transfer full): resolves when all is quiet, or the seconds are over
 */
DexFuture *
moked_job_queue_stop (MokedJobQueue *self)
{
  return dex_scheduler_spawn (NULL, 0, stop_fiber, self, NULL);
}
