/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "sync/moked-hold.h"
#include "sync/moked-outbox-private.h"

/* A person's answer to what is held. What was held is settled: what is done now is a mutation of its own, with an id
 * of its own, that says what the person knew. */

typedef struct
{
  char   *id;
  char   *ops;
  char   *code;
  char   *entity; /* that the question is about */
  char   *entity_id;
  gint64  seq;
} Held;

static void
free_held (gpointer data)
{
  Held *held = data;

  g_free (held->id);
  g_free (held->ops);
  g_free (held->code);
  g_free (held->entity);
  g_free (held->entity_id);
  g_free (held);
}

static Held *
read_held (MokedCursor *cursor)
{
  const char *json = moked_cursor_get_text (cursor, 3);
  g_autoptr (yyjson_doc) question = json != NULL ? yyjson_read (json, strlen (json), 0) : NULL;
  yyjson_val *root = yyjson_doc_get_root (question);
  Held *held = g_new0 (Held, 1);

  held->id = moked_cursor_dup_text (cursor, 0);
  held->ops = moked_cursor_dup_text (cursor, 1);
  held->code = moked_cursor_dup_text (cursor, 2);
  held->entity = g_strdup (yyjson_get_str (yyjson_obj_get (root, "entity")));
  held->entity_id = g_strdup (yyjson_get_str (yyjson_obj_get (root, "id")));
  if (!moked_json_get_optional_int (root, "seq", 0, &held->seq, NULL))
    held->seq = 0;
  return held;
}

/* (element-type Held): oldest first. */
static GPtrArray *
list_held (MokedSession *session,
           GError      **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (free_held);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT id, ops, code, question FROM outbox WHERE business_id = $1 AND state = 'held' "
                           "ORDER BY position",
                           "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    g_ptr_array_add (found, read_held (cursor));
  if (local_error == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* One answer is for all edits of the same deleted record. */
static gboolean
is_same_question (const Held *held,
                  const Held *other)
{
  return held == other || (g_strcmp0 (held->code, MOKED_HOLD_DELETED) == 0 &&
                           g_strcmp0 (held->code, other->code) == 0 && held->entity_id != NULL &&
                           g_strcmp0 (held->entity_id, other->entity_id) == 0);
}

/* Leaves in @list what one answer is for. */
static gboolean
keep_question (GPtrArray  *list,
               const char *mutation_id,
               GError    **error)
{
  const Held *asked = NULL;

  for (guint i = 0; asked == NULL && i < list->len; i++)
    if (strcmp (((Held *) list->pdata[i])->id, mutation_id) == 0)
      asked = list->pdata[i];
  if (asked == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "It was settled already");
      return FALSE;
    }
  for (guint i = list->len; i > 0; i--)
    if (!is_same_question (list->pdata[i - 1], asked))
      g_ptr_array_remove_index (list, i - 1);
  return TRUE;
}

/* --- what is done all the same --- */

static void
add_restore (yyjson_mut_doc *doc,
             yyjson_mut_val *ops,
             const Held     *held)
{
  yyjson_mut_val *op = yyjson_mut_obj (doc);

  yyjson_mut_obj_add_str (doc, op, "op", "restore");
  yyjson_mut_obj_add_str (doc, op, "entity", held->entity);
  yyjson_mut_obj_add_str (doc, op, "id", held->entity_id);
  yyjson_mut_arr_append (ops, op);
}

/* A command says which questions its author answered. */
static yyjson_mut_val *
confirm_op (yyjson_mut_doc *doc,
            yyjson_val     *op,
            const char     *code)
{
  yyjson_mut_val *copy = yyjson_val_mut_copy (doc, op);
  yyjson_mut_val *confirmed;

  if (!yyjson_equals_str (yyjson_obj_get (op, "op"), "command"))
    return copy;
  confirmed = yyjson_mut_obj_get (copy, "confirmed");
  if (confirmed == NULL)
    confirmed = yyjson_mut_obj_add_arr (doc, copy, "confirmed");
  yyjson_mut_arr_add_str (doc, confirmed, code);
  return copy;
}

static char *
dup_confirmed_ops (const Held *held,
                   gboolean    restores)
{
  g_autoptr (yyjson_doc) ops = yyjson_read (held->ops, strlen (held->ops), 0);
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *list = yyjson_mut_arr (doc);
  yyjson_arr_iter iter;
  yyjson_val *op;

  if (restores)
    add_restore (doc, list, held);
  yyjson_arr_iter_init (yyjson_doc_get_root (ops), &iter);
  while ((op = yyjson_arr_iter_next (&iter)) != NULL)
    yyjson_mut_arr_append (list, confirm_op (doc, op, held->code));
  return moked_outbox_write_json (list);
}

/* A deletion is done knowing what its question told of. */
static gboolean
confirm_one (MokedSession      *session,
             const MokedSchema *schema,
             const Held        *held,
             gboolean           restores,
             GError           **error)
{
  g_autofree char *new_id = moked_ulid_new (NULL);
  g_autofree char *ops = dup_confirmed_ops (held, restores);
  gint64 least_base = strcmp (held->code, MOKED_HOLD_EDITED) == 0 ? held->seq : 0;

  return moked_session_exec (session, error,
                             "UPDATE outbox SET ops = $3, base = CASE WHEN base < $4 THEN $4 ELSE base END, "
                             "made_at = $5 WHERE business_id = $1 AND id = $2",
                             "ttii", held->id, ops, least_base, moked_session_get_now (session)) &&
         moked_outbox_send_again (session, schema, held->id, new_id, error);
}

/**
 * moked_outbox_confirm_held:
 * @session: a session of the cache
 * @schema: the records that travel
 * @mutation_id: one that is held
 * @error: %MOKED_ERROR_NOT_FOUND when it was answered before
 *
 * The person wants it all the same. A record that was deleted meanwhile is brought back, with all that was changed of
 * it here.
 */
gboolean
moked_outbox_confirm_held (MokedSession      *session,
                           const MokedSchema *schema,
                           const char        *mutation_id,
                           GError           **error)
{
  g_autoptr (GPtrArray) list = list_held (session, error);

  if (list == NULL || !keep_question (list, mutation_id, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    {
      const Held *held = list->pdata[i];
      gboolean restores = i == 0 && strcmp (held->code, MOKED_HOLD_DELETED) == 0 && held->entity != NULL &&
                          held->entity_id != NULL;

      if (!confirm_one (session, schema, held, restores, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * moked_outbox_drop_held:
 * @mutation_id: one that is held
 * @error: %MOKED_ERROR_NOT_FOUND when it was answered before
 *
 * The person does not want it any more.
 */
gboolean
moked_outbox_drop_held (MokedSession      *session,
                        const MokedSchema *schema,
                        const char        *mutation_id,
                        GError           **error)
{
  g_autoptr (GPtrArray) list = list_held (session, error);

  if (list == NULL || !keep_question (list, mutation_id, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    if (!moked_outbox_cancel (session, schema, ((const Held *) list->pdata[i])->id, error))
      return FALSE;
  return TRUE;
}
