/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-message-list.h"

#include "sync/moked-cache.h"

static const char *const columns[] = {
  [MOKED_MESSAGE_ROW_CONVERSATION] = "e.conversation_id",
  [MOKED_MESSAGE_ROW_DIRECTION] = "e.direction",
  [MOKED_MESSAGE_ROW_KIND] = "e.kind",
  [MOKED_MESSAGE_ROW_BODY] = "e.body",
  [MOKED_MESSAGE_ROW_MEDIA] = "e.media",
  [MOKED_MESSAGE_ROW_STATE] = "e.state",
  [MOKED_MESSAGE_ROW_ERROR] = "e.error",
  [MOKED_MESSAGE_ROW_AT] = "e.created_at",
  [MOKED_MESSAGE_ROW_PREVIOUS_AT] = "p.created_at",
  [MOKED_MESSAGE_ROW_PREVIOUS_DIRECTION] = "p.direction",
  [MOKED_MESSAGE_ROW_MUTATION] = "o.id",
  [MOKED_MESSAGE_ROW_MUTATION_STATE] = "o.state",
  [MOKED_MESSAGE_ROW_MUTATION_DETAIL] = "o.detail",
  [MOKED_MESSAGE_ROW_MUTATION_CODE] = "CASE WHEN o.state = 'held' THEN o.code END",
  [MOKED_MESSAGE_ROW_LAST_INCOMING] = "CASE WHEN o.state = 'held' THEN (SELECT v.last_incoming_at FROM conversation v "
                                      "WHERE v.business_id = e.business_id AND v.id = e.conversation_id) END",
  NULL,
};

static const char previous[] =
    "LEFT JOIN message p ON p.row_id = (SELECT q.row_id FROM message q WHERE q.business_id = e.business_id "
    "AND q.conversation_id = e.conversation_id AND q.deleted_at IS NULL AND q.state <> 'cancelled' "
    "AND (q.created_at, q.row_id) < (e.created_at, e.row_id) ORDER BY q.created_at DESC, q.row_id DESC LIMIT 1) ";

static const char *const order[] = { "created_at", NULL };

/**
 * moked_message_list_query:
 *
 * Returns: (transfer full): a query for messages that were not taken back, newest first
 */
MokedQuery *
moked_message_list_query (void)
{
  MokedQuery *query = moked_query_new (moked_message_info.name, columns);
  g_autofree char *mutation = moked_cache_dup_mutation_join ("e.state = 'waiting'");
  g_autofree char *joins = g_strconcat (previous, mutation, NULL);

  moked_query_set_joins (query, joins);
  moked_query_set_order (query, order, TRUE);
  moked_query_add_filter (query, "e.state <> 'cancelled'", "");
  return query;
}

static int
get_enum (MokedRow             *row,
          guint                 column,
          const MokedEnumValue *values)
{
  const char *nick = moked_row_get_text (row, column);
  int value = 0;

  if (nick != NULL && !moked_enum_parse_nick (values, nick, &value))
    return 0;
  return value;
}

MokedDirection
moked_message_list_get_direction (MokedRow *row)
{
  return get_enum (row, MOKED_MESSAGE_ROW_DIRECTION, moked_directions);
}

MokedMessageKind
moked_message_list_get_kind (MokedRow *row)
{
  return get_enum (row, MOKED_MESSAGE_ROW_KIND, moked_message_kinds);
}

MokedDelivery
moked_message_list_get_state (MokedRow *row)
{
  return get_enum (row, MOKED_MESSAGE_ROW_STATE, moked_deliveries);
}
