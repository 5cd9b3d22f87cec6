/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-json.h"
#include "base/moked-phone.h"
#include "features/calls/moked-call.h"
#include "features/calls/moked-call-card.h"
#include "features/calls/moked-call-timeline.h"
#include "features/calls/moked-calls-page.h"
#include "ui/moked-ui-feature.h"

/* What the window gets from this folder: the page, the card of who calls, calls on a person's timeline. */

/* A vendor that repeats a call has it told again, perhaps after somebody put the card away. */
static gboolean
was_shown (MokedUiContext *context,
           const char     *call_id)
{
  static const char key[] = "moked-calls-shown";
  GHashTable *shown = g_object_get_data (G_OBJECT (context), key);

  if (shown == NULL)
    {
      shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (context), key, shown, (GDestroyNotify) g_hash_table_unref);
    }
  return !g_hash_table_add (shown, g_strdup (call_id));
}

static void
hear_event (MokedUiContext *context,
            const char     *name,
            const char     *json)
{
  g_autoptr (yyjson_doc) doc = NULL;
  const char *call_id;

  if (strcmp (name, "call.incoming") != 0)
    return;
  doc = moked_json_parse (json, strlen (json), MOKED_JSON_MAX_DEPTH, NULL);
  call_id = doc != NULL ? yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "call_id")) : NULL;
  if (call_id == NULL || was_shown (context, call_id))
    return;
  moked_ui_context_show_card (
    context,
    moked_call_card_new (context, yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "from")), call_id));
}

/* Notifications: calls that nobody of the office answered. */

static const char arrivals_sql[] =
    "SELECT e.id, CASE WHEN e.customer_id IS NULL THEN 'call' ELSE 'customer' END, coalesce (e.customer_id, ''), "
    "c.name, e.peer, e.voicemail IS NOT NULL FROM call e "
    "LEFT JOIN customer c ON c.business_id = e.business_id AND c.id = e.customer_id "
    "WHERE +e.business_id = $1 AND e.row_id > $2 AND " MOKED_CALL_MISSED_SQL " AND e.deleted_at IS NULL "
    "ORDER BY e.row_id";

static char *
dup_caller (MokedCursor *cursor)
{
  const char *name = moked_cursor_get_text (cursor, 3);
  const char *peer = moked_cursor_get_text (cursor, 4);

  if (name != NULL && *name != '\0')
    return g_strdup (name);
  return peer != NULL ? moked_phone_format (peer) : g_strdup (_("Withheld number"));
}

static char *
dup_outcome (MokedCursor *cursor)
{
  gboolean voicemail = moked_cursor_get_int (cursor, 5) != 0;

  return g_strdup (voicemail ? _("Missed call, with a recorded message") : _("Missed call"));
}

static char *
dup_summary (guint n)
{
  return g_strdup_printf (ngettext ("%u missed call", "%u missed calls", n), n);
}

static const MokedArrivalSource arrivals = {
  .entity = "call",
  .max_row_sql = "SELECT row_id FROM call WHERE +business_id = $1 ORDER BY row_id DESC LIMIT 1",
  .list_sql = arrivals_sql,
  .page = "call",
  .dup_title = dup_caller,
  .dup_body = dup_outcome,
  .dup_summary = dup_summary,
};

static const char *const entities[] = { "call", NULL };

extern const MokedUiFeature moked_calls_ui;

const MokedUiFeature moked_calls_ui = {
  .name = "calls",
  .title = N_("Calls"),
  .icon_name = "phone-call-symbolic",
  .order = 30,
  .create_page = moked_calls_page_new,
  .entities = entities,
  .person = &moked_call_timeline,
  .arrivals = &arrivals,
  .live_event = hear_event,
};
