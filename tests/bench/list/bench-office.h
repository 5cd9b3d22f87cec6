/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "store/moked-store.h"

G_BEGIN_DECLS

#define BENCH_BUSINESS "01BENCH0000000000000000000"

MokedStore *bench_office_open  (const char *directory,
                                guint       n_customers);
void        bench_office_close (MokedStore *store);
char       *bench_office_name  (guint       number);
char       *bench_office_phone (guint       number);
const char *bench_office_city  (guint       number);

G_END_DECLS
