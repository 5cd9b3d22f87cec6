/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "base/moked-error.h"
#include "base/moked-text.h"
#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message-media.h"

#define HOUR G_TIME_SPAN_HOUR

/* What holds of messages whoever has them: what may be sent, how far they came, how they are shown. */

static MokedConversation *
conversation_written_at (MokedChannel channel,
                         gint64       last_incoming_at)
{
  MokedConversation *conversation = MOKED_CONVERSATION (moked_entity_new (&moked_conversation_info, "01C"));

  conversation->channel = channel;
  conversation->last_incoming_at = last_incoming_at;
  return conversation;
}

static void
test_window (void)
{
  g_autoptr (MokedConversation) whatsapp = conversation_written_at (MOKED_CHANNEL_WHATSAPP, 100 * HOUR);
  g_autoptr (MokedConversation) never = conversation_written_at (MOKED_CHANNEL_WHATSAPP, 0);
  g_autoptr (MokedConversation) sms = conversation_written_at (MOKED_CHANNEL_SMS, 0);

  g_assert_true (moked_conversation_may_write (whatsapp, 100 * HOUR));
  g_assert_true (moked_conversation_may_write (whatsapp, 124 * HOUR - 1));
  g_assert_false (moked_conversation_may_write (whatsapp, 124 * HOUR));
  g_assert_false (moked_conversation_may_write (never, 1));
  g_assert_true (moked_conversation_may_write (sms, 1000 * HOUR));
}

static void
assert_text_refused (MokedConversation *conversation,
                     const char        *text,
                     gint64             now)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (moked_conversation_check_text (conversation, text, now, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED);
}

static void
test_text_that_may_be_sent (void)
{
  g_autoptr (MokedConversation) conversation = conversation_written_at (MOKED_CHANNEL_WHATSAPP, 100 * HOUR);
  g_autoptr (GString) longest = g_string_new (NULL);

  for (guint i = 0; i < MOKED_MESSAGE_MAX_LENGTH; i++)
    g_string_append (longest, "א");
  g_assert_true (moked_conversation_check_text (conversation, longest->str, 101 * HOUR, NULL));
  g_string_append (longest, "א");
  assert_text_refused (conversation, longest->str, 101 * HOUR);
  assert_text_refused (conversation, " \n\t", 101 * HOUR);
  assert_text_refused (conversation, "שלום", 124 * HOUR);
}

