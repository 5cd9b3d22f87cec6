/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "store/moked-cursor.h"

G_BEGIN_DECLS

typedef struct _MokedRowData MokedRowData;

#define MOKED_TYPE_ROW (moked_row_get_type ())
G_DECLARE_FINAL_TYPE (MokedRow, moked_row, MOKED, ROW, GObject)

/**
 * MokedRowFunc:
 *
 * Called when the contents of @row arrived or changed.
 */
typedef void (*MokedRowFunc) (MokedRow *row,
                              gpointer  user_data);

gint64        moked_row_get_row_id (MokedRow     *self);
gboolean      moked_row_is_loaded  (MokedRow     *self);
const char   *moked_row_get_id     (MokedRow     *self);
const char   *moked_row_get_text   (MokedRow     *self,
                                    guint         column);
gint64        moked_row_get_int    (MokedRow     *self,
                                    guint         column);
void          moked_row_watch      (MokedRow     *self,
                                    MokedRowFunc  func,
                                    gpointer      user_data);
void          moked_row_unwatch    (MokedRow     *self,
                                    MokedRowFunc  func,
                                    gpointer      user_data);

/* For the models and queries of this folder. */
MokedRow     *moked_row_new             (gint64        row_id,
                                         GHashTable   *home);
void          moked_row_reassign        (MokedRow     *self,
                                         gint64        row_id,
                                         GHashTable   *home);
gboolean      moked_row_set_data        (MokedRow     *self,
                                         MokedRowData *data);
MokedRowData *moked_row_data_new        (MokedCursor  *cursor,
                                         guint         n_columns);
gint64        moked_row_data_get_row_id (MokedRowData *data);
void          moked_row_data_free       (MokedRowData *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedRowData, moked_row_data_free)

G_END_DECLS
