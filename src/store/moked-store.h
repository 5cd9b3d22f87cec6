/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "store/moked-schema.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

#define MOKED_TYPE_STORE (moked_store_get_type ())
G_DECLARE_DERIVABLE_TYPE (MokedStore, moked_store, MOKED, STORE, GObject)

/**
 * MokedSessionFunc:
 *
 * One transaction's work, on a store thread: it may block on the database and on nothing else.
 *
 * Returns: (transfer full): a resolved future; a rejected one rolls the transaction back
 */
typedef DexFuture *(*MokedSessionFunc) (MokedSession *session,
                                        gpointer      user_data);

/**
 * MokedPriority:
 * @MOKED_PRIORITY_URGENT: somebody waits for the answer
 * @MOKED_PRIORITY_BACKGROUND: goes when nothing urgent waits, but is never starved
 * @MOKED_PRIORITY_BULK: thousands of rows in a commit of their own, when nothing else waits
 */
typedef enum
{
  MOKED_PRIORITY_URGENT,
  MOKED_PRIORITY_BACKGROUND,
  MOKED_PRIORITY_BULK,
} MokedPriority;

struct _MokedStoreClass
{
  GObjectClass parent_class;

  DexFuture *(*open)   (MokedStore       *self,
                        const MokedSchema *schema);
  DexFuture *(*write)  (MokedStore       *self,
                        MokedPriority     priority,
                        const char       *business,
                        MokedSessionFunc  func,
                        gpointer          user_data,
                        GDestroyNotify    destroy);
  DexFuture *(*read)   (MokedStore       *self,
                        const char       *business,
                        MokedSessionFunc  func,
                        gpointer          user_data,
                        GDestroyNotify    destroy);
  DexFuture *(*backup) (MokedStore       *self,
                        const char       *path);
  DexFuture *(*close)  (MokedStore       *self);
  void       (*tell)   (MokedStore       *self,
                        const char       *text);
};

void       moked_store_emit_changed (MokedStore      *self,
                                     const char      *business,
                                     GPtrArray       *entities);
void       moked_store_emit_damaged (MokedStore      *self);
void       moked_store_emit_told    (MokedStore      *self,
                                     const char      *text);
void       moked_store_emit_missed  (MokedStore      *self);
gboolean   moked_store_is_shared    (MokedStore      *self);
void       moked_store_tell         (MokedStore      *self,
                                     const char      *text);
DexFuture *moked_store_open   (MokedStore        *self,
                               const MokedSchema *schema) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_store_write  (MokedStore        *self,
                               MokedPriority      priority,
                               const char        *business,
                               MokedSessionFunc   func,
                               gpointer           user_data,
                               GDestroyNotify     destroy) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_store_read   (MokedStore        *self,
                               const char        *business,
                               MokedSessionFunc   func,
                               gpointer           user_data,
                               GDestroyNotify     destroy) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_store_backup (MokedStore        *self,
                               const char        *path) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_store_close  (MokedStore        *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
