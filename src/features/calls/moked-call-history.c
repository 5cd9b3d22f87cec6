/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/calls/moked-call-history.h"

#include "features/calls/moked-call.h"
#include "store/moked-entity-store.h"

/**
 * moked_call_history_list:
 * @session: a business's session
 * @customer_id: whose calls
 * @before: microseconds since 1970 UTC
 * @limit: how many at most
 *
 * Returns: (transfer full) (element-type MokedCall) (nullable): those that began before @before, newest first
 */
GPtrArray *
moked_call_history_list (MokedSession *session,
                         const char   *customer_id,
                         gint64        before,
                         guint         limit,
                         GError      **error)
{
  return moked_entity_store_list (session, &moked_call_info, error,
                                  "WHERE business_id = $1 AND customer_id = $2 AND started_at < $3 "
                                  "AND deleted_at IS NULL ORDER BY started_at DESC LIMIT $4",
                                  "tii", customer_id, before, (gint64) limit);
}
