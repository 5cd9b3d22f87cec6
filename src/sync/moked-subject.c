/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-subject.h"

#include <string.h>

#include "store/moked-entity-store.h"

/* Whose record it is, as people see it: a note and a message are a customer's. The field tables say it: `customer_id`
 * of a note refers to a `customer`. */

#define MAX_STEPS 4

/* Returns (transfer full) (nullable): the record that @entity belongs to; %NULL for one that stands alone. */
static MokedEntity *
load_owner (MokedSession      *session,
            const MokedSchema *schema,
            MokedEntity       *entity,
            GError           **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);

  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];
      g_autofree char *name = NULL, *id = NULL;
      const MokedEntityInfo *owner_info;
      MokedEntity *owner = NULL;

      if (field->kind != MOKED_FIELD_REF || !g_str_has_suffix (field->name, "_id"))
        continue;
      name = g_strndup (field->name, strlen (field->name) - strlen ("_id"));
      owner_info = moked_schema_find_entity (schema, name);
      id = owner_info != NULL ? moked_entity_dup_field_text (entity, field) : NULL;
      if (id == NULL)
        continue;
      if (!moked_entity_store_load_if_any (session, owner_info, id, &owner, error))
        return NULL;
      if (owner != NULL)
        return owner;
    }
  return NULL;
}

/**
 * moked_subject_load:
 * @session: a session of a database with @schema
 * @info: what kind of record
 * @id: which one
 * @error: %MOKED_ERROR_STORAGE
 *
 * Returns: (transfer full) (nullable): the record itself, or the one that it belongs to; deleted ones too. %NULL
 *   without an error when it is not here.
 */
MokedEntity *
moked_subject_load (MokedSession          *session,
                    const MokedSchema     *schema,
                    const MokedEntityInfo *info,
                    const char            *id,
                    GError               **error)
{
  g_autoptr (MokedEntity) found = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!moked_entity_store_load_if_any (session, info, id, &found, error) || found == NULL)
    return NULL;
  for (guint step = 0; step < MAX_STEPS; step++)
    {
      MokedEntity *owner = load_owner (session, schema, found, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (owner == NULL)
        break;
      g_object_unref (found);
      found = owner;
    }
  return g_steal_pointer (&found);
}

/**
 * moked_subject_dup_title:
 * @subject: a record
 *
 * Returns: (transfer full) (nullable): the first text that such a record must have, as a person's name
 */
char *
moked_subject_dup_title (MokedEntity *subject)
{
  const MokedEntityInfo *info = moked_entity_get_info (subject);

  for (guint i = 0; i < info->n_fields; i++)
    if (info->fields[i].kind == MOKED_FIELD_TEXT && (info->fields[i].flags & MOKED_FIELD_REQUIRED))
      return moked_entity_dup_field_text (subject, &info->fields[i]);
  return NULL;
}
