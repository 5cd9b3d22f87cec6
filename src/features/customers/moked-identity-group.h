/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-identity.h"
#include "ui/moked-record-change.h"

G_BEGIN_DECLS

#define MOKED_TYPE_IDENTITY_GROUP (moked_identity_group_get_type ())
G_DECLARE_FINAL_TYPE (MokedIdentityGroup, moked_identity_group, MOKED, IDENTITY_GROUP, AdwBin)

void     moked_identity_group_start     (MokedIdentityGroup *self,
                                         MokedUiContext     *context,
                                         const char         *customer_id,
                                         MokedIdentityKind   kind,
                                         GPtrArray          *identities);
gboolean moked_identity_group_validate  (MokedIdentityGroup *self);
char    *moked_identity_group_dup_first (MokedIdentityGroup *self);
void     moked_identity_group_save      (MokedIdentityGroup *self,
                                         MokedRecordChange          *change);

G_END_DECLS
