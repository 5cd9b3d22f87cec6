/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-session-private.h"

#include <string.h>

#include "base/moked-error.h"

/**
 * MokedSession:
 *
 * One transaction, on one store thread.
 *
 * A session of a business binds the business as `$1` of every statement itself, and refuses a statement
 * that does not use it: that is the wall between businesses, and no query can go round it. Values given
 * by the caller then start at `$2`. A session without a business (inbox, jobs, devices) binds nothing by
 * itself.
 *
 * A failed statement leaves the transaction to be given up; where one may fail and the work goes on, it is in
 * [method@Session.nested].
 *
 * Value types: `t` a text or %NULL, `i` a #gint64, `b` a #GBytes or %NULL.
 */
typedef struct
{
  char      *business;
  gint64     now;
  GArray    *hooks;
  GPtrArray *changed; /* static strings */
} MokedSessionPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MokedSession, moked_session, G_TYPE_OBJECT)

#define MAX_VALUES 64

static void
clear_hook (gpointer data)
{
  MokedCommitHook *hook = data;

  if (hook->destroy != NULL)
    hook->destroy (hook->data);
}

static GArray *
new_hooks (void)
{
  GArray *hooks = g_array_new (FALSE, FALSE, sizeof (MokedCommitHook));

  g_array_set_clear_func (hooks, clear_hook);
  return hooks;
}

static void
moked_session_finalize (GObject *object)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (MOKED_SESSION (object));

  g_clear_pointer (&priv->business, g_free);
  g_clear_pointer (&priv->hooks, g_array_unref);
  g_clear_pointer (&priv->changed, g_ptr_array_unref);
  G_OBJECT_CLASS (moked_session_parent_class)->finalize (object);
}

/* For drivers to which a statement that runs often is nothing special. */
static gboolean
exec_each_by_exec (MokedSession   *self,
                   const char     *sql,
                   MokedValue     *values,
                   guint           n_values,
                   guint           n_fixed,
                   MokedValuesFunc next,
                   gpointer        user_data,
                   GError        **error)
{
  g_autoptr (GError) local_error = NULL;

  while (next (&values[n_fixed], user_data, &local_error))
    {
      g_autoptr (MokedCursor) cursor = MOKED_SESSION_GET_CLASS (self)->query (self, sql, values, n_values, error);

      if (cursor == NULL)
        return FALSE;
      while (moked_cursor_next (cursor, &local_error))
        ;
      if (local_error != NULL)
        break;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
moked_session_class_init (MokedSessionClass *klass)
{
  klass->exec_each = exec_each_by_exec;
  G_OBJECT_CLASS (klass)->finalize = moked_session_finalize;
}

static void
moked_session_init (MokedSession *self)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  priv->hooks = new_hooks ();
}

void
moked_session_begin (MokedSession *self,
                     const char   *business,
                     gint64        now)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  g_set_str (&priv->business, business);
  priv->now = now;
  g_array_set_size (priv->hooks, 0);
  g_clear_pointer (&priv->changed, g_ptr_array_unref);
}

/* What is to run once the transaction is durable; a rolled-back session's hooks are dropped by the next begin. */
GArray *
moked_session_take_hooks (MokedSession *self)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);
  GArray *hooks;

  if (priv->hooks->len == 0)
    return NULL;
  hooks = g_steal_pointer (&priv->hooks);
  priv->hooks = new_hooks ();
  return hooks;
}

GPtrArray *
moked_session_take_changed (MokedSession *self)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  return g_steal_pointer (&priv->changed);
}

const char *
moked_session_get_business (MokedSession *self)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  return priv->business;
}

MokedDialect
moked_session_get_dialect (MokedSession *self)
{
  return MOKED_SESSION_GET_CLASS (self)->dialect;
}

/**
 * moked_session_set_business:
 * @self: a session without a business
 * @business: the business that the work turned out to belong to
 *
 * A webhook's business is known only after its row was read. A session never changes from one business
 * to another.
 */
void
moked_session_set_business (MokedSession *self,
                            const char   *business)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  g_return_if_fail (priv->business == NULL && business != NULL);

  priv->business = g_strdup (business);
}

