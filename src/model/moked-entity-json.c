/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/moked-entity.h"

#include <string.h>

#include "base/moked-error.h"
#include "model/moked-entity-private.h"

/* Strict JSON of records: an unknown or ill-typed member is an error that names it, nothing is guessed
 * and defaults are written out. Base members are id, version, created_at and deleted_at. */

static const char *const base_members[] = { "id", "version", "created_at", "deleted_at" };

static gboolean
refuse_value (GError          **error,
              const MokedField *field,
              const char       *expected)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘%s’ must be %s", field->name, expected);
  return FALSE;
}

/* A vendor's bytes may have come in some other way than JSON; one bad letter must not make the record, and
 * every answer with it, impossible to send. */
static char *
dup_valid_text (gpointer          self,
                const MokedField *field)
{
  char *text = moked_entity_dup_field_text (self, field);
  char *valid;

  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return text;
  valid = g_utf8_make_valid (text, -1);
  g_free (text);
  return valid;
}

static yyjson_mut_val *
set_to_json (const char     *lines,
             yyjson_mut_doc *doc)
{
  yyjson_mut_val *array = yyjson_mut_arr (doc);

  for (const char *p = lines; p != NULL && *p != '\0';)
    {
      const char *end = strchrnul (p, '\n');

      yyjson_mut_arr_add_strncpy (doc, array, p, (gsize) (end - p));
      p = *end == '\0' ? end : end + 1;
    }
  return array;
}

/**
 * moked_entity_field_to_json:
 * @self: (type Moked.Entity): a record
 * @field: one of its fields
 * @doc: the document that will own the value
 *
 * Returns: the value; texts are copied into @doc
 */
yyjson_mut_val *
moked_entity_field_to_json (gpointer          self,
                            const MokedField *field,
                            yyjson_mut_doc   *doc)
{
  g_autofree char *text = NULL;
  gint64 number;

  switch (field->kind)
    {
    case MOKED_FIELD_INT:
      return yyjson_mut_sint (doc, moked_entity_get_field_int (self, field));
    case MOKED_FIELD_BOOL:
      return yyjson_mut_bool (doc, moked_entity_get_field_int (self, field) != 0);
    case MOKED_FIELD_TIME:
      number = moked_entity_get_field_int (self, field);
      return number != 0 ? yyjson_mut_sint (doc, number) : yyjson_mut_null (doc);
    case MOKED_FIELD_SET:
      text = dup_valid_text (self, field);
      return set_to_json (text, doc);
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_REF:
    case MOKED_FIELD_ENUM:
    default:
      text = dup_valid_text (self, field);
      return text != NULL ? yyjson_mut_strcpy (doc, text) : yyjson_mut_null (doc);
    }
}

static gboolean
text_from_json (gpointer          self,
                const MokedField *field,
                yyjson_val       *value,
                GError          **error)
{
  if (yyjson_is_null (value))
    moked_entity_set_field_text (self, field, NULL);
  else if (!yyjson_is_str (value) || strlen (yyjson_get_str (value)) != yyjson_get_len (value))
    return refuse_value (error, field, "a text or null");
  else
    moked_entity_set_field_text (self, field, yyjson_get_str (value));
  return TRUE;
}

static gboolean
is_int64 (yyjson_val *value)
{
  return yyjson_is_int (value) && !(yyjson_is_uint (value) && yyjson_get_uint (value) > G_MAXINT64);
}

static gboolean
number_from_json (gpointer          self,
                  const MokedField *field,
                  yyjson_val       *value,
                  GError          **error)
{
  if (field->kind == MOKED_FIELD_TIME && yyjson_is_null (value))
    moked_entity_set_field_int (self, field, 0);
  else if (!is_int64 (value))
    return refuse_value (error, field, "a whole number");
  else
    moked_entity_set_field_int (self, field, yyjson_get_sint (value));
  return TRUE;
}

static gboolean
enum_from_json (gpointer          self,
                const MokedField *field,
                yyjson_val       *value,
                GError          **error)
{
  int parsed;

  if (!yyjson_is_str (value) || !moked_enum_parse_nick (field->values, yyjson_get_str (value), &parsed))
    return refuse_value (error, field, "one of the known values");
  moked_entity_set_field_int (self, field, parsed);
  return TRUE;
}

static char *
lines_from_json (yyjson_val *array)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  yyjson_arr_iter iter;
  yyjson_val *item;

  if (array != NULL && !yyjson_is_null (array) && !yyjson_is_arr (array))
    return NULL;
  yyjson_arr_iter_init (array, &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      if (!yyjson_is_str (item) || strchr (yyjson_get_str (item), '\n') != NULL)
        return NULL;
      g_string_append_printf (lines, "%s\n", yyjson_get_str (item));
    }
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

/* A list replaces the set; `{"add": […], "remove": […]}` changes it, so that two people who each add a
 * value both keep theirs. */
