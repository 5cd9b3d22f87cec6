/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-sync-status.h"
#include "ui/moked-ui-feature.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SIDEBAR (moked_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (MokedSidebar, moked_sidebar, MOKED, SIDEBAR, AdwNavigationPage)

void                  moked_sidebar_set_context (MokedSidebar         *self,
                                                 MokedUiContext       *context,
                                                 MokedSyncStatus      *status);
void                  moked_sidebar_focus       (MokedSidebar         *self);
void                  moked_sidebar_count       (MokedSidebar         *self);
const MokedUiFeature *moked_sidebar_get_nth     (MokedSidebar         *self,
                                                 guint                 index);
void                  moked_sidebar_select      (MokedSidebar         *self,
                                                 const MokedUiFeature *feature);

G_END_DECLS
