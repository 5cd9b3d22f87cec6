/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void moked_combo_items_set_up (AdwComboRow *row);

G_END_DECLS
