/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "sync/moked-sync-scope.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-error.h"
#include "store/moked-entity-store.h"

/* A kind of record says by a flag of one field whose its records are: a user's, or those of the record that they are a
 * part of. What names nobody is everybody's: whoever takes the next call must find the person. A part of a record that
 * does not exist is seen by none of those who see only what is theirs. */

struct _MokedSyncScope
{
  const MokedSchema *schema;
  char              *user_id;
  char              *key;
  gboolean           narrow;
  gboolean           manages;
  GHashTable        *touched; /* `KIND/ID` of what the action under way wrote */
};

/**
 * moked_sync_scope_new:
 * @schema: the business's records; static
 * @user_id: (nullable): whose rights they are
 * @narrow: whether the user sees only what is theirs and what is nobody's
 *
 * Returns: (transfer full): what the user sees
 */
MokedSyncScope *
moked_sync_scope_new (const MokedSchema *schema,
                      const char        *user_id,
                      gboolean           narrow)
{
  MokedSyncScope *self = g_new0 (MokedSyncScope, 1);

  self->schema = schema;
  self->user_id = g_strdup (user_id != NULL ? user_id : "");
  self->narrow = narrow;
  self->key = narrow ? g_strconcat ("own:", self->user_id, NULL) : g_strdup ("all");
  self->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
moked_sync_scope_free (MokedSyncScope *self)
{
  g_hash_table_unref (self->touched);
  g_free (self->user_id);
  g_free (self->key);
  g_free (self);
}

/**
 * moked_sync_scope_set_manages:
 * @manages: whether the user also decides who may do what
 */
void
moked_sync_scope_set_manages (MokedSyncScope *self,
                              gboolean        manages)
{
  self->manages = manages;
}

gboolean
moked_sync_scope_get_manages (MokedSyncScope *self)
{
  return self == NULL || self->manages;
}

/**
 * moked_sync_scope_is_narrow:
 * @self: (nullable): a scope
 *
 * Returns: whether there may be records of the business that the user does not see
 */
gboolean
moked_sync_scope_is_narrow (MokedSyncScope *self)
{
  return self != NULL && self->narrow;
}

/**
 * moked_sync_scope_get_key:
 * @self: (nullable): a scope
 *
 * Returns: a text that is another one whenever the user's rights are others
 */
const char *
moked_sync_scope_get_key (MokedSyncScope *self)
{
  return self != NULL ? self->key : "all";
}

const char *
moked_sync_scope_get_user_id (MokedSyncScope *self)
{
  return self->user_id;
}

/**
 * moked_sync_scope_refuse:
 *
 * Sets the one error for what is not there and for what is not to be seen: they must look the same.
 */
void
moked_sync_scope_refuse (GError **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, _("The record is not among those that you may see"));
}

/* --- how the kinds of records hang together --- */

/* `customer_id` refers to a customer. */
static const MokedEntityInfo *
find_referred (const MokedSchema *schema,
               const char        *name)
{
  g_autofree char *kind = g_str_has_suffix (name, "_id") ? g_strndup (name, strlen (name) - 3) : NULL;

  return kind != NULL ? moked_schema_find_entity (schema, kind) : NULL;
}

static const MokedField *
find_flagged (const MokedEntityInfo *info,
              MokedFieldFlags        flags)
{
  for (guint i = 0; i < info->n_fields; i++)
    if (info->fields[i].flags & flags)
      return &info->fields[i];
  return NULL;
}

/**
 * moked_sync_scope_find_field:
 * @out_whole: (out) (nullable): the kind of record that @info's are a part of; %NULL when the field names a user
 *
 * Returns: (nullable): the field that decides who sees a record; %NULL when everybody does
 */
const MokedField *
moked_sync_scope_find_field (const MokedSchema      *schema,
                             const MokedEntityInfo  *info,
                             const MokedEntityInfo **out_whole)
{
  const MokedField *field = find_flagged (info, MOKED_FIELD_OWNER | MOKED_FIELD_PART_OF);

  *out_whole = NULL;
  if (field == NULL || (field->flags & MOKED_FIELD_OWNER))
    return field;
  *out_whole = find_referred (schema, field->name);
  g_assert (*out_whole != NULL && find_flagged (*out_whole, MOKED_FIELD_OWNER) != NULL);
  return field;
}

/* --- what is seen --- */

