/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-store.h"
#include "transfer/moked-transfer-page.h"

G_BEGIN_DECLS

#define MOKED_TRANSFER_TABLE "transfer"
#define MOKED_TRANSFER_PROGRESS_TABLE "transfer_progress"

extern const MokedSchemaPart moked_transfer_schema;

gboolean   moked_transfer_state_begin   (MokedSession       *session,
                                         const char         *id,
                                         GPtrArray          *tables,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_transfer_state_load    (MokedSession       *session,
                                         MokedTransferPage  *page,
                                         gboolean           *out_done,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_transfer_state_save    (MokedSession       *session,
                                         MokedTransferPage  *page,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_transfer_state_finish  (MokedSession       *session,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
char      *moked_transfer_state_leave   (MokedStore         *store,
                                         const char         *where,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_transfer_state_left    (MokedStore         *store,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_transfer_state_settle  (MokedStore         *store,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
