/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-sidebar.h"
#include "ui/moked-window.h"

G_BEGIN_DECLS

/* The window and moked-window-actions.c share this. */
struct _MokedWindow
{
  AdwApplicationWindow    parent_instance;
  MokedUiContext         *context;
  MokedSyncStatus        *status;
  MokedSyncClient        *sync;
  GPtrArray              *arrivals; /* MokedArrivals */
  GtkWidget              *shortcuts;
  AdwBreakpoint          *medium;
  AdwBreakpoint          *narrow;
  AdwToastOverlay        *toasts;
  GtkBox                 *cards;
  AdwNavigationSplitView *split_view;
  MokedSidebar           *sidebar;
  AdwNavigationPage      *content;
  GtkStack               *stack;
  const MokedUiFeature *wanted; /* to be shown when the office is known */
};

void moked_window_show_feature    (MokedWindow          *self,
                                   const MokedUiFeature *feature);
void moked_window_install_actions (GtkWidgetClass       *widget_class);
void moked_window_add_features    (MokedWindow          *self);
void moked_window_update_actions  (MokedWindow          *self);

G_END_DECLS