static gboolean
set_from_json (gpointer          self,
               const MokedField *field,
               yyjson_val       *value,
               GError          **error)
{
  g_autofree char *added = NULL, *removed = NULL, *set = NULL;

  if (!yyjson_is_obj (value))
    {
      added = lines_from_json (value);
      if (added == NULL)
        return refuse_value (error, field, "a list of texts");
      moked_entity_set_field_text (self, field, added);
      return TRUE;
    }
  added = lines_from_json (yyjson_obj_get (value, "add"));
  removed = lines_from_json (yyjson_obj_get (value, "remove"));
  if (added == NULL || removed == NULL)
    return refuse_value (error, field, "lists of texts to add and to remove");
  set = moked_set_merge (G_STRUCT_MEMBER (char *, self, field->offset), added, removed);
  moked_entity_set_field_text (self, field, set);
  return TRUE;
}

/**
 * moked_entity_field_from_json:
 * @self: (type Moked.Entity): a record
 * @field: one of its fields
 * @value: what arrived
 * @error: %MOKED_ERROR_INVALID naming the field
 */
gboolean
moked_entity_field_from_json (gpointer          self,
                              const MokedField *field,
                              yyjson_val       *value,
                              GError          **error)
{
  switch (field->kind)
    {
    case MOKED_FIELD_BOOL:
      if (!yyjson_is_bool (value))
        return refuse_value (error, field, "true or false");
      moked_entity_set_field_int (self, field, yyjson_get_bool (value));
      return TRUE;
    case MOKED_FIELD_INT:
    case MOKED_FIELD_TIME:
      return number_from_json (self, field, value, error);
    case MOKED_FIELD_ENUM:
      return enum_from_json (self, field, value, error);
    case MOKED_FIELD_SET:
      return set_from_json (self, field, value, error);
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_REF:
    default:
      return text_from_json (self, field, value, error);
    }
}

/* As the database keeps it. A choice that only a newer program knows is left out. */
gboolean
moked_entity_field_from_value (gpointer          self,
                               const MokedField *field,
                               yyjson_val       *value,
                               GError          **error)
{
  int parsed = 0;

  switch (field->kind)
    {
    case MOKED_FIELD_INT:
    case MOKED_FIELD_BOOL:
    case MOKED_FIELD_TIME:
      if (!yyjson_is_null (value) && !is_int64 (value))
        return refuse_value (error, field, "a whole number");
      moked_entity_set_field_int (self, field, yyjson_get_sint (value));
      return TRUE;
    case MOKED_FIELD_ENUM:
      if (!yyjson_is_null (value) && !yyjson_is_str (value))
        return refuse_value (error, field, "one of the known values");
      moked_enum_parse_nick (field->values, yyjson_get_str (value), &parsed);
      moked_entity_set_field_int (self, field, parsed);
      return TRUE;
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_REF:
    case MOKED_FIELD_SET:
    default:
      return text_from_json (self, field, value, error);
    }
}

static void
add_time (yyjson_mut_doc *doc,
          yyjson_mut_val *object,
          const char     *name,
          gint64          usec)
{
  yyjson_mut_obj_add_val (doc, object, name, usec != 0 ? yyjson_mut_sint (doc, usec) : yyjson_mut_null (doc));
}

/**
 * moked_entity_to_json:
 * @self: (type Moked.Entity): a record
 * @doc: the document that will own the value
 *
 * Returns: an object with the base members and every field that travels
 */
yyjson_mut_val *
moked_entity_to_json (gpointer        self,
                      yyjson_mut_doc *doc)
{
  const MokedEntityInfo *info = moked_entity_get_info (self);
  yyjson_mut_val *object = yyjson_mut_obj (doc);

  yyjson_mut_obj_add_strcpy (doc, object, "id", moked_entity_get_id (self));
  yyjson_mut_obj_add_sint (doc, object, "version", moked_entity_get_version (self));
  add_time (doc, object, "created_at", moked_entity_get_created_at (self));
  add_time (doc, object, "deleted_at", moked_entity_get_deleted_at (self));
  for (guint i = 0; i < info->n_fields; i++)
    if (!(info->fields[i].flags & MOKED_FIELD_DERIVED))
      yyjson_mut_obj_add_val (doc, object, info->fields[i].name,
                              moked_entity_field_to_json (self, &info->fields[i], doc));
  return object;
}

/**
 * moked_entity_apply_json:
 * @self: (type Moked.Entity): a record
 * @object: fields to set; those that are missing keep their value
 * @refuse: a field with one of these flags may not be in @object
 * @error: %MOKED_ERROR_INVALID or %MOKED_ERROR_FORBIDDEN naming the field
 *
 * Base members are passed over: the caller decides about them.
 */
