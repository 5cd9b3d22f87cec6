/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transfer/moked-transfer-table.h"

G_BEGIN_DECLS

/* How much a table has: an order-independent sum of its rows' hashes, the same in every database. */
typedef struct
{
  gint64  rows;
  guint64 sums[2];
} MokedTransferDigest;

/**
 * MokedTransferPage:
 * @last: (nullable): the key of the last row, as JSON; %NULL before the first page
 * @values: (element-type MokedValue): row after row, without the numbers that a database gives by itself
 * @end: nothing comes after it
 * @digest: of all rows up to here
 *
 * Some rows of a table, in the order of its key.
 */
typedef struct
{
  MokedTransferTable *table;
  guint               limit;
  char               *last;
  GArray             *values;
  GStringChunk       *texts;
  guint               n_rows;
  gboolean            end;
  MokedTransferDigest digest;
} MokedTransferPage;

MokedTransferPage *moked_transfer_page_new   (MokedTransferTable  *table,
                                              guint                limit);
void               moked_transfer_page_free  (MokedTransferPage   *self);
gboolean           moked_transfer_page_read  (MokedTransferPage   *self,
                                              MokedSession        *session,
                                              GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean           moked_transfer_page_write (MokedTransferPage   *self,
                                              MokedSession        *session,
                                              GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedTransferPage, moked_transfer_page_free)

G_END_DECLS