static gboolean
is_blank (const char *text)
{
  return text == NULL || *text == '\0';
}

/**
 * moked_sync_scope_dup_condition:
 * @self: (nullable): a scope
 * @info: the kind of record
 * @alias: what its rows are called in the statement
 * @parameter: the placeholder of the user's id, which the condition has once
 *
 * Returns: (transfer full) (nullable): SQL that holds for the rows that are seen; %NULL when all are
 */
char *
moked_sync_scope_dup_condition (MokedSyncScope        *self,
                                const MokedEntityInfo *info,
                                const char            *alias,
                                const char            *parameter)
{
  const MokedEntityInfo *whole;
  const MokedField *field;

  if (!moked_sync_scope_is_narrow (self))
    return NULL;
  field = moked_sync_scope_find_field (self->schema, info, &whole);
  if (field == NULL)
    return NULL;
  if (whole == NULL)
    return g_strdup_printf ("(coalesce (%s.%s, '') = '' OR %s.%s = %s)", alias, field->name, alias, field->name,
                            parameter);
  return g_strdup_printf ("(coalesce (%s.%s, '') = '' OR EXISTS (SELECT 1 FROM \"%s\" whole "
                          "WHERE whole.business_id = $1 AND whole.id = %s.%s "
                          "AND coalesce (whole.%s, '') IN ('', %s)))",
                          alias, field->name, whole->name, alias, field->name,
                          find_flagged (whole, MOKED_FIELD_OWNER)->name, parameter);
}

static gboolean
sees_id (MokedSyncScope        *self,
         MokedSession          *session,
         const MokedEntityInfo *info,
         const char            *id,
         gboolean              *out_sees,
         GError               **error)
{
  g_autoptr (MokedEntity) entity = NULL;

  *out_sees = FALSE;
  if (!moked_entity_store_load_if_any (session, info, id, &entity, error))
    return FALSE;
  return entity == NULL || moked_sync_scope_sees (self, session, entity, out_sees, error);
}

/**
 * moked_sync_scope_sees:
 * @self: (nullable): a scope
 * @entity: a record, deleted or not
 * @out_sees: (out): whether the user sees it
 */
gboolean
moked_sync_scope_sees (MokedSyncScope *self,
                       MokedSession   *session,
                       gpointer        entity,
                       gboolean       *out_sees,
                       GError        **error)
{
  const MokedEntityInfo *whole;
  const MokedField *field;
  g_autofree char *text = NULL;

  *out_sees = TRUE;
  if (!moked_sync_scope_is_narrow (self))
    return TRUE;
  field = moked_sync_scope_find_field (self->schema, moked_entity_get_info (entity), &whole);
  if (field == NULL)
    return TRUE;
  text = moked_entity_dup_field_text (entity, field);
  if (is_blank (text))
    return TRUE;
  if (whole != NULL)
    return sees_id (self, session, whole, text, out_sees, error);
  *out_sees = strcmp (text, self->user_id) == 0;
  return TRUE;
}

/**
 * moked_sync_scope_load:
 * @self: (nullable): a scope
 * @error: %MOKED_ERROR_NOT_FOUND when there is no such record that the user sees
 *
 * Returns: (transfer full) (nullable): a record, as [func@entity_store_load]
 */
gpointer
moked_sync_scope_load (MokedSyncScope        *self,
                       MokedSession          *session,
                       const MokedEntityInfo *info,
                       const char            *id,
                       GError               **error)
{
  g_autoptr (MokedEntity) entity = moked_entity_store_load (session, info, id, error);
  gboolean sees;

  if (entity == NULL || !moked_sync_scope_sees (self, session, entity, &sees, error))
    return NULL;
  if (sees)
    return g_steal_pointer (&entity);
  moked_entity_store_set_not_found (info, id, error);
  return NULL;
}

/* --- what may be done --- */

static char *
dup_key (const MokedEntityInfo *info,
         const char            *id)
{
  return g_strconcat (info->name, "/", id, NULL);
}

static gboolean
is_touched (MokedSyncScope        *self,
            const MokedEntityInfo *info,
            const char            *id)
{
  g_autofree char *key = dup_key (info, id);

  return g_hash_table_contains (self->touched, key);
}

/**
 * moked_sync_scope_begin_action:
 * @self: (nullable): a scope
 *
 * Another action begins: what the one before made or gave away is not written any more because of that.
 */
