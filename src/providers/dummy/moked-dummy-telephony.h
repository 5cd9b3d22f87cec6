/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/moked-telephony.h"

G_BEGIN_DECLS

#define MOKED_TYPE_DUMMY_TELEPHONY (moked_dummy_telephony_get_type ())
G_DECLARE_FINAL_TYPE (MokedDummyTelephony, moked_dummy_telephony, MOKED, DUMMY_TELEPHONY, GObject)

MokedTelephony *moked_dummy_telephony_new (void);

G_END_DECLS
