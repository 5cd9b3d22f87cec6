/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-window.h"

G_BEGIN_DECLS

#define SAMPLE_FIRST_ID "00000000000000000000000001"

MokedUiContext *sample_office_open           (const char     *directory);
void            sample_office_close          (void);
void            sample_office_toggle_service (MokedUiContext *context);
void            sample_office_ring           (MokedUiContext *context);

G_END_DECLS
