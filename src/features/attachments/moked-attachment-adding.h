/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

void  moked_attachment_choose        (MokedUiContext *context,
                                      const char     *customer_id);
void  moked_attachment_add_files     (MokedUiContext *context,
                                      const char     *customer_id,
                                      GPtrArray      *files);
void  moked_attachment_add_picture   (MokedUiContext *context,
                                      const char     *customer_id,
                                      GdkTexture     *picture);
guint moked_attachment_get_n_adding  (MokedUiContext *context,
                                      const char     *customer_id);

G_END_DECLS
