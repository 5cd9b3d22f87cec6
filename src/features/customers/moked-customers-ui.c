/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "features/customers/moked-customer-editor.h"
#include "features/customers/moked-customer-notes.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-customers-list.h"
#include "features/customers/moked-customers-page.h"
#include "features/customers/moked-customers.h"
#include "features/customers/moked-history-dialog.h"
#include "features/customers/moked-identity.h"
#include "ui/moked-search-hit.h"
#include "ui/moked-ui-feature.h"

/* What the window gets from this folder: the page, quick search and notes on the timeline. */

static const char *const hit_columns[] = { "e.name", "e.phone", "e.city", NULL };
static const char *const hit_order[] = { "sort_name", NULL };

static MokedSearchHit *
create_hit (MokedRow *row)
{
  const char *phone = moked_row_get_text (row, 1);
  const char *city = moked_row_get_text (row, 2);
  g_autofree char *display = phone != NULL ? moked_identity_dup_display (MOKED_IDENTITY_PHONE, phone) : NULL;
  g_autofree char *subtitle = NULL;

  if (display != NULL && city != NULL)
    subtitle = g_strconcat (display, " · ", city, NULL);
  else
    subtitle = g_strdup (display != NULL ? display : city);
  return moked_search_hit_new (moked_customer_info.name, moked_row_get_id (row), moked_row_get_text (row, 0), subtitle,
                               "avatar-default-symbolic");
}

static DexFuture *
list_hits (MokedSession *session,
           gpointer      query)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) rows = moked_query_list (query, session, &error);
  GPtrArray *hits;

  if (rows == NULL)
    return dex_future_new_for_error (error);
  hits = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (hits, create_hit (rows->pdata[i]));
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, hits);
}

static DexFuture *
search (MokedUiContext *context,
        const char     *text,
        guint           limit)
{
  MokedQuery *query = moked_query_new (moked_customer_info.name, hit_columns);

  moked_query_set_order (query, hit_order, FALSE);
  moked_query_set_limit (query, limit);
  moked_query_add_search (query, &moked_customers_search, text);
  return moked_cache_read (moked_ui_context_get_cache (context), list_hits, query, (GDestroyNotify) moked_query_unref);
}

static void
create_customer (MokedUiContext *context)
{
  moked_customer_editor_present (context, NULL);
}

static void
show_history (MokedUiContext *context)
{
  const char *id = moked_ui_context_get_current (context, moked_customer_info.name);

  if (id != NULL)
    moked_history_dialog_present (context, id);
  else
    moked_ui_context_toast (context, _("Open a customer to see what changed"));
}

static const char *const entities[] = { "customer", NULL };

static const MokedUiAction actions[] = {
  { "customer-new", N_("New Customer"), "list-add-symbolic", NULL, create_customer },
  { "customer-history", N_("Change History of the Customer"), "document-open-recent-symbolic", "<Ctrl>h",
    show_history },
  { 0 },
};

extern const MokedUiFeature moked_customers_ui;

const MokedUiFeature moked_customers_ui = {
  .name = "customers",
  .title = N_("Customers"),
  .icon_name = "system-users-symbolic",
  .order = 40,
  .create_page = moked_customers_page_new,
  .entities = entities,
  .actions = actions,
  .search = search,
  .person = &moked_customer_notes,
};
