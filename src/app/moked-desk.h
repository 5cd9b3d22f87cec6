/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/moked-data-dir.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_DESK (moked_desk_get_type ())
G_DECLARE_FINAL_TYPE (MokedDesk, moked_desk, MOKED, DESK, GObject)

MokedDesk    *moked_desk_new         (MokedDataDir *data_dir,
                                          GSettings    *settings);
MokedUiContext *moked_desk_get_context (MokedDesk  *self);
DexFuture      *moked_desk_open        (MokedDesk  *self) G_GNUC_WARN_UNUSED_RESULT;
void            moked_desk_tell_damage (MokedDesk  *self);
void            moked_desk_connect     (MokedDesk  *self);
DexFuture      *moked_desk_close       (MokedDesk  *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