/**
 * moked_session_get_now:
 *
 * Returns: microseconds since 1970 UTC, the same for the whole transaction
 */
gint64
moked_session_get_now (MokedSession *self)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  return priv->now;
}

/* Whether `$1` is among the placeholders; `$10` is another one, and a text or a comment has none. */
static gboolean
uses_first_value (const char *sql)
{
  for (const char *p = sql; *p != '\0'; p++)
    {
      if (*p == '\'' || *p == '"')
        {
          p = strchr (p + 1, *p);
          if (p == NULL)
            return FALSE;
        }
      else if (g_str_has_prefix (p, "--"))
        p = strchrnul (p, '\n') - 1;
      else if (p[0] == '$' && p[1] == '1' && !g_ascii_isalnum (p[2]) && p[2] != '_')
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_business (const char *sql,
                GError    **error)
{
  if (uses_first_value (sql))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "Statement is not bound to its business: %s", sql);
  return FALSE;
}

/**
 * moked_session_query_values:
 * @self: a session
 * @sql: one statement with `$1`, `$2`… placeholders
 * @values: (array length=n_values): the caller's values
 * @error: %MOKED_ERROR_STORAGE, or %MOKED_ERROR_INTERNAL for a statement outside its business
 *
 * Returns: (transfer full) (nullable): the rows
 */
MokedCursor *
moked_session_query_values (MokedSession     *self,
                            const char       *sql,
                            const MokedValue *values,
                            guint             n_values,
                            GError          **error)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);
  MokedValue all[MAX_VALUES];

  if (priv->business == NULL)
    return MOKED_SESSION_GET_CLASS (self)->query (self, sql, values, n_values, error);

  g_return_val_if_fail (n_values < MAX_VALUES, NULL);

  if (!check_business (sql, error))
    return NULL;
  all[0] = (MokedValue) { MOKED_VALUE_TEXT, 0, priv->business, -1 };
  memcpy (&all[1], values, n_values * sizeof *values);
  return MOKED_SESSION_GET_CLASS (self)->query (self, sql, all, n_values + 1, error);
}

static guint
collect_values (MokedValue *values,
                const char *types,
                va_list     args)
{
  guint n = 0;

  for (const char *t = types; *t != '\0'; t++, n++)
    {
      g_assert (n < MAX_VALUES);
      if (*t == 'i')
        values[n] = (MokedValue) { MOKED_VALUE_INT, va_arg (args, gint64), NULL, 0 };
      else if (*t == 't')
        {
          const char *text = va_arg (args, const char *);

          values[n] = (MokedValue) { text != NULL ? MOKED_VALUE_TEXT : MOKED_VALUE_NULL, 0, text, -1 };
        }
      else
        {
          GBytes *bytes = va_arg (args, GBytes *);
          gsize length = 0;
          const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

          g_assert (*t == 'b');
          values[n] = (MokedValue) { bytes != NULL ? MOKED_VALUE_BLOB : MOKED_VALUE_NULL, 0,
                                     data != NULL ? data : "", (gssize) length };
        }
    }
  return n;
}

/**
 * moked_session_query:
 * @self: a session
 * @error: as [method@Session.query_values]
 * @sql: one statement
 * @types: a letter for each of the values that follow
 *
 * Returns: (transfer full) (nullable): the rows
 */
MokedCursor *
moked_session_query (MokedSession *self,
                     GError      **error,
                     const char   *sql,
                     const char   *types,
                     ...)
{
  MokedValue values[MAX_VALUES];
  va_list args;
  guint n;

  va_start (args, types);
  n = collect_values (values, types, args);
  va_end (args);
  return moked_session_query_values (self, sql, values, n, error);
}

