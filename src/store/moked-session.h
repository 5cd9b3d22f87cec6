/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "store/moked-cursor.h"

G_BEGIN_DECLS

#define MOKED_TYPE_SESSION (moked_session_get_type ())
G_DECLARE_DERIVABLE_TYPE (MokedSession, moked_session, MOKED, SESSION, GObject)

typedef struct _MokedValue
{
  enum
  {
    MOKED_VALUE_NULL,
    MOKED_VALUE_INT,
    MOKED_VALUE_TEXT,
    MOKED_VALUE_BLOB,
  } kind;
  gint64      integer;
  const char *text;
  gssize      length;
} MokedValue;

/**
 * MokedValuesFunc:
 * @values: (out): as many as were announced; what they point to must last until the next call
 * @user_data: as given
 *
 * Returns: %FALSE at the end, or with @error set when there can be no further values
 */
typedef gboolean (*MokedValuesFunc) (MokedValue *values,
                                     gpointer    user_data,
                                     GError    **error);

/**
 * MokedDialect:
 *
 * What a database speaks, where statements for both cannot say it: tables of search, triggers, functions.
 */
typedef enum
{
  MOKED_DIALECT_SQLITE,
  MOKED_DIALECT_POSTGRES,
} MokedDialect;

struct _MokedSessionClass
{
  GObjectClass parent_class;
  MokedDialect dialect;

  MokedCursor *(*query)        (MokedSession     *self,
                                const char       *sql,
                                const MokedValue *values,
                                guint             n_values,
                                GError          **error);
  gboolean     (*exec_each)    (MokedSession     *self,
                                const char       *sql,
                                MokedValue       *values,
                                guint             n_values,
                                guint             n_fixed,
                                MokedValuesFunc   next,
                                gpointer          user_data,
                                GError          **error);
  gint64       (*get_changes)  (MokedSession     *self);
  GStrv        (*list_columns) (MokedSession     *self,
                                const char       *table,
                                GError          **error);
};

MokedDialect moked_session_get_dialect  (MokedSession     *self);
const char  *moked_session_get_business (MokedSession     *self);
void         moked_session_set_business (MokedSession     *self,
                                         const char       *business);
gint64       moked_session_get_now      (MokedSession     *self);
gboolean     moked_session_exec         (MokedSession     *self,
                                         GError          **error,
                                         const char       *sql,
                                         const char       *types,
                                         ...) G_GNUC_WARN_UNUSED_RESULT;
MokedCursor *moked_session_query        (MokedSession     *self,
                                         GError          **error,
                                         const char       *sql,
                                         const char       *types,
                                         ...) G_GNUC_WARN_UNUSED_RESULT;
MokedCursor *moked_session_query_values (MokedSession     *self,
                                         const char       *sql,
                                         const MokedValue *values,
                                         guint             n_values,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_session_exec_values  (MokedSession     *self,
                                         const char       *sql,
                                         const MokedValue *values,
                                         guint             n_values,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_session_exec_each    (MokedSession     *self,
                                         const char       *sql,
                                         guint             n_values,
                                         MokedValuesFunc   next,
                                         gpointer          user_data,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gint64       moked_session_get_changes  (MokedSession     *self);
GStrv        moked_session_list_columns (MokedSession     *self,
                                         const char       *table,
                                         GError          **error);
gboolean     moked_session_nested       (MokedSession     *self,
                                         gboolean        (*func) (MokedSession *session,
                                                                  gpointer      user_data,
                                                                  GError      **error),
                                         gpointer          user_data,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;
void         moked_session_mark_changed (MokedSession     *self,
                                         const char       *entity);
void         moked_session_after_commit (MokedSession     *self,
                                         GSourceFunc       func,
                                         gpointer          data,
                                         GDestroyNotify    destroy);

G_END_DECLS
