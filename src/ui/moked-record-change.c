/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-record-change.h"

/**
 * MokedRecordChange:
 *
 * What somebody changed in one step: records as they were and as they are to be. It is written at once, and
 * a toast and Ctrl+Z offer to turn it back, as long as nobody changed the same again; what others changed
 * besides stays.
 */
struct _MokedRecordChange
{
  char      *label;
  char      *failure;
  GPtrArray *before; /* MokedEntity; NULL for a new record */
  GPtrArray *after;  /* MokedEntity; NULL for one that is deleted */
};

static void
clear_record (gpointer record)
{
  if (record != NULL)
    g_object_unref (record);
}

/**
 * moked_record_change_new:
 * @label: what is done, such as "Changing Dana", for the list of what waits
 *
 * Returns: (transfer full): an empty change
 */
MokedRecordChange *
moked_record_change_new (const char *label)
{
  MokedRecordChange *self = g_new0 (MokedRecordChange, 1);

  self->label = g_strdup (label);
  self->before = g_ptr_array_new_with_free_func (clear_record);
  self->after = g_ptr_array_new_with_free_func (clear_record);
  return self;
}

void
moked_record_change_free (MokedRecordChange *self)
{
  g_ptr_array_unref (self->before);
  g_ptr_array_unref (self->after);
  g_free (self->label);
  g_free (self->failure);
  g_free (self);
}

/**
 * moked_record_change_add:
 * @before: (nullable) (type Moked.Entity): a stored record, which must not be changed any more; %NULL for a new one
 * @after: (nullable) (type Moked.Entity): its changed copy; %NULL to delete it
 */
void
moked_record_change_add (MokedRecordChange *self,
                         gpointer           before,
                         gpointer           after)
{
  g_return_if_fail (before != NULL || after != NULL);

  g_ptr_array_add (self->before, before != NULL ? g_object_ref (before) : NULL);
  g_ptr_array_add (self->after, after != NULL ? g_object_ref (after) : NULL);
}

static MokedEdit *
create_edit (MokedRecordChange *self)
{
  MokedEdit *edit = moked_edit_new (self->label);

  for (guint i = 0; i < self->after->len; i++)
    {
      gpointer before = self->before->pdata[i], after = self->after->pdata[i];

      if (after != NULL)
        moked_edit_save (edit, after);
      else
        moked_edit_delete (edit, moked_entity_get_info (before), moked_entity_get_id (before));
    }
  return edit;
}

static void
undo (MokedUiContext *context,
      gpointer        user_data)
{
  MokedRecordChange *self = user_data;
  MokedEdit *edit = moked_edit_new (self->label);

  for (guint i = 0; i < self->before->len; i++)
    {
      gpointer before = self->before->pdata[i], after = self->after->pdata[i];
      g_autoptr (MokedEntity) back = NULL;

      if (before == NULL)
        moked_edit_take_back (edit, after);
      else if (after == NULL)
        moked_edit_restore (edit, moked_entity_get_info (before), moked_entity_get_id (before));
      else
        {
          back = moked_entity_copy (before);
          moked_entity_set_origin (back, after);
          moked_edit_save (edit, back);
        }
    }
  moked_ui_context_commit_undo (context, edit, self->failure);
}

/**
 * moked_record_change_write:
 * @self: a change
 * @context: of the window
 *
 * Returns: (transfer full): as of moked_cache_commit()
 */
DexFuture *
moked_record_change_write (MokedRecordChange *self,
                           MokedUiContext    *context)
{
  return moked_cache_commit (moked_ui_context_get_cache (context), create_edit (self));
}

/**
 * moked_record_change_offer_undo:
 * @self: (transfer full): a change that was written
 * @context: of the window
 * @done: what the toast says
 * @failure: what is said if it could not be turned back
 */
void
moked_record_change_offer_undo (MokedRecordChange *self,
                                MokedUiContext    *context,
                                const char        *done,
                                const char        *failure)
{
  g_set_str (&self->failure, failure);
  moked_ui_context_toast_undo (context, done, undo, self, (GDestroyNotify) moked_record_change_free);
}

/**
 * moked_record_change_commit:
 * @self: (transfer full): a change
 * @context: of the window
 * @done: what the toast says
 * @failure: what is said if it could not be written
 */
void
moked_record_change_commit (MokedRecordChange *self,
                            MokedUiContext    *context,
                            const char        *done,
                            const char        *failure)
{
  moked_ui_context_commit (context, create_edit (self), failure);
  moked_record_change_offer_undo (self, context, done, failure);
}
