/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-history-entry.h"

#include "features/attachments/moked-attachment.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"
#include "features/customers/moked-note.h"

static const MokedEntityInfo *const kinds[] = {
  &moked_customer_info,
  &moked_identity_info,
  &moked_note_info,
  &moked_attachment_info,
};

static void
value_free (gpointer data)
{
  MokedHistoryValue *value = data;

  g_free (value->old);
  g_free (value->new);
  g_free (value);
}

static char *
dup_member (yyjson_val *object,
            const char *name)
{
  return g_strdup (yyjson_get_str (yyjson_obj_get (object, name)));
}

static const MokedEntityInfo *
find_info (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i]->name, name) == 0)
      return kinds[i];
  return NULL;
}

/* To whom a record belongs and who wrote it are known from where it stands. */
static gboolean
is_shown (const MokedField *field)
{
  return field->label != NULL && !(field->flags & (MOKED_FIELD_SERVICE | MOKED_FIELD_DERIVED)) &&
         !g_str_equal (field->name, "customer_id") && !g_str_equal (field->name, "author_id");
}

static void
read_values (MokedHistoryEntry *self,
             yyjson_val        *fields)
{
  yyjson_arr_iter iter;
  yyjson_val *item;

  yyjson_arr_iter_init (fields, &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const char *name = yyjson_get_str (yyjson_obj_get (item, "field"));
      const MokedField *field = name != NULL ? moked_entity_info_find_field (self->info, name) : NULL;
      MokedHistoryValue *value;

      if (field == NULL || !is_shown (field))
        continue;
      value = g_new (MokedHistoryValue, 1);
      *value = (MokedHistoryValue) { field, dup_member (item, "old"), dup_member (item, "new") };
      g_ptr_array_add (self->values, value);
    }
}

/**
 * moked_history_entry_new:
 * @json: an item of the service's answer
 *
 * Returns: (transfer full) (nullable): the change; %NULL for one that this program does not understand
 */
MokedHistoryEntry *
moked_history_entry_new (yyjson_val *json)
{
  const MokedEntityInfo *info = find_info (yyjson_get_str (yyjson_obj_get (json, "entity")));
  g_autoptr (MokedHistoryEntry) self = g_new0 (MokedHistoryEntry, 1);

  self->info = info;
  self->id = dup_member (json, "id");
  self->kind = dup_member (json, "kind");
  self->name = dup_member (json, "name");
  self->origin = dup_member (json, "origin");
  self->mutation = dup_member (json, "mutation");
  self->seq = yyjson_get_sint (yyjson_obj_get (json, "seq"));
  self->at = yyjson_get_sint (yyjson_obj_get (json, "at"));
  self->values = g_ptr_array_new_with_free_func (value_free);
  if (info == NULL || self->id == NULL || self->kind == NULL || self->origin == NULL)
    return NULL;
  read_values (self, yyjson_obj_get (json, "fields"));
  return g_steal_pointer (&self);
}

void
moked_history_entry_free (MokedHistoryEntry *self)
{
  g_free (self->id);
  g_free (self->kind);
  g_free (self->name);
  g_free (self->origin);
  g_free (self->mutation);
  g_ptr_array_unref (self->values);
  g_free (self);
}

gboolean
moked_history_entry_is (const MokedHistoryEntry *self,
                        const char              *kind)
{
  return g_str_equal (self->kind, kind);
}

/**
 * moked_history_entry_is_with:
 *
 * Returns: whether @self and @other are of one action
 */
gboolean
moked_history_entry_is_with (const MokedHistoryEntry *self,
                             const MokedHistoryEntry *other)
{
  if (self->mutation != NULL || other->mutation != NULL)
    return g_strcmp0 (self->mutation, other->mutation) == 0;
  return self->at == other->at && g_str_equal (self->origin, other->origin) &&
         g_strcmp0 (self->name, other->name) == 0;
}

/**
 * moked_history_entry_get_new:
 *
 * Returns: (nullable): what @field was from then on; %NULL also where it was not written
 */
const char *
moked_history_entry_get_new (const MokedHistoryEntry *self,
                             const MokedField        *field)
{
  for (guint i = 0; i < self->values->len; i++)
    {
      const MokedHistoryValue *value = self->values->pdata[i];

      if (value->field == field)
        return value->new;
    }
  return NULL;
}
