/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/moked-data-dir.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_OFFICE (moked_office_get_type ())
G_DECLARE_FINAL_TYPE (MokedOffice, moked_office, MOKED, OFFICE, GObject)

MokedOffice    *moked_office_new         (MokedDataDir *data_dir,
                                          GSettings    *settings);
MokedUiContext *moked_office_get_context (MokedOffice  *self);
DexFuture      *moked_office_open        (MokedOffice  *self) G_GNUC_WARN_UNUSED_RESULT;
void            moked_office_connect     (MokedOffice  *self);
DexFuture      *moked_office_close       (MokedOffice  *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
