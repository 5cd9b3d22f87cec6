/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-feature.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SIDEBAR_ROW (moked_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedSidebarRow, moked_sidebar_row, MOKED, SIDEBAR_ROW, GtkListBoxRow)

GtkWidget            *moked_sidebar_row_new         (const MokedUiFeature *feature,
                                                     guint                 number);
const MokedUiFeature *moked_sidebar_row_get_feature (MokedSidebarRow      *self);
void                  moked_sidebar_row_set_count   (MokedSidebarRow      *self,
                                                     gint64                count);

G_END_DECLS
