/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-messaging.h"

G_BEGIN_DECLS

#define MOKED_TYPE_DUMMY_MESSAGING (moked_dummy_messaging_get_type ())
G_DECLARE_FINAL_TYPE (MokedDummyMessaging, moked_dummy_messaging, MOKED, DUMMY_MESSAGING, GObject)

MokedMessaging *moked_dummy_messaging_new         (void);
void            moked_dummy_messaging_set_failure (MokedDummyMessaging *self,
                                                   const GError        *failure);
guint           moked_dummy_messaging_get_n_sent  (MokedDummyMessaging *self);

G_END_DECLS
