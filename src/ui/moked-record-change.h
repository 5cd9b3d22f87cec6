/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

typedef struct _MokedRecordChange MokedRecordChange;

MokedRecordChange *moked_record_change_new    (const char        *label);
void               moked_record_change_free   (MokedRecordChange *self);
void               moked_record_change_add    (MokedRecordChange *self,
                                               gpointer           before,
                                               gpointer           after);
DexFuture         *moked_record_change_write  (MokedRecordChange *self,
                                               MokedUiContext    *context) G_GNUC_WARN_UNUSED_RESULT;
void               moked_record_change_offer_undo (MokedRecordChange *self,
                                                   MokedUiContext    *context,
                                                   const char        *done,
                                                   const char        *failure);
void               moked_record_change_commit (MokedRecordChange *self,
                                               MokedUiContext    *context,
                                               const char        *done,
                                               const char        *failure);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedRecordChange, moked_record_change_free)

G_END_DECLS
