/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customers-list.h"

#include <glib/gi18n-lib.h>

#include "base/moked-locale.h"
#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-customers.h"

/* The list of customers: what it reads and how a row looks. */

static const char *const fields[] = {
  [MOKED_CUSTOMERS_ROW_NAME] = "e.name",
  [MOKED_CUSTOMERS_ROW_PHONE] = "e.phone",
  [MOKED_CUSTOMERS_ROW_CITY] = "e.city",
  [MOKED_CUSTOMERS_ROW_STATUS] = "e.status",
  [MOKED_CUSTOMERS_ROW_TAGS] = "e.tags",
  [MOKED_CUSTOMERS_ROW_ACTIVITY_AT] = "e.last_activity_at",
  [MOKED_CUSTOMERS_ROW_OWNER] = "u.name",
  NULL,
};

static const char *const watched[] = { "user", NULL };

static const char *const by_name[] = { "sort_name", NULL };
static const char *const by_city[] = { "city", "sort_name", NULL };
static const char *const by_status[] = { "status", "sort_name", NULL };
static const char *const by_activity[] = { "last_activity_at", "sort_name", NULL };

static char *
dup_name (MokedRow *row)
{
  return g_strdup (moked_row_get_text (row, MOKED_CUSTOMERS_ROW_NAME));
}

static char *
dup_phone (MokedRow *row)
{
  const char *phone = moked_row_get_text (row, MOKED_CUSTOMERS_ROW_PHONE);
  g_autofree char *formatted = phone != NULL ? moked_phone_format (phone) : NULL;

  return formatted != NULL ? moked_text_isolate_ltr (formatted) : NULL;
}

static char *
dup_city (MokedRow *row)
{
  return g_strdup (moked_row_get_text (row, MOKED_CUSTOMERS_ROW_CITY));
}

static char *
dup_status (MokedRow *row)
{
  int status;

  if (!moked_enum_parse_nick (moked_customer_statuses, moked_row_get_text (row, MOKED_CUSTOMERS_ROW_STATUS), &status))
    return NULL;
  return g_strdup (_ (moked_enum_get_label (moked_customer_statuses, status)));
}

static char *
dup_tags (MokedRow *row)
{
  const char *tags = moked_row_get_text (row, MOKED_CUSTOMERS_ROW_TAGS);
  g_auto (GStrv) parts = tags != NULL ? g_strsplit (tags, "\n", -1) : NULL;
  g_autofree char *joined = NULL;

  /* A Latin tag must not turn the whole cell to the left: a mark says how the cell itself runs. */
  joined = parts != NULL ? g_strjoinv (" · ", parts) : NULL;
  return joined != NULL ? g_strconcat (moked_locale_is_rtl () ? "\u200f" : "\u200e", joined, NULL) : NULL;
}

static char *
dup_owner (MokedRow *row)
{
  return g_strdup (moked_row_get_text (row, MOKED_CUSTOMERS_ROW_OWNER));
}

static char *
dup_activity (MokedRow *row)
{
  gint64 at = moked_row_get_int (row, MOKED_CUSTOMERS_ROW_ACTIVITY_AT);

  return at != 0 ? moked_time_format_relative (at, g_get_real_time ()) : NULL;
}

static const MokedListColumn columns[] = {
  { N_("Name"), by_name, 220, MOKED_LIST_STRONG, dup_name },
  { N_("Phone"), NULL, 140, MOKED_LIST_NUMERIC, dup_phone },
  { N_("City"), by_city, 130, MOKED_LIST_PLAIN, dup_city },
  { N_("Status"), by_status, 110, MOKED_LIST_PLAIN, dup_status },
  { N_("Tags"), NULL, 0, MOKED_LIST_DIM, dup_tags },
  { N_("Owner"), NULL, 120, MOKED_LIST_PLAIN, dup_owner },
  { N_("Last activity"), by_activity, 140, MOKED_LIST_DIM, dup_activity },
  { 0 },
};

static void
describe (MokedRow         *row,
          MokedListRowText *text)
{
  g_autofree char *phone = dup_phone (row);
  const char *city = moked_row_get_text (row, MOKED_CUSTOMERS_ROW_CITY);

  text->title = dup_name (row);
  text->trailing = dup_activity (row);
  if (phone != NULL && city != NULL)
    text->subtitle = g_strconcat (phone, " · ", city, NULL);
  else
    text->subtitle = g_strdup (phone != NULL ? phone : city);
}

static char *
dup_count (guint    n,
           gboolean capped)
{
  if (capped)
    return g_strdup_printf (ngettext ("The first %'u customer", "The first %'u customers", n), n);
  return g_strdup_printf (ngettext ("%'u customer", "%'u customers", n), n);
}

const MokedListSpec moked_customers_list = {
  .table = "customer",
  .fields = fields,
  .joins = "LEFT JOIN \"user\" u ON u.business_id = e.business_id AND u.id = e.owner_id",
  .watched = watched,
  .search = &moked_customers_search,
  .columns = columns,
  .name = N_("Customers"),
  .search_hint = N_("Name, phone, e-mail or tag"),
  .empty_icon = "system-users-symbolic",
  .empty_title = N_("No Customers Yet"),
  .empty_text = N_("Whoever writes or calls appears here by themselves."),
  .none_title = N_("Nobody Fits"),
  .describe = describe,
  .dup_count = dup_count,
};
