/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-list-spec.h"

G_BEGIN_DECLS

/* What a customer's row in a list holds. */
enum
{
  MOKED_CUSTOMERS_ROW_NAME,
  MOKED_CUSTOMERS_ROW_PHONE,
  MOKED_CUSTOMERS_ROW_CITY,
  MOKED_CUSTOMERS_ROW_STATUS,
  MOKED_CUSTOMERS_ROW_TAGS,
  MOKED_CUSTOMERS_ROW_ACTIVITY_AT,
  MOKED_CUSTOMERS_ROW_OWNER,
};

extern const MokedListSpec moked_customers_list;

G_END_DECLS
