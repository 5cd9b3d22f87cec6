/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/moked-data-dir.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

void moked_damage_notice_of_cache   (MokedUiContext *context);
void moked_damage_notice_of_service (MokedUiContext *context,
                                     MokedDataDir   *data_dir);

G_END_DECLS
