/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/moked-entity-rows.h"

#include <string.h>

#include "base/moked-error.h"
#include "model/moked-entity-private.h"

#define MAX_COLUMNS 64

typedef enum
{
  COLUMN_UNKNOWN, /* of a newer service */
  COLUMN_ID,
  COLUMN_VERSION,
  COLUMN_CREATED_AT,
  COLUMN_DELETED_AT,
  COLUMN_FIELD,
} ColumnKind;

typedef struct
{
  ColumnKind        kind;
  const MokedField *field;
} Column;

/**
 * MokedEntityRows:
 *
 * Many records of one kind as they travel: `{"fields": ["id", …], "rows": [["01J…", …], …]}`, where each value is
 * as the database keeps it: numbers, texts (choices by their names, sets one value a line), `null`. Names are
 * said once, and one record is read into again and again, because there may be millions.
 */
struct _MokedEntityRows
{
  const MokedEntityInfo *info;
  MokedEntity           *entity;
  Column                 columns[MAX_COLUMNS];
  guint                  n_columns;
  guint                  id_column;
  yyjson_arr_iter        rows;
  yyjson_val            *row;
};

static Column
find_column (const MokedEntityInfo *info,
             const char            *name)
{
  static const char *const base[] = { [COLUMN_ID] = "id", [COLUMN_VERSION] = "version",
                                      [COLUMN_CREATED_AT] = "created_at", [COLUMN_DELETED_AT] = "deleted_at" };
  const MokedField *field = name != NULL ? moked_entity_info_find_field (info, name) : NULL;

  for (guint i = COLUMN_ID; i < G_N_ELEMENTS (base); i++)
    if (g_strcmp0 (name, base[i]) == 0)
      return (Column) { i, NULL };
  if (field == NULL || (field->flags & MOKED_FIELD_DERIVED))
    return (Column) { COLUMN_UNKNOWN, NULL };
  return (Column) { COLUMN_FIELD, field };
}

static gboolean
read_names (MokedEntityRows *self,
            yyjson_val      *names)
{
  yyjson_arr_iter iter;
  yyjson_val *name;

  self->id_column = MAX_COLUMNS;
  yyjson_arr_iter_init (names, &iter);
  while ((name = yyjson_arr_iter_next (&iter)) != NULL)
    {
      if (self->n_columns == MAX_COLUMNS)
        return FALSE;
      self->columns[self->n_columns] = find_column (self->info, yyjson_get_str (name));
      if (self->columns[self->n_columns].kind == COLUMN_ID)
        self->id_column = self->n_columns;
      self->n_columns++;
    }
  return self->id_column < MAX_COLUMNS;
}

/**
 * moked_entity_rows_new:
 * @info: what kind of records
 * @table: an object with `fields` and `rows`; it must outlive the result. Fields that this program does not know
 *   are passed over
 * @error: %MOKED_ERROR_FORMAT
 *
 * Returns: (transfer full) (nullable): before the first of the rows
 */
MokedEntityRows *
moked_entity_rows_new (const MokedEntityInfo *info,
                       yyjson_val            *table,
                       GError               **error)
{
  g_autoptr (MokedEntityRows) self = g_new0 (MokedEntityRows, 1);
  yyjson_val *rows = yyjson_obj_get (table, "rows");

  self->info = info;
  if (yyjson_is_arr (rows) && (yyjson_arr_size (rows) == 0 || read_names (self, yyjson_obj_get (table, "fields"))))
    {
      self->entity = moked_entity_new (info, "");
      yyjson_arr_iter_init (rows, &self->rows);
      return g_steal_pointer (&self);
    }
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "Records of ‘%s’ without ‘fields’ or ‘rows’", info->name);
  return NULL;
}

void
moked_entity_rows_free (MokedEntityRows *self)
{
  g_clear_object (&self->entity);
  g_free (self);
}

/**
 * moked_entity_rows_next:
 *
 * Returns: whether there is another row
 */
gboolean
moked_entity_rows_next (MokedEntityRows *self)
{
  self->row = yyjson_arr_iter_next (&self->rows);
  return self->row != NULL;
}

/**
 * moked_entity_rows_get_id:
 *
 * Returns: (transfer none) (nullable): the row's id; %NULL when it has none, and then it cannot be read
 */
const char *
moked_entity_rows_get_id (MokedEntityRows *self)
{
  return yyjson_get_str (yyjson_arr_get (self->row, self->id_column));
}

static gint64
get_int (yyjson_val *value)
{
  return yyjson_is_int (value) ? yyjson_get_sint (value) : 0;
}

static gboolean
set_column (MokedEntityRows *self,
            const Column    *column,
            yyjson_val      *value,
            GError         **error)
{
  switch (column->kind)
    {
    case COLUMN_VERSION:
      moked_entity_set_version (self->entity, get_int (value));
      return TRUE;
    case COLUMN_CREATED_AT:
      moked_entity_set_created_at (self->entity, get_int (value));
      return TRUE;
    case COLUMN_DELETED_AT:
      moked_entity_set_deleted_at (self->entity, get_int (value));
      return TRUE;
    case COLUMN_FIELD:
      return moked_entity_field_from_value (self->entity, column->field, value, error);
    case COLUMN_UNKNOWN:
    case COLUMN_ID:
    default:
      return TRUE;
    }
}

/**
 * moked_entity_rows_read:
 * @error: %MOKED_ERROR_INVALID naming the field, when this program cannot read the row
 *
 * Returns: (transfer none) (nullable) (type Moked.Entity): the row's record, without its derived fields, until the
 *   next is read
 */
gpointer
moked_entity_rows_read (MokedEntityRows *self,
                        GError         **error)
{
  const char *id = moked_entity_rows_get_id (self);
  yyjson_arr_iter iter;

  if (id == NULL || yyjson_arr_size (self->row) != self->n_columns)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "A record of ‘%s’ without ‘id’ or of another length",
                   self->info->name);
      return NULL;
    }
  moked_entity_set_id (self->entity, id);
  yyjson_arr_iter_init (self->row, &iter);
  for (guint i = 0; i < self->n_columns; i++)
    if (!set_column (self, &self->columns[i], yyjson_arr_iter_next (&iter), error))
      return NULL;
  return self->entity;
}
