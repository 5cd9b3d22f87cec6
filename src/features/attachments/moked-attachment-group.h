/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_ATTACHMENT_GROUP (moked_attachment_group_get_type ())
G_DECLARE_FINAL_TYPE (MokedAttachmentGroup, moked_attachment_group, MOKED, ATTACHMENT_GROUP, AdwBin)

GtkWidget *moked_attachment_group_new (MokedUiContext *context,
                                       const char     *customer_id);

G_END_DECLS
