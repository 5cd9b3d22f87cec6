/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/attachments/moked-attachment.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

void moked_attachment_open    (MokedUiContext  *context,
                               MokedAttachment *attachment);
void moked_attachment_save_as (MokedUiContext  *context,
                               MokedAttachment *attachment);
void moked_attachment_rename  (MokedUiContext  *context,
                               MokedAttachment *attachment);
void moked_attachment_delete  (MokedUiContext  *context,
                               MokedAttachment *attachment);

G_END_DECLS
