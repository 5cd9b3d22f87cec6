/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-edit-private.h"

/**
 * MokedEdit:
 *
 * One action of a person, before it is committed: what is saved, deleted or asked of the service
 * together. [method@Cache.commit] makes it one local transaction and one mutation in the outbox.
 */
struct _MokedEdit
{
  char      *label;
  GPtrArray *ops; /* MokedEditOp */
  gboolean   undoes;
  char      *action;
};

static void
free_op (gpointer data)
{
  MokedEditOp *op = data;

  g_clear_object (&op->entity);
  g_free (op->id);
  g_free (op->command);
  g_free (op->args_json);
  g_free (op);
}

/* What the copy is compared with is what @entity is compared with, not @entity. */
static MokedEntity *
copy_entity (gpointer entity)
{
  MokedEntity *copy = moked_entity_copy (entity);

  moked_entity_set_origin (copy, moked_entity_get_origin (entity));
  return copy;
}

static MokedEditOp *
add_op (MokedEdit    *self,
        MokedEditKind kind)
{
  MokedEditOp *op = g_new0 (MokedEditOp, 1);

  op->kind = kind;
  g_ptr_array_add (self->ops, op);
  return op;
}

/**
 * moked_edit_new:
 * @label: what the person did, in the UI's language, for the list of what waits
 *
 * Returns: (transfer full): an empty edit
 */
MokedEdit *
moked_edit_new (const char *label)
{
  MokedEdit *self = g_new0 (MokedEdit, 1);

  self->label = g_strdup (label);
  self->ops = g_ptr_array_new_with_free_func (free_op);
  return self;
}

void
moked_edit_free (MokedEdit *self)
{
  g_ptr_array_unref (self->ops);
  g_free (self->label);
  g_free (self->action);
  g_free (self);
}

const char *
moked_edit_get_label (MokedEdit *self)
{
  return self->label;
}

const GPtrArray *
moked_edit_get_ops (MokedEdit *self)
{
  return self->ops;
}

gboolean
moked_edit_get_undoes (MokedEdit *self)
{
  return self->undoes;
}

/**
 * moked_edit_set_undoes:
 * @self: an edit
 * @undoes: whether it turns back what was done before: it is refused with %MOKED_ERROR_CONFLICT where a field that
 *   it saves is another by now than in what the record was copied from
 */
void
moked_edit_set_undoes (MokedEdit *self,
                       gboolean   undoes)
{
  self->undoes = undoes;
}

const char *
moked_edit_get_action (MokedEdit *self)
{
  return self->action;
}

/**
 * moked_edit_set_action:
 * @self: an edit
 * @action: an ULID that all edits of one action have in common
 *
 * Makes it a part of an action that is too large for one step, such as a change of many records. Each record for itself
 * is passed over where the service would ask about it, so that the others do not wait for an answer; and
 * [method@Cache.undo_action] turns all of them back together.
 */
void
moked_edit_set_action (MokedEdit  *self,
                       const char *action)
{
  g_set_str (&self->action, action);
}

/**
 * moked_edit_undo:
 * @self: an empty edit; nothing else can be in it
 * @action: an action, or the one mutation that it was
 *
 * Asks the service to turn back all that an action changed.
 */
void
moked_edit_undo (MokedEdit  *self,
                 const char *action)
{
  add_op (self, MOKED_EDIT_UNDO)->id = g_strdup (action);
}

/**
 * moked_edit_save:
 * @self: an edit
 * @entity: (type Moked.Entity): a new record, or a changed copy of a stored one; it is copied. Only the
 *   fields that differ from what it was copied from travel (by [method@Entity.copy]; from the stored record
 *   when it is no copy).
 */
void
moked_edit_save (MokedEdit *self,
                 gpointer   entity)
{
  add_op (self, MOKED_EDIT_SAVE)->entity = copy_entity (entity);
}

void
moked_edit_delete (MokedEdit             *self,
                   const MokedEntityInfo *info,
                   const char            *id)
{
  MokedEditOp *op = add_op (self, MOKED_EDIT_DELETE);

  op->info = info;
  op->id = g_strdup (id);
}

/**
 * moked_edit_take_back:
 * @self: an edit
 * @entity: (type Moked.Entity): a record as it was made
 *
 * The undoing of a creation: refused with %MOKED_ERROR_CONFLICT when people changed the record since.
 */
void
moked_edit_take_back (MokedEdit *self,
                      gpointer   entity)
{
  MokedEditOp *op = add_op (self, MOKED_EDIT_DELETE);

  op->entity = moked_entity_copy (entity);
  op->info = moked_entity_get_info (entity);
  op->id = g_strdup (moked_entity_get_id (entity));
}

/**
 * moked_edit_restore:
 *
 * The undoing of a delete.
 */
void
moked_edit_restore (MokedEdit             *self,
                    const MokedEntityInfo *info,
                    const char            *id)
{
  MokedEditOp *op = add_op (self, MOKED_EDIT_RESTORE);

  op->info = info;
  op->id = g_strdup (id);
}

/**
 * moked_edit_command:
 * @self: an edit
 * @name: a [struct@Command] of the service, such as `message.send`
 * @args_json: its arguments, a JSON object
 */
void
moked_edit_command (MokedEdit  *self,
                    const char *name,
                    const char *args_json)
{
  MokedEditOp *op = add_op (self, MOKED_EDIT_COMMAND);

  op->command = g_strdup (name);
  op->args_json = g_strdup (args_json);
}

/**
 * moked_edit_overlay:
 * @self: an edit
 * @entity: (type Moked.Entity): how the record looks here until the service's own row of it arrives, or
 *   until the edit is cancelled; it is copied and does not travel
 */
void
moked_edit_overlay (MokedEdit *self,
                    gpointer   entity)
{
  add_op (self, MOKED_EDIT_OVERLAY)->entity = copy_entity (entity);
}
