/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MokedListChange:
 * @old_position: where in the old list it begins
 * @removed: how many of the old list go
 * @added: how many of the new list come in their place
 */
typedef struct
{
  guint old_position;
  guint removed;
  guint added;
} MokedListChange;

GArray *moked_list_diff (const gint64 *old_ids,
                         guint         n_old,
                         const gint64 *new_ids,
                         guint         n_new,
                         guint         max_changes);

G_END_DECLS
