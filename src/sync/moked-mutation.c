/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-mutation.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-subject.h"

/**
 * MokedMutation:
 *
 * One action of a person that the service has not confirmed, as the list of what waits shows it.
 */
struct _MokedMutation
{
  GObject                parent_instance;
  char                  *id;
  char                  *label;
  MokedMutationState     state;
  char                  *code;
  char                  *detail;
  gint64                 made_at;
  yyjson_doc            *ops;
  char                  *by;
  gint64                 at;
  const MokedEntityInfo *subject_info;
  char                  *subject_id;
  char                  *title;
  GPtrArray             *fields; /* const MokedField */
};

G_DEFINE_FINAL_TYPE (MokedMutation, moked_mutation, G_TYPE_OBJECT)

static void
moked_mutation_finalize (GObject *object)
{
  MokedMutation *self = MOKED_MUTATION (object);

  g_free (self->id);
  g_free (self->label);
  g_free (self->code);
  g_free (self->detail);
  g_free (self->by);
  g_free (self->subject_id);
  g_free (self->title);
  g_ptr_array_unref (self->fields);
  yyjson_doc_free (self->ops);
  G_OBJECT_CLASS (moked_mutation_parent_class)->finalize (object);
}

static void
moked_mutation_class_init (MokedMutationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_mutation_finalize;
}

static void
moked_mutation_init (MokedMutation *self)
{
  self->fields = g_ptr_array_new ();
}

/* --- reading --- */

static MokedMutationState
parse_state (const char *state)
{
  static const char *const states[] = {
    [MOKED_MUTATION_WAITING] = "waiting",     [MOKED_MUTATION_SENDING] = "sending",
    [MOKED_MUTATION_CANCELLED] = "cancelled", [MOKED_MUTATION_REJECTED] = "rejected",
    [MOKED_MUTATION_HELD] = "held",
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (strcmp (state, states[i]) == 0)
      return i;
  return MOKED_MUTATION_REJECTED;
}

static void
add_fields (MokedMutation         *self,
            const MokedEntityInfo *info,
            yyjson_val            *fields)
{
  yyjson_obj_iter iter;
  yyjson_val *key;

  yyjson_obj_iter_init (fields, &iter);
  while ((key = yyjson_obj_iter_next (&iter)) != NULL)
    {
      const MokedField *field = moked_entity_info_find_field (info, yyjson_get_str (key));

      if (field != NULL && field->label != NULL && !g_ptr_array_find (self->fields, field, NULL))
        g_ptr_array_add (self->fields, (gpointer) field);
    }
}

/* The first record that it is about, and which fields of such records it changes. */
static void
read_ops (MokedMutation          *self,
          const MokedSchema      *schema,
          const MokedEntityInfo **out_info,
          const char            **out_id)
{
  yyjson_arr_iter iter;
  yyjson_val *op;

  yyjson_arr_iter_init (yyjson_doc_get_root (self->ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const MokedEntityInfo *info = moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (op, "entity")));
      const char *id = yyjson_get_str (yyjson_obj_get (op, "id"));

      if (info == NULL || id == NULL)
        continue;
      if (*out_info == NULL)
        {
          *out_info = info;
          *out_id = id;
        }
      if (yyjson_equals_str (yyjson_obj_get (op, "op"), "save"))
        add_fields (self, info, yyjson_obj_get (op, "fields"));
    }
}

/* What a question is about counts more than what was done. */
static void
read_question (MokedMutation          *self,
               const MokedSchema      *schema,
               yyjson_val             *question,
               const MokedEntityInfo **out_info,
               const char            **out_id)
{
  const MokedEntityInfo *info =
      moked_schema_find_entity (schema, yyjson_get_str (yyjson_obj_get (question, "entity")));
  const char *id = yyjson_get_str (yyjson_obj_get (question, "id")), *field;

  self->by = g_strdup (yyjson_get_str (yyjson_obj_get (question, "by")));
  if (!moked_json_get_optional_int (question, "at", 0, &self->at, NULL))
    self->at = 0;
  if (info == NULL || id == NULL)
    return;
  field = yyjson_get_str (yyjson_obj_get (question, "field"));
  if (field != NULL && moked_entity_info_find_field (info, field) != NULL)
    {
      g_ptr_array_set_size (self->fields, 0);
      g_ptr_array_add (self->fields, (gpointer) moked_entity_info_find_field (info, field));
    }
  *out_info = info;
  *out_id = id;
}

static gboolean
find_subject (MokedMutation         *self,
              MokedSession          *session,
              const MokedSchema     *schema,
              const MokedEntityInfo *info,
              const char            *id,
              GError               **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedEntity) subject = NULL;

  if (info == NULL)
    return TRUE;
  subject = moked_subject_load (session, schema, info, id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  self->subject_info = subject != NULL ? moked_entity_get_info (subject) : info;
  self->subject_id = g_strdup (subject != NULL ? moked_entity_get_id (subject) : id);
  self->title = subject != NULL ? moked_subject_dup_title (subject) : NULL;
  return TRUE;
}

