/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-deletion.h"

#include <glib/gi18n-lib.h>

#include "features/attachments/moked-attachment.h"
#include "features/customers/moked-identity.h"

/* A customer goes with their identities, so that whoever uses the number next is somebody new, and with their
 * files, and comes back with them. */

static void
add_operations (MokedEdit           *edit,
                MokedCustomerRecord *record,
                void               (*add) (MokedEdit             *edit,
                             const MokedEntityInfo *info,
                             const char *id))
{
  GPtrArray *identities = moked_customer_record_get_identities (record);
  GPtrArray *attachments = moked_customer_record_get_attachments (record);

  add (edit, &moked_customer_info, moked_entity_get_id (moked_customer_record_get_customer (record)));
  for (guint i = 0; i < identities->len; i++)
    add (edit, &moked_identity_info, moked_entity_get_id (identities->pdata[i]));
  for (guint i = 0; i < attachments->len; i++)
    add (edit, &moked_attachment_info, moked_entity_get_id (attachments->pdata[i]));
}

static void
restore (MokedUiContext *context,
         gpointer        user_data)
{
  MokedCustomerRecord *record = user_data;
  MokedCustomer *customer = moked_customer_record_get_customer (record);
  g_autofree char *label = g_strdup_printf (_("Restoring %s"), customer->name);
  MokedEdit *edit = moked_edit_new (label);

  add_operations (edit, record, moked_edit_restore);
  moked_ui_context_commit_undo (context, edit, _("The customer was not restored"));
}

/**
 * moked_customer_deletion_run:
 * @context: of the window
 * @record: who is deleted
 *
 * Deletes a customer and offers to take that back.
 */
void
moked_customer_deletion_run (MokedUiContext      *context,
                             MokedCustomerRecord *record)
{
  MokedCustomer *customer = moked_customer_record_get_customer (record);
  /* Translators: %s is a customer */
  g_autofree char *label = g_strdup_printf (_("Deleting %s"), customer->name);
  /* Translators: %s is a customer */
  g_autofree char *title = g_strdup_printf (_("%s: deleted"), customer->name);
  MokedEdit *edit = moked_edit_new (label);

  add_operations (edit, record, moked_edit_delete);
  moked_ui_context_commit (context, edit, _("The customer was not deleted"));
  moked_ui_context_toast_undo (context, title, restore, g_object_ref (record), g_object_unref);
}
