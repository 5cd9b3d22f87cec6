/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "features/customers/moked-identity.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

gpointer   moked_identity_holder_new  (MokedIdentityKind kind,
                                       const char       *value,
                                       const char       *except_id);
void       moked_identity_holder_free (gpointer          holder);
DexFuture *moked_identity_holder_read (MokedSession     *session,
                                       gpointer          holder);

G_END_DECLS
