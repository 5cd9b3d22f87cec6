/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_ENTRY_ROW (moked_entry_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedEntryRow, moked_entry_row, MOKED, ENTRY_ROW, AdwEntryRow)

GtkWidget  *moked_entry_row_new         (const char    *label);
const char *moked_entry_row_get_label   (MokedEntryRow *self);
void        moked_entry_row_set_label   (MokedEntryRow *self,
                                         const char    *label);
const char *moked_entry_row_get_problem (MokedEntryRow *self);
void        moked_entry_row_set_problem (MokedEntryRow *self,
                                         const char    *problem);
gboolean    moked_entry_row_check_length (MokedEntryRow *self,
                                          gsize          max_length);
void        moked_entry_row_set_stored  (MokedEntryRow *self,
                                         const char    *text);

G_END_DECLS
