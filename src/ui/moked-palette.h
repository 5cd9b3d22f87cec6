/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_PALETTE (moked_palette_get_type ())
G_DECLARE_FINAL_TYPE (MokedPalette, moked_palette, MOKED, PALETTE, AdwDialog)

AdwDialog *moked_palette_new (MokedUiContext *context);

G_END_DECLS
