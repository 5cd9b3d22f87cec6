/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-search-hit.h"
#include "ui/moked-ui-feature.h"

G_BEGIN_DECLS

#define MOKED_TYPE_PALETTE_ROW (moked_palette_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedPaletteRow, moked_palette_row, MOKED, PALETTE_ROW, AdwActionRow)

GtkWidget           *moked_palette_row_new_for_hit     (MokedSearchHit       *hit);
GtkWidget           *moked_palette_row_new_for_page    (const MokedUiFeature *feature,
                                                        guint                 number);
GtkWidget           *moked_palette_row_new_for_action  (const MokedUiAction  *action);
void                 moked_palette_row_run             (MokedPaletteRow      *self,
                                                        MokedUiContext       *context);

const MokedUiAction *moked_palette_get_general_actions (void);

G_END_DECLS
