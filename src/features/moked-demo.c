/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/moked-demo.h"

#include "base/moked-time.h"
#include "sync/moked-change-log-bulk.h"

#define BATCH 4000

/**
 * moked_demo_chance:
 *
 * Returns: %TRUE in @percent of a hundred cases
 */
gboolean
moked_demo_chance (MokedDemo *self,
                   guint      percent)
{
  return (guint) g_rand_int_range (self->rand, 0, 100) < percent;
}

/**
 * moked_demo_pick:
 * @texts: (array zero-terminated=1): some texts
 *
 * Returns: one of them
 */
const char *
moked_demo_pick (MokedDemo         *self,
                 const char *const *texts)
{
  return texts[g_rand_int_range (self->rand, 0, (gint32) g_strv_length ((char **) texts))];
}

/**
 * moked_demo_dup_id:
 * @at: when the record came to be, microseconds UTC
 *
 * Returns: (transfer full): a ULID of that time, with chance from @self alone
 */
char *
moked_demo_dup_id (MokedDemo *self,
                   gint64     at)
{
  static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  char *id = g_malloc (27);
  guint64 msec = (guint64) at / 1000;

  for (int i = 9; i >= 0; i--, msec >>= 5)
    id[i] = digits[msec & 31];
  for (guint i = 10; i < 26; i += 4)
    {
      guint32 bits = g_rand_int (self->rand);

      for (guint j = 0; j < 4; j++, bits >>= 5)
        id[i + j] = digits[bits & 31];
    }
  id[26] = '\0';
  return id;
}

/**
 * moked_demo_work_time:
 * @days_ago: before today
 *
 * Returns: a moment at which an office in Israel works, microseconds UTC: not on Saturday, and on Friday
 *   before noon; never in the future
 */
gint64
moked_demo_work_time (MokedDemo *self,
                      guint      days_ago)
{
  g_autoptr (GDateTime) now = moked_time_to_local (self->now);
  gint64 midnight = self->now - (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now)) * G_TIME_SPAN_MINUTE;
  /* Monday is 1, Sunday 7. */
  int weekday = (g_date_time_get_day_of_week (now) + 700 - (int) (days_ago % 7)) % 7;
  gint64 latest = self->now - g_rand_int_range (self->rand, 2, 50) * G_TIME_SPAN_MINUTE;
  int minutes = 8 * 60 + g_rand_int_range (self->rand, 0, 60 * (weekday >= 5 ? 5 : 12));

  if (weekday == 6)
    days_ago++;
  return MIN (midnight - days_ago * G_TIME_SPAN_DAY + minutes * G_TIME_SPAN_MINUTE, latest);
}

/**
 * MokedDemoWriter:
 *
 * Writes new records in large transactions: while one is being written, the next is made.
 */
struct _MokedDemoWriter
{
  MokedDemo *demo;
  GPtrArray *batch;
  DexFuture *writing;
};

typedef struct
{
  MokedActor actor;
  GPtrArray *records;
} Batch;

static void
batch_free (gpointer data)
{
  Batch *self = data;

  g_ptr_array_unref (self->records);
  g_free (self);
}

static DexFuture *
write_batch (MokedSession *session,
             gpointer      data)
{
  Batch *self = data;
  GError *error = NULL;

  if (!moked_change_log_create_all (session, self->records, &self->actor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/**
 * moked_demo_writer_new:
 * @demo: must outlive the writer
 *
 * Returns: (transfer full): a writer, for one fiber
 */
MokedDemoWriter *
moked_demo_writer_new (MokedDemo *demo)
{
  MokedDemoWriter *self = g_new0 (MokedDemoWriter, 1);

  self->demo = demo;
  self->batch = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/* What was added since the last batch is dropped; what is being written is awaited by finish() alone. */
void
moked_demo_writer_free (MokedDemoWriter *self)
{
  dex_clear (&self->writing);
  g_ptr_array_unref (self->batch);
  g_free (self);
}

static gboolean
flush (MokedDemoWriter *self,
       GError         **error)
{
  Batch *batch;

  if (self->writing != NULL && !dex_await (g_steal_pointer (&self->writing), error))
    return FALSE;
  if (self->batch->len == 0)
    return TRUE;
  batch = g_new0 (Batch, 1);
  batch->actor = self->demo->actor;
  batch->records = g_steal_pointer (&self->batch);
  self->batch = g_ptr_array_new_with_free_func (g_object_unref);
  self->writing = moked_store_write (self->demo->store, MOKED_PRIORITY_BULK, self->demo->business, write_batch,
                                     batch, batch_free);
  return TRUE;
}

/**
 * moked_demo_writer_add:
 * @entity: (transfer full) (type Moked.Entity): a new record, which must not be touched any more
 */
gboolean
moked_demo_writer_add (MokedDemoWriter *self,
                       gpointer         entity,
                       GError         **error)
{
  g_ptr_array_add (self->batch, entity);
  return self->batch->len < BATCH || flush (self, error);
}

/**
 * moked_demo_writer_finish:
 *
 * Returns: whether everything that was added is stored
 */
gboolean
moked_demo_writer_finish (MokedDemoWriter *self,
                          GError         **error)
{
  return flush (self, error) && flush (self, error);
}
