/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/moked-store.h"

G_BEGIN_DECLS

/**
 * MokedTransferProgress:
 * @done: rows that arrived
 * @total: of so many
 *
 * Called on a store thread, after each page.
 */
typedef void (*MokedTransferProgress) (gint64   done,
                                       gint64   total,
                                       gpointer user_data);

/**
 * MokedTransferOptions:
 * @id: the move; a database that has the beginning of the same one gets the rest
 * @without_secrets: leaves out what only this installation may have
 * @page_rows: 0 for the usual number
 * @cancellable: (nullable): ends it between two pages; it can be continued
 * @progress: (nullable): told how far it is
 */
typedef struct
{
  const char            *id;
  gboolean               without_secrets;
  guint                  page_rows;
  GCancellable          *cancellable;
  MokedTransferProgress  progress;
  gpointer               user_data;
} MokedTransferOptions;

typedef struct
{
  guint  tables;
  gint64 rows;
} MokedTransferCounts;

gboolean moked_transfer_run (MokedStore                 *from,
                             MokedStore                 *to,
                             const MokedSchema          *schema,
                             const MokedTransferOptions *options,
                             MokedTransferCounts        *out_counts,
                             GError                    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
