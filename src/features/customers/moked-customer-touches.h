/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-demo.h"

G_BEGIN_DECLS

/**
 * MokedCustomerTouches:
 *
 * What happened last with each of many customers, gathered while a demo office's past is made and written at its end.
 */
typedef struct _MokedCustomerTouches MokedCustomerTouches;

MokedCustomerTouches *moked_customer_touches_new   (void);
void                  moked_customer_touches_free  (MokedCustomerTouches *self);
void                  moked_customer_touches_add   (MokedCustomerTouches *self,
                                                    const char           *customer_id,
                                                    gint64                at,
                                                    const char           *what);
gboolean              moked_customer_touches_write (MokedCustomerTouches *self,
                                                    MokedDemo            *demo,
                                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedCustomerTouches, moked_customer_touches_free)

G_END_DECLS
