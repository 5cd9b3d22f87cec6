/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void absence_meter_init        (void);
void absence_meter_reset       (void);
void absence_meter_get_longest (double *out_wall,
                                double *out_cpu);

G_END_DECLS
