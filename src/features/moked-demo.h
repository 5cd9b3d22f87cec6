/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"
#include "sync/moked-change-log.h"

G_BEGIN_DECLS

typedef struct _MokedDemo MokedDemo;
typedef struct _MokedDemoWriter MokedDemoWriter;

/**
 * MokedDemo:
 * @business: the new office
 * @owner_id: its first user
 * @user_ids: (array zero-terminated=1): everybody who works there, the owner first
 * @n_customers: how many people the office is to know
 * @n_messages: how many messages exactly, from everybody alike; 0: as many as such an office has
 * @now: the demo's today, microseconds since 1970; its past lies in the months before
 * @rand: the only source of chance: the same seed makes the same office
 * @actor: who is to have written it
 * @progress: tells how far the present step is, from 0 to 1
 *
 * An office that is being filled with fictional data. A feature's `demo` is a fiber that writes its part, in
 * as many transactions as it likes.
 */
struct _MokedDemo
{
  MokedStore        *store;
  const char        *business;
  const char        *owner_id;
  const char *const *user_ids;
  guint              n_customers;
  guint              n_messages;
  gint64             now;
  GRand             *rand;
  MokedActor         actor;
  void             (*progress) (MokedDemo  *self,
                                const char *step,
                                double      done);
};

gboolean         moked_demo_chance          (MokedDemo          *self,
                                             guint               percent);
const char      *moked_demo_pick            (MokedDemo          *self,
                                             const char *const  *texts);
char            *moked_demo_dup_id          (MokedDemo          *self,
                                             gint64              at);
gint64           moked_demo_work_time       (MokedDemo          *self,
                                             guint               days_ago);

MokedDemoWriter *moked_demo_writer_new      (MokedDemo          *demo);
void             moked_demo_writer_free     (MokedDemoWriter    *self);
gboolean         moked_demo_writer_add      (MokedDemoWriter    *self,
                                             gpointer            entity,
                                             GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         moked_demo_writer_finish   (MokedDemoWriter    *self,
                                             GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedDemoWriter, moked_demo_writer_free)

G_END_DECLS