static yyjson_doc *
parse_json (const char *json)
{
  return json != NULL ? yyjson_read (json, strlen (json), 0) : NULL;
}

/**
 * moked_mutation_read: (skip)
 * @session: a session of the cache
 * @schema: the records that travel
 * @cursor: on a row of the outbox with %MOKED_MUTATION_COLUMNS
 *
 * Returns: (transfer full) (nullable): the mutation
 */
MokedMutation *
moked_mutation_read (MokedSession      *session,
                     const MokedSchema *schema,
                     MokedCursor       *cursor,
                     GError           **error)
{
  g_autoptr (MokedMutation) self = g_object_new (MOKED_TYPE_MUTATION, NULL);
  g_autoptr (yyjson_doc) question = parse_json (moked_cursor_get_text (cursor, 7));
  const MokedEntityInfo *info = NULL;
  const char *id = NULL;

  self->id = moked_cursor_dup_text (cursor, 0);
  self->label = moked_cursor_dup_text (cursor, 1);
  self->state = parse_state (moked_cursor_get_text (cursor, 2));
  self->code = moked_cursor_dup_text (cursor, 3);
  self->detail = moked_cursor_dup_text (cursor, 4);
  self->made_at = moked_cursor_get_int (cursor, 5);
  self->ops = parse_json (moked_cursor_get_text (cursor, 6));
  read_ops (self, schema, &info, &id);
  if (question != NULL)
    read_question (self, schema, yyjson_doc_get_root (question), &info, &id);
  return find_subject (self, session, schema, info, id, error) ? g_steal_pointer (&self) : NULL;
}

/* --- asking --- */

const char *
moked_mutation_get_id (MokedMutation *self)
{
  return self->id;
}

/**
 * moked_mutation_get_label:
 *
 * Returns: what the person did, in the language that the UI had then
 */
const char *
moked_mutation_get_label (MokedMutation *self)
{
  return self->label;
}

MokedMutationState
moked_mutation_get_state (MokedMutation *self)
{
  return self->state;
}

/**
 * moked_mutation_get_code:
 *
 * Returns: (nullable): why it was rejected or is held, for programs; see [func@error_get_code] and [struct@Hold]
 */
const char *
moked_mutation_get_code (MokedMutation *self)
{
  return self->code;
}

/**
 * moked_mutation_get_detail:
 *
 * Returns: (nullable): why it was rejected or is held, in words
 */
const char *
moked_mutation_get_detail (MokedMutation *self)
{
  return self->detail;
}

gint64
moked_mutation_get_made_at (MokedMutation *self)
{
  return self->made_at;
}

/**
 * moked_mutation_asks:
 *
 * Returns: whether nothing becomes of it before a person did something
 */
gboolean
moked_mutation_asks (MokedMutation *self)
{
  return self->state == MOKED_MUTATION_REJECTED || self->state == MOKED_MUTATION_HELD;
}

/**
 * moked_mutation_get_subject_info:
 *
 * Returns: (nullable): what kind of record it is about, as people see it: a note is about its customer
 */
const MokedEntityInfo *
moked_mutation_get_subject_info (MokedMutation *self)
{
  return self->subject_info;
}

/**
 * moked_mutation_get_subject_id:
 *
 * Returns: (nullable): which record it is about
 */
const char *
moked_mutation_get_subject_id (MokedMutation *self)
{
  return self->subject_id;
}

/**
 * moked_mutation_get_title:
 *
 * Returns: (nullable): that record's name
 */
const char *
moked_mutation_get_title (MokedMutation *self)
{
  return self->title;
}

/**
 * moked_mutation_get_by:
 *
 * Returns: (nullable): the user who did what came in between, for one that is held
 */
const char *
moked_mutation_get_by (MokedMutation *self)
{
  return self->by;
}

/**
 * moked_mutation_get_at:
 *
 * Returns: when that was, microseconds UTC; 0 when it is not known
 */
gint64
moked_mutation_get_at (MokedMutation *self)
{
  return self->at;
}

/**
 * moked_mutation_get_fields:
 *
 * Returns: (element-type MokedField): what it sets
 */
const GPtrArray *
moked_mutation_get_fields (MokedMutation *self)
{
  return self->fields;
}

static yyjson_val *
find_command (MokedMutation *self)
{
  yyjson_arr_iter iter;
  yyjson_val *op;

  yyjson_arr_iter_init (yyjson_doc_get_root (self->ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    if (yyjson_equals_str (yyjson_obj_get (op, "op"), "command"))
      return op;
  return NULL;
}

/**
 * moked_mutation_get_command:
 *
 * Returns: (nullable): the first command in it, such as `message.send`
 */
const char *
moked_mutation_get_command (MokedMutation *self)
{
  return yyjson_get_str (yyjson_obj_get (find_command (self), "name"));
}

/**
 * moked_mutation_dup_argument:
 * @name: of an argument of that command
 *
 * Returns: (transfer full) (nullable): a text
 */
char *
moked_mutation_dup_argument (MokedMutation *self,
                             const char    *name)
{
  return g_strdup (yyjson_get_str (yyjson_obj_get (yyjson_obj_get (find_command (self), "args"), name)));
}
