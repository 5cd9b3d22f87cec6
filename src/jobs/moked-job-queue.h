/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <yyjson.h>

#include "base/moked-clock.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _MokedContext MokedContext;
typedef struct _MokedJob MokedJob;
typedef struct _MokedJobKind MokedJobKind;

/**
 * MokedJob:
 * @id: a ULID
 * @business: (nullable): whose job
 * @key: (nullable): jobs of one kind and key run one after the other, oldest first
 * @args: what was given to moked_job_enqueue()
 * @attempt: 1 at the first run; more than 1 means that an earlier run may have had its effect
 * @first_run_at: when the first run began, microseconds since 1970
 */
struct _MokedJob
{
  char       *id;
  char       *kind;
  char       *business;
  char       *key;
  char       *args_json;
  yyjson_doc *document;
  yyjson_val *args;
  guint       attempt;
  gint64      first_run_at;
};

/**
 * MokedJobKind:
 * @name: such as `message.send`
 * @run: does it, inside a fiber. A temporary error (moked_error_is_temporary()) is tried again after
 *   the next delay of @retry_after; any other ends the job.
 * @ended: (nullable): called in the transaction that ends the job: done (@error is %NULL), failed or
 *   cancelled (%MOKED_ERROR_CANCELLED). The session has the job's business.
 * @retry_after: (nullable): seconds, ended by 0; used up means failed for good. Each is spread by up
 *   to a fifth. %NULL for 5 s, 30 s, 2 min, 10 min, 1 h, 6 h.
 * @timeout: seconds that one run may take; 0 for 60
 * @max_parallel: how many run at once; 0 for 4
 */
struct _MokedJobKind
{
  const char  *name;
  gboolean   (*run)   (MokedJob      *job,
                       MokedContext  *context,
                       GError       **error);
  gboolean   (*ended) (MokedSession  *session,
                       MokedJob      *job,
                       const GError  *failure,
                       GError       **error);
  const guint *retry_after;
  guint        timeout;
  guint        max_parallel;
};

extern const MokedSchemaPart moked_job_queue_schema;

/**
 * MokedJobStats:
 * @waiting: jobs that are to run, now or later
 * @done: runs that ended well; @retried and @failed: those that did not
 */
typedef struct
{
  guint64 waiting;
  guint64 running;
  guint64 done;
  guint64 retried;
  guint64 failed;
} MokedJobStats;

#define MOKED_TYPE_JOB_QUEUE (moked_job_queue_get_type ())
G_DECLARE_FINAL_TYPE (MokedJobQueue, moked_job_queue, MOKED, JOB_QUEUE, GObject)

MokedJobQueue       *moked_job_queue_new       (MokedStore         *store,
                                                MokedClock         *clock,
                                                MokedContext       *context);
void                 moked_job_queue_add       (MokedJobQueue      *self,
                                                const MokedJobKind *kinds);
void                 moked_job_queue_set_holder (MokedJobQueue     *self,
                                                 const char        *holder);
DexFuture           *moked_job_queue_start     (MokedJobQueue      *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture           *moked_job_queue_stop      (MokedJobQueue      *self) G_GNUC_WARN_UNUSED_RESULT;
const MokedJobStats *moked_job_queue_get_stats (MokedJobQueue      *self);

gboolean moked_job_enqueue (MokedSession  *session,
                            const char    *kind,
                            const char    *key,
                            const char    *args_json,
                            gint64         run_at,
                            char         **out_id,
                            GError       **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_job_cancel  (MokedSession  *session,
                            const char    *id,
                            gboolean      *out_cancelled,
                            GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
