/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define MOKED_TYPE_CURSOR (moked_cursor_get_type ())
G_DECLARE_DERIVABLE_TYPE (MokedCursor, moked_cursor, MOKED, CURSOR, GObject)

struct _MokedCursorClass
{
  GObjectClass parent_class;

  gboolean    (*next)     (MokedCursor *self,
                           GError     **error);
  gboolean    (*is_null)  (MokedCursor *self,
                           guint        column);
  gint64      (*get_int)  (MokedCursor *self,
                           guint        column);
  const char *(*get_text) (MokedCursor *self,
                           guint        column);
  GBytes     *(*dup_blob) (MokedCursor *self,
                           guint        column);
};

gboolean    moked_cursor_next     (MokedCursor *self,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    moked_cursor_is_null  (MokedCursor *self,
                                   guint        column);
gint64      moked_cursor_get_int  (MokedCursor *self,
                                   guint        column);
const char *moked_cursor_get_text (MokedCursor *self,
                                   guint        column);
char       *moked_cursor_dup_text (MokedCursor *self,
                                   guint        column);
GBytes     *moked_cursor_dup_blob (MokedCursor *self,
                                   guint        column);

G_END_DECLS
