/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customers-query.h"

#include "features/customers/moked-customers.h"
#include "store/moked-search-text.h"

/**
 * moked_customers_narrow:
 * @query: a query over customers that no model uses yet
 * @status: (nullable): nick of a status
 * @owner_id: (nullable): a user
 * @tag: (nullable): exactly this tag, but for points, case and the like; it is looked up in the search
 *   index, because going through the tags of a million rows takes seconds
 */
void
moked_customers_narrow (MokedQuery *query,
                        const char *status,
                        const char *owner_id,
                        const char *tag)
{
  if (status != NULL)
    moked_query_add_filter (query, "e.status = ?", "t", status);
  if (owner_id != NULL)
    moked_query_add_filter (query, "e.owner_id = ?", "t", owner_id);
  if (tag != NULL && *tag != '\0')
    {
      g_autofree char *phrase = moked_search_text_dup_tag (tag);

      moked_query_add_match (query, moked_customers_search.index, (const char *const[]) { phrase, NULL });
    }
}
