/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MOKED_TYPE_REVERSE_LIST (moked_reverse_list_get_type ())
G_DECLARE_FINAL_TYPE (MokedReverseList, moked_reverse_list, MOKED, REVERSE_LIST, GObject)

MokedReverseList *moked_reverse_list_new (GListModel *model);

G_END_DECLS