void
moked_sync_scope_begin_action (MokedSyncScope *self)
{
  if (self != NULL)
    g_hash_table_remove_all (self->touched);
}

/**
 * moked_sync_scope_check:
 * @self: (nullable): a scope
 * @error: %MOKED_ERROR_FORBIDDEN when there is no such record that the user sees
 *
 * Returns: whether the user sees the record, or made it in this action; who sees all gets %TRUE for any id
 */
gboolean
moked_sync_scope_check (MokedSyncScope        *self,
                        MokedSession          *session,
                        const MokedEntityInfo *info,
                        const char            *id,
                        GError               **error)
{
  gboolean sees;

  if (!moked_sync_scope_is_narrow (self) || is_touched (self, info, id))
    return TRUE;
  if (!sees_id (self, session, info, id, &sees, error))
    return FALSE;
  if (!sees)
    moked_sync_scope_refuse (error);
  return sees;
}

/* What does not exist may be about to be made. */
static gboolean
check_if_any (MokedSyncScope        *self,
              MokedSession          *session,
              const MokedEntityInfo *info,
              const char            *id,
              GError               **error)
{
  g_autoptr (MokedEntity) entity = NULL;
  gboolean sees = TRUE;

  if (is_touched (self, info, id))
    return TRUE;
  if (!moked_entity_store_load_if_any (session, info, id, &entity, error) ||
      (entity != NULL && !moked_sync_scope_sees (self, session, entity, &sees, error)))
    return FALSE;
  if (!sees)
    moked_sync_scope_refuse (error);
  return sees;
}

/**
 * moked_sync_scope_check_args:
 * @self: (nullable): a scope
 * @args: a command's; members called `KIND_id` name records
 * @error: %MOKED_ERROR_FORBIDDEN when one of the records is not seen
 */
gboolean
moked_sync_scope_check_args (MokedSyncScope *self,
                             MokedSession   *session,
                             yyjson_val     *args,
                             GError        **error)
{
  yyjson_obj_iter iter;
  yyjson_val *name;

  if (!moked_sync_scope_is_narrow (self))
    return TRUE;
  yyjson_obj_iter_init (args, &iter);
  while ((name = yyjson_obj_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info = find_referred (self->schema, yyjson_get_str (name));
      const char *id = yyjson_get_str (yyjson_obj_iter_get_val (name));

      if (info != NULL && id != NULL && !check_if_any (self, session, info, id, error))
        return FALSE;
    }
  return TRUE;
}

/* A record is put only where the user sees what it becomes a part of. */
static gboolean
check_whole (MokedSyncScope *self,
             MokedSession   *session,
             gpointer        before,
             gpointer        after,
             GError        **error)
{
  const MokedEntityInfo *whole;
  const MokedField *field = moked_sync_scope_find_field (self->schema, moked_entity_get_info (after), &whole);
  g_autofree char *id = NULL;

  if (field == NULL || whole == NULL || (before != NULL && moked_entity_field_equal (before, after, field)))
    return TRUE;
  id = moked_entity_dup_field_text (after, field);
  return is_blank (id) || moked_sync_scope_check (self, session, whole, id, error);
}

/**
 * moked_sync_scope_check_write:
 * @self: (nullable): a scope
 * @before: (nullable): the record as it is stored; %NULL for a new one
 * @after: the record as it is to be
 * @error: %MOKED_ERROR_FORBIDDEN
 *
 * Whether the user may write a record: one that they see, or one that they make, as a part of what they see. They may
 * give it to somebody else, and in the same action write it further.
 */
gboolean
moked_sync_scope_check_write (MokedSyncScope *self,
                              MokedSession   *session,
                              gpointer        before,
                              gpointer        after,
                              GError        **error)
{
  const MokedEntityInfo *info;
  const char *id;
  gboolean sees = TRUE;

  if (!moked_sync_scope_is_narrow (self))
    return TRUE;
  info = moked_entity_get_info (after);
  id = moked_entity_get_id (after);
  if (before != NULL && !is_touched (self, info, id) &&
      !moked_sync_scope_sees (self, session, before, &sees, error))
    return FALSE;
  if (!sees)
    {
      moked_sync_scope_refuse (error);
      return FALSE;
    }
  if (!check_whole (self, session, before, after, error))
    return FALSE;
  g_hash_table_add (self->touched, dup_key (info, id));
  return TRUE;
}
