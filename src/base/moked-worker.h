/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

typedef struct _MokedWorker MokedWorker;
typedef DexFuture *(*MokedWorkFunc) (gpointer data);

MokedWorker *moked_worker_new   (const char     *name,
                                 guint           n_threads);
DexFuture   *moked_worker_run   (MokedWorker    *self,
                                 MokedWorkFunc   func,
                                 gpointer        data,
                                 GDestroyNotify  data_destroy) G_GNUC_WARN_UNUSED_RESULT;
void         moked_worker_close (MokedWorker    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedWorker, moked_worker_close)

G_END_DECLS