gboolean
moked_session_exec_values (MokedSession     *self,
                           const char       *sql,
                           const MokedValue *values,
                           guint             n_values,
                           GError          **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query_values (self, sql, values, n_values, error);
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    ;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/**
 * moked_session_exec:
 *
 * As [method@Session.query] for a statement whose rows do not matter.
 */
gboolean
moked_session_exec (MokedSession *self,
                    GError      **error,
                    const char   *sql,
                    const char   *types,
                    ...)
{
  MokedValue values[MAX_VALUES];
  va_list args;
  guint n;

  va_start (args, types);
  n = collect_values (values, types, args);
  va_end (args);
  return moked_session_exec_values (self, sql, values, n, error);
}

/**
 * moked_session_exec_each:
 * @self: a business's session
 * @sql: one statement whose rows do not matter
 * @n_values: how many values it takes besides the business
 * @next: gives the values of each run
 * @user_data: for @next
 * @error: as [method@Session.query_values], or what @next says
 *
 * Runs one statement for one set of values after another, at the least cost for each.
 */
gboolean
moked_session_exec_each (MokedSession   *self,
                         const char     *sql,
                         guint           n_values,
                         MokedValuesFunc next,
                         gpointer        user_data,
                         GError        **error)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);
  MokedValue values[MAX_VALUES];

  g_return_val_if_fail (n_values < MAX_VALUES && priv->business != NULL, FALSE);

  if (!check_business (sql, error))
    return FALSE;
  values[0] = (MokedValue) { MOKED_VALUE_TEXT, 0, priv->business, -1 };
  return MOKED_SESSION_GET_CLASS (self)->exec_each (self, sql, values, n_values + 1, 1, next, user_data, error);
}

/**
 * moked_session_get_changes:
 *
 * Returns: how many rows the last statement inserted, updated or deleted
 */
gint64
moked_session_get_changes (MokedSession *self)
{
  return MOKED_SESSION_GET_CLASS (self)->get_changes (self);
}

/**
 * moked_session_list_columns:
 *
 * Returns: (transfer full) (nullable): the columns of @table; empty when there is no such table
 */
GStrv
moked_session_list_columns (MokedSession *self,
                            const char   *table,
                            GError      **error)
{
  return MOKED_SESSION_GET_CLASS (self)->list_columns (self, table, error);
}

static gboolean
run_plain (MokedSession *self,
           const char   *sql,
           GError      **error)
{
  g_autoptr (MokedCursor) cursor = MOKED_SESSION_GET_CLASS (self)->query (self, sql, NULL, 0, error);
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error) || local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_session_nested:
 * @self: a session
 * @func: work that is kept whole or not at all
 * @user_data: for @func
 * @error: @func's, when it failed; what it did is undone and the session goes on
 *
 * Returns: whether @func succeeded
 */
gboolean
moked_session_nested (MokedSession *self,
                      gboolean    (*func) (MokedSession *session,
                                        gpointer      user_data,
                                        GError      **error),
                      gpointer      user_data,
                      GError      **error)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);
  guint n_hooks = priv->hooks->len;

  if (!run_plain (self, "SAVEPOINT nested", error))
    return FALSE;
  if (func (self, user_data, error))
    return run_plain (self, "RELEASE SAVEPOINT nested", error);
  g_array_set_size (priv->hooks, n_hooks);
  if (run_plain (self, "ROLLBACK TO SAVEPOINT nested", NULL))
    run_plain (self, "RELEASE SAVEPOINT nested", NULL);
  return FALSE;
}

/**
 * moked_session_mark_changed:
 * @self: a session
 * @entity: a static string: the kind of record that was written
 *
 * Makes the store emit [signal@Store::changed] once the transaction is durable.
 */
void
moked_session_mark_changed (MokedSession *self,
                            const char   *entity)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);

  if (priv->changed == NULL)
    priv->changed = g_ptr_array_new ();
  if (!g_ptr_array_find (priv->changed, entity, NULL))
    g_ptr_array_add (priv->changed, (gpointer) entity);
}

/**
 * moked_session_after_commit:
 * @self: a session
 * @func: called once in the store's main context, after the transaction became durable and never when
 *   it was rolled back; its return value is not used
 * @data: for @func
 * @destroy: (nullable): frees @data, whether @func ran or not
 */
void
moked_session_after_commit (MokedSession  *self,
                            GSourceFunc    func,
                            gpointer       data,
                            GDestroyNotify destroy)
{
  MokedSessionPrivate *priv = moked_session_get_instance_private (self);
  MokedCommitHook hook = { func, data, destroy };

  g_array_append_val (priv->hooks, hook);
}
