/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "model/moked-entity.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-error.h"
#include "model/moked-entity-private.h"

/**
 * MokedEntity:
 *
 * One record of the office: an id, the version that the service gave it, when it was made and whether
 * it was deleted, and the fields that its [struct@EntityInfo] declares. GObject properties, JSON and
 * database columns all come from that one table.
 */
typedef struct
{
  char        *id;
  gint64       version;
  gint64       created_at;
  gint64       deleted_at;
  MokedEntity *origin;
} MokedEntityPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MokedEntity, moked_entity, G_TYPE_OBJECT)

#define PRIVATE(self) ((MokedEntityPrivate *) moked_entity_get_instance_private (MOKED_ENTITY (self)))
#define MEMBER(self, field, type) (*(type *) G_STRUCT_MEMBER_P (self, (field)->offset))

static gboolean
holds_text (const MokedField *field)
{
  return field->kind == MOKED_FIELD_TEXT || field->kind == MOKED_FIELD_REF || field->kind == MOKED_FIELD_SET;
}

static const MokedField *
field_of_property (GObject *object,
                   guint    property)
{
  return &MOKED_ENTITY_GET_CLASS (object)->info->fields[property - 1];
}

static void
moked_entity_get_property (GObject    *object,
                           guint       property,
                           GValue     *value,
                           GParamSpec *pspec)
{
  const MokedField *field = field_of_property (object, property);

  if (holds_text (field))
    g_value_set_string (value, MEMBER (object, field, char *));
  else if (field->kind == MOKED_FIELD_BOOL)
    g_value_set_boolean (value, MEMBER (object, field, gboolean));
  else if (field->kind == MOKED_FIELD_ENUM)
    g_value_set_int (value, MEMBER (object, field, int));
  else
    g_value_set_int64 (value, MEMBER (object, field, gint64));
}

static void
moked_entity_set_property (GObject      *object,
                           guint         property,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  const MokedField *field = field_of_property (object, property);

  if (holds_text (field))
    moked_entity_set_field_text (object, field, g_value_get_string (value));
  else if (field->kind == MOKED_FIELD_BOOL)
    MEMBER (object, field, gboolean) = g_value_get_boolean (value);
  else if (field->kind == MOKED_FIELD_ENUM)
    MEMBER (object, field, int) = g_value_get_int (value);
  else
    MEMBER (object, field, gint64) = g_value_get_int64 (value);
}

static void
moked_entity_finalize (GObject *object)
{
  const MokedEntityInfo *info = MOKED_ENTITY_GET_CLASS (object)->info;

  for (guint i = 0; i < info->n_fields; i++)
    if (holds_text (&info->fields[i]))
      g_clear_pointer (&MEMBER (object, &info->fields[i], char *), g_free);
  g_clear_pointer (&PRIVATE (object)->id, g_free);
  g_clear_object (&PRIVATE (object)->origin);
  G_OBJECT_CLASS (moked_entity_parent_class)->finalize (object);
}

static void
moked_entity_class_init (MokedEntityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_entity_finalize;
}

static void
moked_entity_init (MokedEntity *self)
{
}

static GParamSpec *
make_property (const MokedField *field)
{
  g_autofree char *dashed = g_strdelimit (g_strdup (field->name), "_", '-');
  const char *name = g_intern_string (dashed);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  if (holds_text (field))
    return g_param_spec_string (name, NULL, NULL, NULL, flags);
  if (field->kind == MOKED_FIELD_BOOL)
    return g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
  if (field->kind == MOKED_FIELD_ENUM)
    return g_param_spec_int (name, NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  return g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
}

/**
 * moked_entity_class_describe:
 * @klass: the class being initialised
 * @info: its static description
 *
 * To be called from a subclass's class_init, as [func@DEFINE_ENTITY] does.
 */
void
moked_entity_class_describe (MokedEntityClass      *klass,
                             const MokedEntityInfo *info)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  klass->info = info;
  /* GObject resets these two in every subclass. */
  object_class->get_property = moked_entity_get_property;
  object_class->set_property = moked_entity_set_property;
  for (guint i = 0; i < info->n_fields; i++)
    g_object_class_install_property (object_class, i + 1, make_property (&info->fields[i]));
}

/**
 * moked_entity_new:
 * @info: what kind of record
 * @id: its id, an ULID
 *
 * Returns: (transfer full): an empty record
 */
