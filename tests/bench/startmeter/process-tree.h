/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

double process_tree_get_cpu_ms (pid_t   pid);
void   process_tree_measure    (pid_t   top,
                                guint  *n_processes,
                                double *own_pss_mb,
                                double *family_pss_mb);
