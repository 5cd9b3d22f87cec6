/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/moked-wake.h"

G_BEGIN_DECLS

void moked_job_wake_add    (MokedWake *wake);
void moked_job_wake_remove (MokedWake *wake);
void moked_job_wake_all    (void);

G_END_DECLS
