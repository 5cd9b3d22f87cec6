/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/attachments/moked-attachment.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

gboolean    moked_attachment_picture_is_one    (MokedAttachment *attachment);
DexFuture  *moked_attachment_picture_load      (MokedUiContext  *context,
                                                MokedAttachment *attachment,
                                                int              size) G_GNUC_WARN_UNUSED_RESULT;
const char *moked_attachment_picture_get_icon  (MokedAttachment *attachment);

G_END_DECLS