MokedEntity *
moked_entity_new (const MokedEntityInfo *info,
                  const char            *id)
{
  MokedEntity *self;

  g_return_val_if_fail (info != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  self = g_object_new (info->get_type (), NULL);
  PRIVATE (self)->id = g_strdup (id);
  return self;
}

/**
 * moked_entity_copy:
 * @self: (type Moked.Entity): a record
 *
 * Makes a copy to be changed. It remembers what it was copied from, so that saving it tells what a person
 * changed, and not what others changed since the record was read; @self must not be changed any more.
 *
 * Returns: (transfer full): a copy with the same id
 */
gpointer
moked_entity_copy (gpointer self)
{
  const MokedEntityInfo *info = moked_entity_get_info (self);
  MokedEntity *copy = moked_entity_new (info, moked_entity_get_id (self));

  PRIVATE (copy)->version = PRIVATE (self)->version;
  PRIVATE (copy)->created_at = PRIVATE (self)->created_at;
  PRIVATE (copy)->deleted_at = PRIVATE (self)->deleted_at;
  moked_entity_set_origin (copy, PRIVATE (self)->origin != NULL ? PRIVATE (self)->origin : self);
  for (guint i = 0; i < info->n_fields; i++)
    moked_entity_copy_field (copy, self, &info->fields[i]);
  return copy;
}

/**
 * moked_entity_get_origin:
 *
 * Returns: (transfer none) (nullable): the record that this one is a changed copy of
 */
gpointer
moked_entity_get_origin (gpointer self)
{
  return PRIVATE (self)->origin;
}

void
moked_entity_set_origin (gpointer self,
                         gpointer origin)
{
  g_set_object (&PRIVATE (self)->origin, origin);
}

const MokedEntityInfo *
moked_entity_get_info (gpointer self)
{
  g_return_val_if_fail (MOKED_IS_ENTITY (self), NULL);

  return MOKED_ENTITY_GET_CLASS (self)->info;
}

const char *
moked_entity_get_id (gpointer self)
{
  return PRIVATE (self)->id;
}

void
moked_entity_set_id (gpointer    self,
                     const char *id)
{
  g_set_str (&PRIVATE (self)->id, id);
}

/**
 * moked_entity_get_created_at:
 *
 * Returns: microseconds since 1970 UTC; 0 while the record was never stored
 */
gint64
moked_entity_get_created_at (gpointer self)
{
  return PRIVATE (self)->created_at;
}

void
moked_entity_set_created_at (gpointer self,
                             gint64   usec)
{
  PRIVATE (self)->created_at = usec;
}

/**
 * moked_entity_get_version:
 *
 * Returns: the seq of the last change that the service made; 0 while the service has not seen it
 */
gint64
moked_entity_get_version (gpointer self)
{
  return PRIVATE (self)->version;
}

void
moked_entity_set_version (gpointer self,
                          gint64   seq)
{
  PRIVATE (self)->version = seq;
}

gboolean
moked_entity_is_deleted (gpointer self)
{
  return PRIVATE (self)->deleted_at != 0;
}

gint64
moked_entity_get_deleted_at (gpointer self)
{
  return PRIVATE (self)->deleted_at;
}

void
moked_entity_set_deleted_at (gpointer self,
                             gint64   usec)
{
  PRIVATE (self)->deleted_at = usec;
}

const MokedField *
moked_entity_info_find_field (const MokedEntityInfo *info,
                              const char            *name)
{
  for (guint i = 0; i < info->n_fields; i++)
    if (strcmp (info->fields[i].name, name) == 0)
      return &info->fields[i];
  return NULL;
}

/**
 * moked_entity_dup_field_text:
 * @self: (type Moked.Entity): a record
 * @field: one of its fields
 *
 * Returns: (transfer full) (nullable): the value as the database and the change log keep it; numbers
 *   in decimal, enums by nick, %NULL when unset
 */
char *
moked_entity_dup_field_text (gpointer          self,
                             const MokedField *field)
{
  if (holds_text (field))
    return g_strdup (MEMBER (self, field, char *));
  if (field->kind == MOKED_FIELD_ENUM)
    return g_strdup (moked_enum_get_nick (field->values, MEMBER (self, field, int)));
  if (field->kind == MOKED_FIELD_TIME && MEMBER (self, field, gint64) == 0)
    return NULL;
  return g_strdup_printf ("%" G_GINT64_FORMAT, moked_entity_get_field_int (self, field));
}

/**
 * moked_entity_get_field_int:
 * @self: (type Moked.Entity): a record
 * @field: a field that holds a number, a boolean, a time or an enum
 *
 * Returns: its value
 */
gint64
moked_entity_get_field_int (gpointer          self,
                            const MokedField *field)
{
  g_return_val_if_fail (!holds_text (field), 0);

  if (field->kind == MOKED_FIELD_BOOL)
    return MEMBER (self, field, gboolean) ? 1 : 0;
  if (field->kind == MOKED_FIELD_ENUM)
    return MEMBER (self, field, int);
  return MEMBER (self, field, gint64);
}

gboolean
moked_entity_field_is_default (gpointer          self,
                               const MokedField *field)
{
  if (holds_text (field))
    return MEMBER (self, field, char *) == NULL;
  return moked_entity_get_field_int (self, field) == 0;
}

gboolean
moked_entity_field_equal (gpointer          a,
                          gpointer          b,
                          const MokedField *field)
{
  if (holds_text (field))
    return g_strcmp0 (MEMBER (a, field, char *), MEMBER (b, field, char *)) == 0;
  return moked_entity_get_field_int (a, field) == moked_entity_get_field_int (b, field);
}

void
moked_entity_copy_field (gpointer          self,
                         gpointer          from,
                         const MokedField *field)
{
  if (holds_text (field))
    g_set_str (&MEMBER (self, field, char *), MEMBER (from, field, char *));
  else
    moked_entity_set_field_int (self, field, moked_entity_get_field_int (from, field));
}

/**
 * moked_entity_set_field_text:
 * @self: (type Moked.Entity): a record
 * @field: one of its fields
 * @text: (nullable): as [func@entity_dup_field_text] gives it; an empty text is the same as %NULL
 */
void
moked_entity_set_field_text (gpointer          self,
                             const MokedField *field,
                             const char       *text)
{
  if (text != NULL && *text == '\0')
    text = NULL;
  if (field->kind == MOKED_FIELD_SET)
    {
      g_autofree char *set = moked_set_normalize (text);

      g_set_str (&MEMBER (self, field, char *), set);
    }
  else if (holds_text (field))
    g_set_str (&MEMBER (self, field, char *), text);
  else if (field->kind == MOKED_FIELD_ENUM)
    moked_enum_parse_nick (field->values, text, &MEMBER (self, field, int));
  else
    moked_entity_set_field_int (self, field, text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0);
}

void
moked_entity_set_field_int (gpointer          self,
                            const MokedField *field,
                            gint64            value)
{
  g_return_if_fail (!holds_text (field));

  if (field->kind == MOKED_FIELD_BOOL)
    MEMBER (self, field, gboolean) = value != 0;
  else if (field->kind == MOKED_FIELD_ENUM)
    MEMBER (self, field, int) = (int) value;
  else
    MEMBER (self, field, gint64) = value;
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
validate_field (gpointer          self,
                const MokedField *field,
                GError          **error)
{
  const char *label = field->label != NULL ? _ (field->label) : field->name;
  const char *text;

  if (!holds_text (field))
    return TRUE;
  text = MEMBER (self, field, char *);
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, _ ("“%s” holds characters that are not text"), label);
      return FALSE;
    }
  if ((field->flags & MOKED_FIELD_REQUIRED) && is_blank (text))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, _("“%s” must be filled in"), label);
      return FALSE;
    }
  if (text != NULL && field->max_length > 0 && (gsize) g_utf8_strlen (text, -1) > field->max_length)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, _("“%s” is too long"), label);
      return FALSE;
    }
  return TRUE;
}

/**
 * moked_entity_validate:
 * @self: (type Moked.Entity): a record
 * @error: %MOKED_ERROR_INVALID with a sentence for people
 *
 * Checks required fields, lengths and the rules of its kind.
 */
gboolean
moked_entity_validate (gpointer self,
                       GError **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (self);

  for (guint i = 0; i < info->n_fields; i++)
    if (!validate_field (self, &info->fields[i], error))
      return FALSE;
  return info->validate == NULL || info->validate (self, error);
}

/**
 * moked_entity_refresh:
 * @self: (type Moked.Entity): a record
 *
 * Recomputes its derived fields.
 */
void
moked_entity_refresh (gpointer self)
{
  const MokedEntityInfo *info = moked_entity_get_info (self);

  if (info->refresh != NULL)
    info->refresh (self);
}
