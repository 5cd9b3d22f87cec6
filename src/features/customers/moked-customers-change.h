/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

/**
 * MokedCustomersChangeKind:
 * @MOKED_CUSTOMERS_SET_STATUS: the value is a status by its name
 * @MOKED_CUSTOMERS_SET_OWNER: the value is a user's id; %NULL for nobody
 * @MOKED_CUSTOMERS_ADD_TAG: the value is a tag
 * @MOKED_CUSTOMERS_REMOVE_TAG: the value is a tag
 * @MOKED_CUSTOMERS_DELETE: there is no value
 */
typedef enum
{
  MOKED_CUSTOMERS_SET_STATUS,
  MOKED_CUSTOMERS_SET_OWNER,
  MOKED_CUSTOMERS_ADD_TAG,
  MOKED_CUSTOMERS_REMOVE_TAG,
  MOKED_CUSTOMERS_DELETE,
} MokedCustomersChangeKind;

void moked_customers_change_run (MokedUiContext           *context,
                                 GArray                   *row_ids,
                                 MokedCustomersChangeKind  kind,
                                 const char               *value);

G_END_DECLS
