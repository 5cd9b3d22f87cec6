/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "app/moked-data-dir.h"

G_BEGIN_DECLS

/**
 * MokedOfficeDetails:
 * @name: the office's name; %NULL for the demo office
 * @number: (nullable): business number, nine digits
 * @user: name of its first user
 *
 * What a new office begins with.
 */
typedef struct
{
  const char *name;
  const char *number;
  const char *user;
} MokedOfficeDetails;

DexFuture *moked_office_setup_run  (MokedDataDir             *data_dir,
                                    const MokedOfficeDetails *details) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *moked_office_setup_join (MokedDataDir             *data_dir,
                                    const char               *address,
                                    const char               *token) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
