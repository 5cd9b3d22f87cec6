/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

typedef enum
{
  MOKED_CUSTOMER_PERSON,
  MOKED_CUSTOMER_ORGANISATION,
} MokedCustomerKind;

/**
 * MokedCustomerStatus:
 * @MOKED_CUSTOMER_LEAD: turned to the office, nothing agreed yet
 * @MOKED_CUSTOMER_ACTIVE: the office works for them
 * @MOKED_CUSTOMER_CLOSED: the work came to its end
 * @MOKED_CUSTOMER_LOST: it will not come to anything
 */
typedef enum
{
  MOKED_CUSTOMER_LEAD,
  MOKED_CUSTOMER_ACTIVE,
  MOKED_CUSTOMER_CLOSED,
  MOKED_CUSTOMER_LOST,
} MokedCustomerStatus;

#define MOKED_TYPE_CUSTOMER (moked_customer_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomer, moked_customer, MOKED, CUSTOMER, MokedEntity)

struct _MokedCustomer
{
  MokedEntity parent_instance;
  int         kind;
  char       *name;
  char       *id_number;
  char       *phone;
  char       *email;
  char       *city;
  char       *address;
  char       *notes;
  char       *tags;
  char       *owner_id;
  char       *source;
  int         status;
  gint64      last_activity_at;
  char       *last_activity;
  char       *sort_name;
  char       *search_text;
};

extern const MokedEntityInfo moked_customer_info;
extern const MokedEnumValue moked_customer_kinds[];
extern const MokedEnumValue moked_customer_statuses[];

gboolean  moked_customer_normalize       (MokedCustomer      *self,
                                          GError            **error);
gboolean  moked_customer_check_id_number (MokedCustomerKind   kind,
                                          const char         *text,
                                          GError            **error);

G_END_DECLS