gboolean
moked_entity_apply_json (gpointer        self,
                         yyjson_val     *object,
                         MokedFieldFlags refuse,
                         GError        **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (self);
  yyjson_obj_iter iter;
  yyjson_val *key;

  yyjson_obj_iter_init (object, &iter);
  while ((key = yyjson_obj_iter_next (&iter)) != NULL)
    {
      const char *name = yyjson_get_str (key);
      const MokedField *field = moked_entity_info_find_field (info, name);

      if (field == NULL || (field->flags & MOKED_FIELD_DERIVED))
        {
          gboolean known = field != NULL;

          for (guint i = 0; i < G_N_ELEMENTS (base_members); i++)
            known = known || strcmp (name, base_members[i]) == 0;
          if (known && field == NULL)
            continue;
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘%s’ is not a field of ‘%s’", name, info->name);
          return FALSE;
        }
      if (field->flags & refuse)
        {
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "‘%s’ may not be set", name);
          return FALSE;
        }
      if (!moked_entity_field_from_json (self, field, yyjson_obj_iter_get_val (key), error))
        return FALSE;
    }
  return TRUE;
}

static yyjson_mut_val *
set_diff_json (gpointer          before,
               gpointer          after,
               const MokedField *field,
               yyjson_mut_doc   *doc)
{
  const char *old = G_STRUCT_MEMBER (char *, before, field->offset);
  const char *new = G_STRUCT_MEMBER (char *, after, field->offset);
  g_autofree char *added = moked_set_merge (new, NULL, old);
  g_autofree char *removed = moked_set_merge (old, NULL, new);
  yyjson_mut_val *object = yyjson_mut_obj (doc);

  yyjson_mut_obj_add_val (doc, object, "add", set_to_json (added, doc));
  yyjson_mut_obj_add_val (doc, object, "remove", set_to_json (removed, doc));
  return object;
}

/**
 * moked_entity_diff_json:
 * @before: (type Moked.Entity) (nullable): the record as it was; %NULL for a new one
 * @after: (type Moked.Entity): the record as it is
 * @doc: the document that will own the value
 *
 * Returns: an object with the fields that changed, for [func@entity_apply_json]
 */
yyjson_mut_val *
moked_entity_diff_json (gpointer        before,
                        gpointer        after,
                        yyjson_mut_doc *doc)
{
  const MokedEntityInfo *info = moked_entity_get_info (after);
  yyjson_mut_val *object = yyjson_mut_obj (doc);

  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];
      gboolean same = before != NULL ? moked_entity_field_equal (before, after, field)
                                     : moked_entity_field_is_default (after, field);

      if (same || (field->flags & MOKED_FIELD_DERIVED))
        continue;
      if (field->kind == MOKED_FIELD_SET && before != NULL)
        yyjson_mut_obj_add_val (doc, object, field->name, set_diff_json (before, after, field, doc));
      else
        yyjson_mut_obj_add_val (doc, object, field->name, moked_entity_field_to_json (after, field, doc));
    }
  return object;
}

static gint64
member_int (yyjson_val *object,
            const char *name)
{
  yyjson_val *value = yyjson_obj_get (object, name);

  return is_int64 (value) ? yyjson_get_sint (value) : 0;
}

/* A value that only a newer program knows is left out, as a member that only it knows is. */
static gboolean
is_unknown_choice (const MokedField *field,
                   yyjson_val       *value)
{
  int parsed;

  return field->kind == MOKED_FIELD_ENUM && yyjson_is_str (value) &&
         !moked_enum_parse_nick (field->values, yyjson_get_str (value), &parsed);
}

/**
 * moked_entity_new_from_json:
 * @info: what kind of record
 * @object: a whole record, as [func@entity_to_json] writes it; members and choices that this program does
 *   not know are passed over, because a newer service may send them
 * @error: %MOKED_ERROR_INVALID naming the field
 *
 * Returns: (transfer full) (nullable): the record with its derived fields computed
 */
MokedEntity *
moked_entity_new_from_json (const MokedEntityInfo *info,
                            yyjson_val            *object,
                            GError               **error)
{
  g_autoptr (MokedEntity) self = NULL;
  const char *id = yyjson_get_str (yyjson_obj_get (object, "id"));

  if (id == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘id’ is missing");
      return NULL;
    }
  self = moked_entity_new (info, id);
  moked_entity_set_version (self, member_int (object, "version"));
  moked_entity_set_created_at (self, member_int (object, "created_at"));
  moked_entity_set_deleted_at (self, member_int (object, "deleted_at"));
  for (guint i = 0; i < info->n_fields; i++)
    {
      const MokedField *field = &info->fields[i];
      yyjson_val *value = yyjson_obj_get (object, field->name);

      if (value != NULL && !(field->flags & MOKED_FIELD_DERIVED) && !is_unknown_choice (field, value) &&
          !moked_entity_field_from_json (self, field, value, error))
        return NULL;
    }
  moked_entity_refresh (self);
  return g_steal_pointer (&self);
}
