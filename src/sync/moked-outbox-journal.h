/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/moked-cache-state.h"

G_BEGIN_DECLS

typedef struct _MokedOutboxJournal MokedOutboxJournal;

MokedOutboxJournal *moked_outbox_journal_new     (const char            *path);
void                moked_outbox_journal_free    (MokedOutboxJournal    *self);
gboolean            moked_outbox_journal_compare (MokedOutboxJournal    *self,
                                                  MokedSession          *session,
                                                  const MokedCacheState *state,
                                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            moked_outbox_journal_write   (MokedOutboxJournal    *self,
                                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;
GHashTable         *moked_outbox_journal_read    (MokedOutboxJournal    *self,
                                                  GHashTable           **out_dropped,
                                                  char                 **out_owner);
gboolean            moked_outbox_journal_replace (MokedOutboxJournal    *self,
                                                  const char            *owner,
                                                  GPtrArray             *rows,
                                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedOutboxJournal, moked_outbox_journal_free)

G_END_DECLS
