/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/moked-job-queue.h"

G_BEGIN_DECLS

/* What the queue does with its table; each is one statement or two inside the caller's transaction. */
MokedJob *moked_job_read            (MokedCursor   *cursor);
void      moked_job_free            (MokedJob      *self);

gboolean  moked_job_table_recover   (MokedSession  *session,
                                     const char    *holder,
                                     GError       **error);
gboolean  moked_job_table_claim     (MokedSession  *session,
                                     MokedJob      *job,
                                     const char    *holder,
                                     gint64         lease_until,
                                     gboolean      *claimed,
                                     GError       **error);
gboolean  moked_job_table_retry     (MokedSession  *session,
                                     MokedJob      *job,
                                     gint64         run_at,
                                     const char    *why,
                                     GError       **error);
gboolean  moked_job_table_end       (MokedSession  *session,
                                     MokedJob      *job,
                                     const char    *state,
                                     const char    *why,
                                     gboolean      *ended,
                                     GError       **error);
gboolean  moked_job_table_list_due  (MokedSession  *session,
                                     const char    *kind,
                                     gint64         now,
                                     guint          max,
                                     GPtrArray     *jobs,
                                     GError       **error);
gboolean  moked_job_table_get_next  (MokedSession  *session,
                                     gint64         now,
                                     gint64        *next_at,
                                     gint64        *waiting,
                                     GError       **error);
gboolean  moked_job_table_prune     (MokedSession  *session,
                                     gint64         before,
                                     gint64        *pruned,
                                     GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedJob, moked_job_free)

G_END_DECLS