static void
test_delivery_goes_forward (void)
{
  static const struct
  {
    MokedDelivery from, to;
    gboolean      advances;
  } cases[] = {
    { MOKED_DELIVERY_WAITING, MOKED_DELIVERY_QUEUED, TRUE },
    { MOKED_DELIVERY_QUEUED, MOKED_DELIVERY_READ, TRUE },
    { MOKED_DELIVERY_READ, MOKED_DELIVERY_DELIVERED, FALSE },
    { MOKED_DELIVERY_SENT, MOKED_DELIVERY_SENT, FALSE },
    { MOKED_DELIVERY_SENT, MOKED_DELIVERY_UNDELIVERED, TRUE },
    { MOKED_DELIVERY_DELIVERED, MOKED_DELIVERY_FAILED, FALSE },
    { MOKED_DELIVERY_READ, MOKED_DELIVERY_UNDELIVERED, FALSE },
    { MOKED_DELIVERY_FAILED, MOKED_DELIVERY_SENT, FALSE },
    { MOKED_DELIVERY_UNDELIVERED, MOKED_DELIVERY_READ, FALSE },
    { MOKED_DELIVERY_CANCELLED, MOKED_DELIVERY_SENDING, FALSE },
    { MOKED_DELIVERY_RECEIVED, MOKED_DELIVERY_READ, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (moked_delivery_advance (cases[i].from, cases[i].to), ==, cases[i].advances);
}

static void
test_preview_is_one_short_line (void)
{
  g_autoptr (MokedMessage) message = MOKED_MESSAGE (moked_entity_new (&moked_message_info, "01M"));
  g_autofree char *preview = NULL;

  g_assert_null (moked_message_dup_preview (message));
  g_set_str (&message->body, " שלום\nאפשר לקבוע סיור? ");
  preview = moked_message_dup_preview (message);
  g_assert_cmpstr (preview, ==, "שלום אפשר לקבוע סיור?");
}

static void
assert_title (MokedMessageKind kind,
              const char      *media,
              const char      *wanted)
{
  g_autofree char *title = moked_message_media_dup_title (kind, media);
  g_autofree char *plain = moked_text_strip_controls (title);

  g_assert_cmpstr (plain, ==, wanted);
}

static void
test_attachments_are_named (void)
{
  static const char *const bad[] = { NULL, "", "[", "{}", "[null]", "[[]]", "[{\"type\":5}]" };

  assert_title (MOKED_MESSAGE_DOCUMENT, "[{\"type\":\"application/pdf; name=a\"}]", "Document · PDF");
  assert_title (MOKED_MESSAGE_IMAGE, "[{\"type\":\"image/jpeg\"},{\"type\":\"image/png\"},"
                                     "{\"type\":\"image/png\"}]",
                "3 attachments · JPEG, PNG");
  assert_title (MOKED_MESSAGE_OTHER, "[{\"type\":\"application/x-nobody-knows\"}]", "Attachment");
  assert_title (MOKED_MESSAGE_LOCATION, "[{\"type\":\"application/geo\",\"label\":\"רוטשילד 1\"}]",
                "Location · רוטשילד 1");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_title (MOKED_MESSAGE_AUDIO, bad[i], "Voice message");
}

static void
test_place_is_on_a_map (void)
{
  static const char *const nowhere[] = {
    NULL,
    "",
    "[]",
    "[{\"latitude\":\"91\",\"longitude\":\"0\"}]",
    "[{\"latitude\":\"32\"}]",
    "[{\"latitude\":\"32\\\"><b>\",\"longitude\":\"34\"}]",
    "[{\"latitude\":\"nan\",\"longitude\":\"34\"}]",
  };
  g_autofree char *url = moked_message_media_dup_map_url ("[{\"latitude\":\"32.0853\",\"longitude\":\"-34.7818\"}]");

  g_assert_cmpstr (url, ==,
                   "https://www.openstreetmap.org/?mlat=32.085300&mlon=-34.781800#map=17/32.085300/-34.781800");
  for (guint i = 0; i < G_N_ELEMENTS (nowhere); i++)
    g_assert_null (moked_message_media_dup_map_url (nowhere[i]));
}

static void
test_addresses_become_links (void)
{
  static const struct
  {
    const char *body, *markup;
  } cases[] = {
    { "אין כאן קישור", "אין כאן קישור" },
    { "a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;" },
    { "ראו https://a.example/1?x=1&y=2.",
      "ראו <a href=\"https://a.example/1?x=1&amp;y=2\">https://a.example/1?x=1&amp;y=2</a>." },
    { "(www.a.example)", "(<a href=\"https://www.a.example\">www.a.example</a>)" },
    { "http://a.example/b_(c)", "<a href=\"http://a.example/b_(c)\">http://a.example/b_(c)</a>" },
    { "https://a.example\"><b>x", "<a href=\"https://a.example\">https://a.example</a>&quot;&gt;&lt;b&gt;x" },
    { "https://a.example/\u202egpj", "<a href=\"https://a.example/\">https://a.example/</a>\u202egpj" },
    { "javascript:alert(1) file:///etc/passwd", "javascript:alert(1) file:///etc/passwd" },
    { "https://a.example, www.b.example", "<a href=\"https://a.example\">https://a.example</a>, "
                                          "<a href=\"https://www.b.example\">www.b.example</a>" },
    { "https://...", "https://..." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *markup = moked_message_dup_markup (cases[i].body);

      g_assert_cmpstr (markup, ==, cases[i].markup);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages/rules/window", test_window);
  g_test_add_func ("/messages/rules/text", test_text_that_may_be_sent);
  g_test_add_func ("/messages/rules/delivery", test_delivery_goes_forward);
  g_test_add_func ("/messages/rules/preview", test_preview_is_one_short_line);
  g_test_add_func ("/messages/rules/attachments", test_attachments_are_named);
  g_test_add_func ("/messages/rules/place", test_place_is_on_a_map);
  g_test_add_func ("/messages/rules/links", test_addresses_become_links);
  return g_test_run ();
}
