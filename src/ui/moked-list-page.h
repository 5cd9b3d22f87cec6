/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-list-view.h"

G_BEGIN_DECLS

/**
 * MokedListFilterFunc:
 *
 * Adds what a filter popover says to @query.
 */
typedef void (*MokedListFilterFunc) (MokedQuery *query,
                                     gpointer    user_data);

#define MOKED_TYPE_LIST_PAGE (moked_list_page_get_type ())
G_DECLARE_FINAL_TYPE (MokedListPage, moked_list_page, MOKED, LIST_PAGE, AdwBreakpointBin)

void             moked_list_page_start            (MokedListPage       *self,
                                                   const MokedListSpec *spec,
                                                   MokedStore          *store,
                                                   const char          *business);
void             moked_list_page_set_filter       (MokedListPage       *self,
                                                   GtkWidget           *popover,
                                                   MokedListFilterFunc  func,
                                                   gpointer             user_data);
void             moked_list_page_filter_changed   (MokedListPage       *self,
                                                   gboolean             active);
void             moked_list_page_set_empty_action (MokedListPage       *self,
                                                   const char          *label,
                                                   const char          *action_name);
GtkWidget       *moked_list_page_get_search_entry (MokedListPage       *self);
MokedListView   *moked_list_page_get_view         (MokedListPage       *self);
MokedQueryModel *moked_list_page_get_model        (MokedListPage       *self);
const char      *moked_list_page_get_count_text   (MokedListPage       *self);
gboolean         moked_list_page_get_narrow       (MokedListPage       *self);
void             moked_list_page_set_narrow       (MokedListPage       *self,
                                                   gboolean             narrow);
void             moked_list_page_show_everything  (MokedListPage       *self);

G_END_DECLS
