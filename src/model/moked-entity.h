/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <yyjson.h>

#include "model/moked-field.h"

G_BEGIN_DECLS

typedef struct _MokedEntityInfo MokedEntityInfo;

#define MOKED_TYPE_ENTITY (moked_entity_get_type ())
G_DECLARE_DERIVABLE_TYPE (MokedEntity, moked_entity, MOKED, ENTITY, GObject)

struct _MokedEntityClass
{
  GObjectClass           parent_class;
  const MokedEntityInfo *info;
};

/**
 * MokedEntityInfo:
 * @name: JSON name, name in the change log, and of the table where @table has no other
 * @get_type: the class whose instances hold one record
 * @validate: (nullable): rules that need more than one field
 * @refresh: (nullable): computes the derived fields; called before every write
 * @managed: whether the service alone makes, deletes and restores its records; devices may change fields of them
 * @table: (nullable): how SQL names the table, where @name alone is a word of SQL's own
 * @front: (nullable) (array zero-terminated=1): the orders in which people see its records first, such as
 *   `last_message_at DESC`, of columns with an index; a new desktop begins with what stands first there
 *
 * Everything that the kernel knows of one kind of record.
 */
struct _MokedEntityInfo
{
  const char       *name;
  GType           (*get_type) (void);
  const MokedField *fields;
  guint             n_fields;
  gboolean        (*validate) (MokedEntity *self,
                               GError     **error);
  void            (*refresh)  (MokedEntity *self);
  gboolean          managed;
  const char       *table;
  const char *const *front;
};

/**
 * moked_entity_info_get_table:
 *
 * Returns: how the table is called in statements
 */
static inline const char *
moked_entity_info_get_table (const MokedEntityInfo *self)
{
  return self->table != NULL ? self->table : self->name;
}

void                   moked_entity_class_describe     (MokedEntityClass      *klass,
                                                        const MokedEntityInfo *info);

MokedEntity           *moked_entity_new                (const MokedEntityInfo *info,
                                                        const char            *id);
gpointer               moked_entity_copy               (gpointer               self);
gpointer               moked_entity_get_origin         (gpointer               self);
void                   moked_entity_set_origin         (gpointer               self,
                                                        gpointer               origin);
const MokedEntityInfo *moked_entity_get_info           (gpointer               self);
const char            *moked_entity_get_id             (gpointer               self);
gint64                 moked_entity_get_created_at     (gpointer               self);
void                   moked_entity_set_created_at     (gpointer               self,
                                                        gint64                 usec);
gint64                 moked_entity_get_version        (gpointer               self);
void                   moked_entity_set_version        (gpointer               self,
                                                        gint64                 seq);
gboolean               moked_entity_is_deleted         (gpointer               self);
gint64                 moked_entity_get_deleted_at     (gpointer               self);
void                   moked_entity_set_deleted_at     (gpointer               self,
                                                        gint64                 usec);

const MokedField      *moked_entity_info_find_field    (const MokedEntityInfo *info,
                                                        const char            *name);
char                  *moked_entity_dup_field_text     (gpointer               self,
                                                        const MokedField      *field);
gint64                 moked_entity_get_field_int      (gpointer               self,
                                                        const MokedField      *field);
gboolean               moked_entity_field_is_default   (gpointer               self,
                                                        const MokedField      *field);
gboolean               moked_entity_field_equal        (gpointer               a,
                                                        gpointer               b,
                                                        const MokedField      *field);
void                   moked_entity_copy_field         (gpointer               self,
                                                        gpointer               from,
                                                        const MokedField      *field);
void                   moked_entity_set_field_text     (gpointer               self,
                                                        const MokedField      *field,
                                                        const char            *text);
void                   moked_entity_set_field_int      (gpointer               self,
                                                        const MokedField      *field,
                                                        gint64                 value);

gboolean               moked_entity_validate           (gpointer               self,
                                                        GError               **error);
void                   moked_entity_refresh            (gpointer               self);

yyjson_mut_val        *moked_entity_field_to_json      (gpointer               self,
                                                        const MokedField      *field,
                                                        yyjson_mut_doc        *doc);
gboolean               moked_entity_field_from_json    (gpointer               self,
                                                        const MokedField      *field,
                                                        yyjson_val            *value,
                                                        GError               **error);
yyjson_mut_val        *moked_entity_to_json            (gpointer               self,
                                                        yyjson_mut_doc        *doc);
gboolean               moked_entity_apply_json         (gpointer               self,
                                                        yyjson_val            *object,
                                                        MokedFieldFlags        refuse,
                                                        GError               **error);
yyjson_mut_val        *moked_entity_diff_json          (gpointer               before,
                                                        gpointer               after,
                                                        yyjson_mut_doc        *doc);
MokedEntity           *moked_entity_new_from_json      (const MokedEntityInfo *info,
                                                        yyjson_val            *object,
                                                        GError               **error);

/* For features: what a concrete record costs besides its public struct and its field table. */
#define MOKED_DECLARE_ENTITY(TypeName, type_name)                                            \
  typedef struct _##TypeName TypeName;                                                       \
  typedef struct                                                                             \
  {                                                                                          \
    MokedEntityClass parent_class;                                                           \
  } TypeName##Class;                                                                         \
  GType type_name##_get_type (void);                                                         \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC (TypeName, g_object_unref)

#define MOKED_DEFINE_ENTITY(TypeName, type_name, info_)                                      \
  G_DEFINE_FINAL_TYPE (TypeName, type_name, MOKED_TYPE_ENTITY)                               \
  static void type_name##_class_init (TypeName##Class *klass)                                \
  {                                                                                          \
    moked_entity_class_describe (MOKED_ENTITY_CLASS (klass), info_);                         \
  }                                                                                          \
  static void type_name##_init (TypeName *self) {}

G_END_DECLS
