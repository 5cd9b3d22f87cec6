/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customers-change.h"

#include <glib/gi18n-lib.h>

#include "base/moked-ulid.h"
#include "features/attachments/moked-attachment.h"
#include "features/customers/moked-customer-batch.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"

/* One change of many customers: in steps, which are one action, with one toast that turns all of it back. */

/* Customers in one step: what the cache writes without keeping a page waiting. */
#define STEP 50

typedef struct
{
  MokedUiContext          *context;
  GArray                  *row_ids; /* gint64 */
  MokedCustomersChangeKind kind;
  char                    *value;
  char                    *action;
  char                    *label;
  guint                    n_steps;
  guint                    n_changed;
} Change;

static void
change_clear (gpointer data)
{
  Change *change = data;

  g_object_unref (change->context);
  g_array_unref (change->row_ids);
  g_free (change->value);
  g_free (change->action);
  g_free (change->label);
}

static void
change_unref (gpointer change)
{
  g_atomic_rc_box_release_full (change, change_clear);
}

/* --- one step --- */

/* Returns whether there is anything to change. */
static gboolean
change_customer (Change        *change,
                 MokedCustomer *customer)
{
  g_autofree char *tags = NULL;
  int status = customer->status;

  switch (change->kind)
    {
    case MOKED_CUSTOMERS_SET_STATUS:
      moked_enum_parse_nick (moked_customer_statuses, change->value, &customer->status);
      return customer->status != status;
    case MOKED_CUSTOMERS_SET_OWNER:
      return g_set_str (&customer->owner_id, change->value);
    case MOKED_CUSTOMERS_ADD_TAG:
      tags = moked_set_merge (customer->tags, change->value, NULL);
      return g_set_str (&customer->tags, tags);
    case MOKED_CUSTOMERS_REMOVE_TAG:
      tags = moked_set_merge (customer->tags, NULL, change->value);
      return g_set_str (&customer->tags, tags);
    case MOKED_CUSTOMERS_DELETE:
    default:
      return TRUE;
    }
}

static MokedEdit *
create_edit (Change             *change,
             MokedCustomerBatch *batch,
             guint              *out_n)
{
  MokedEdit *edit = moked_edit_new (change->label);

  moked_edit_set_action (edit, change->action);
  *out_n = 0;
  for (guint i = 0; i < batch->customers->len; i++)
    {
      MokedCustomer *stored = batch->customers->pdata[i];
      g_autoptr (MokedCustomer) changed = moked_entity_copy (stored);

      if (change->kind == MOKED_CUSTOMERS_DELETE)
        moked_edit_delete (edit, &moked_customer_info, moked_entity_get_id (stored));
      else if (change_customer (change, changed))
        moked_edit_save (edit, changed);
      else
        continue;
      (*out_n)++;
    }
  for (guint i = 0; change->kind == MOKED_CUSTOMERS_DELETE && i < batch->identities->len; i++)
    moked_edit_delete (edit, &moked_identity_info, moked_entity_get_id (batch->identities->pdata[i]));
  for (guint i = 0; change->kind == MOKED_CUSTOMERS_DELETE && i < batch->attachments->len; i++)
    moked_edit_delete (edit, &moked_attachment_info, moked_entity_get_id (batch->attachments->pdata[i]));
  return edit;
}

static gboolean
run_step (Change  *change,
          guint    first,
          GError **error)
{
  MokedCache *cache = moked_ui_context_get_cache (change->context);
  guint n_rows = MIN (STEP, change->row_ids->len - first), n;
  g_autoptr (MokedCustomerBatch) batch =
      moked_customer_batch_new (&g_array_index (change->row_ids, gint64, first), n_rows);
  g_autoptr (MokedEdit) edit = NULL;
  g_autofree char *mutation = NULL;

  if (!dex_await (moked_customer_batch_read (batch, cache), error))
    return FALSE;
  edit = create_edit (change, batch, &n);
  if (n == 0)
    return TRUE;
  mutation = dex_await_string (moked_cache_commit (cache, g_steal_pointer (&edit)), error);
  if (mutation == NULL)
    return FALSE;
  change->n_steps++;
  change->n_changed += n;
  return TRUE;
}

/* --- all of it --- */

static DexFuture *
on_undo_failed (DexFuture *future,
                gpointer   context)
{
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    moked_ui_context_show_error (context, _("Nothing was changed"), error);
  return NULL;
}

static void
undo (MokedUiContext *context,
      gpointer        user_data)
{
  Change *change = user_data;
  /* Translators: %s is what is undone, such as "Status of customers" */
  g_autofree char *label = g_strdup_printf (_("Undo: %s"), change->label);

  dex_future_disown (dex_future_catch (moked_cache_undo_action (moked_ui_context_get_cache (context), change->action,
                                                                change->n_steps, label),
                                       on_undo_failed, g_object_ref (context), g_object_unref));
}

static void
offer_undo (Change *change)
{
  g_autofree char *title = NULL;

  if (change->n_changed == 0)
    {
      moked_ui_context_toast (change->context, _("There was nothing to change"));
      return;
    }
  if (change->kind == MOKED_CUSTOMERS_DELETE)
    title = g_strdup_printf (ngettext ("%u customer was deleted", "%u customers were deleted", change->n_changed),
                             change->n_changed);
  else
    title = g_strdup_printf (ngettext ("%u customer was updated", "%u customers were updated", change->n_changed),
                             change->n_changed);
  moked_ui_context_toast_undo (change->context, title, undo, g_atomic_rc_box_acquire (change), change_unref);
}

/* What was done before a step failed is told, and can be turned back. */
static DexFuture *
run_fiber (gpointer user_data)
{
  Change *change = user_data;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; error == NULL && i < change->row_ids->len; i += STEP)
    if (!run_step (change, i, &error))
      break;
  offer_undo (change);
  if (error != NULL)
    moked_ui_context_show_error (change->context, _("Not all customers were changed"), error);
  return dex_future_new_true ();
}

static const char *
get_label (MokedCustomersChangeKind kind)
{
  switch (kind)
    {
    case MOKED_CUSTOMERS_SET_STATUS:
      return _("Status of several customers");
    case MOKED_CUSTOMERS_SET_OWNER:
      return _("Owner of several customers");
    case MOKED_CUSTOMERS_DELETE:
      return _("Deleting several customers");
    case MOKED_CUSTOMERS_ADD_TAG:
    case MOKED_CUSTOMERS_REMOVE_TAG:
    default:
      return _("Tags of several customers");
    }
}

/**
 * moked_customers_change_run:
 * @context: of the window
 * @row_ids: (element-type gint64): which customers
 * @kind: what is changed
 * @value: (nullable): see [enum@CustomersChangeKind]
 *
 * Changes many customers as one action, and offers to turn it back when it is done.
 */
void
moked_customers_change_run (MokedUiContext          *context,
                            GArray                  *row_ids,
                            MokedCustomersChangeKind kind,
                            const char              *value)
{
  Change *change = g_atomic_rc_box_new0 (Change);

  change->context = g_object_ref (context);
  change->row_ids = g_array_ref (row_ids);
  change->kind = kind;
  change->value = g_strdup (value);
  change->action = moked_ulid_new (moked_ui_context_get_clock (context));
  change->label = g_strdup (get_label (kind));
  dex_future_disown (dex_scheduler_spawn (NULL, 0, run_fiber, change, change_unref));
}
