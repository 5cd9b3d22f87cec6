/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-json.h"
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

extern const MokedUiFeature moked_calls_ui;

const MokedUiFeature moked_calls_ui = {
  .name = "calls",
  .title = N_("Calls"),
  .icon_name = "phone-call-symbolic",
  .order = 30,
  .create_page = moked_calls_page_new,
  .person = &moked_call_timeline,
  .live_event = hear_event,
};
