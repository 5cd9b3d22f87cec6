/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-schema.h"

G_BEGIN_DECLS

typedef struct
{
  char    *name;
  int      kind;   /* of a #MokedValue */
  guint    key;    /* its place in the key, from 1; 0: none */
  gboolean number; /* the database numbers its rows by itself */
} MokedTransferColumn;

/**
 * MokedTransferTable:
 * @columns: (element-type MokedTransferColumn)
 * @key: (element-type MokedTransferColumn): borrowed, in the order of the key
 *
 * A table as a database's own catalogue describes it.
 */
typedef struct
{
  char      *name;
  GPtrArray *columns;
  GPtrArray *key;
} MokedTransferTable;

void                 moked_transfer_table_free   (MokedTransferTable  *self);
GPtrArray           *moked_transfer_table_list   (MokedSession        *session,
                                                  const MokedSchema   *schema,
                                                  gboolean             with_secrets,
                                                  GError             **error);
MokedTransferTable  *moked_transfer_table_find   (GPtrArray           *tables,
                                                  const char          *name);
MokedTransferColumn *moked_transfer_table_get    (MokedTransferTable  *self,
                                                  const char          *column);
gboolean             moked_transfer_table_match  (GPtrArray           *from,
                                                  GPtrArray           *to,
                                                  GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
