/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "twilio-stand-in.h"

#include <yyjson.h>

#define ACCOUNT "AC00000000000000000000000000000001"
#define TOKEN "stand-in-token"

static void
answer_json (SoupServerMessage *message,
             guint              status,
             yyjson_mut_doc    *doc)
{
  char *text = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text, strlen (text));
  free (text);
  yyjson_mut_doc_free (doc);
}

static void
answer_error (SoupServerMessage *message,
              guint              status,
              int                code)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_int (doc, root, "code", code);
  yyjson_mut_obj_add_str (doc, root, "message", "as Twilio says it");
  yyjson_mut_obj_add_uint (doc, root, "status", status);
  answer_json (message, status, doc);
}

static yyjson_mut_val *
message_to_json (GHashTable     *form,
                 yyjson_mut_doc *doc)
{
  yyjson_mut_val *object = yyjson_mut_obj (doc);

  yyjson_mut_obj_add_strcpy (doc, object, "sid", g_hash_table_lookup (form, "sid"));
  yyjson_mut_obj_add_strcpy (doc, object, "body", g_hash_table_lookup (form, "Body"));
  yyjson_mut_obj_add_strcpy (doc, object, "date_created", g_hash_table_lookup (form, "date"));
  yyjson_mut_obj_add_str (doc, object, "direction", "outbound-api");
  yyjson_mut_obj_add_str (doc, object, "status", "queued");
  return object;
}

static GHashTable *
keep (TwilioStandIn *self,
      const char    *body)
{
  g_autoptr (GHashTable) decoded = soup_form_decode (body);
  GHashTable *form = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name, value;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_hash_table_iter_init (&iter, decoded);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (form, g_strdup (name), g_strdup (value));
  g_hash_table_insert (form, g_strdup ("sid"), g_strdup_printf ("SM%032u", self->messages->len + 1));
  g_hash_table_insert (form, g_strdup ("date"), g_date_time_format (now, "%a, %d %b %Y %H:%M:%S +0000"));
  g_ptr_array_add (self->messages, form);
  return form;
}

static void
post (TwilioStandIn     *self,
      SoupServerMessage *message)
{
  GHashTable *form = NULL;
  yyjson_mut_doc *doc;

  self->posts++;
  if (self->mood == TWILIO_GOOD || self->mood == TWILIO_SILENT)
    form = keep (self, soup_server_message_get_request_body (message)->data);
  switch (self->mood)
    {
    case TWILIO_GOOD:
      doc = yyjson_mut_doc_new (NULL);
      yyjson_mut_doc_set_root (doc, message_to_json (form, doc));
      answer_json (message, 201, doc);
      break;
    case TWILIO_ERROR:
      answer_error (message, self->status, self->code);
      break;
    case TWILIO_SILENT:
    case TWILIO_SILENT_WITHOUT_EFFECT:
      soup_server_message_pause (message);
      break;
    case TWILIO_HANGS_UP:
      g_socket_close (soup_server_message_get_socket (message), NULL);
      break;
    case TWILIO_BABBLES:
      soup_server_message_set_status (message, 201, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, "{\"sid\":", 7);
      break;
    }
}

static void
list (TwilioStandIn     *self,
      SoupServerMessage *message,
      GHashTable        *query)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *messages;

  self->gets++;
  yyjson_mut_doc_set_root (doc, root);
  messages = yyjson_mut_obj_add_arr (doc, root, "messages");
  for (guint i = self->messages->len; i > 0; i--)
    {
      GHashTable *form = g_ptr_array_index (self->messages, i - 1);

      if (g_strcmp0 (g_hash_table_lookup (form, "To"), g_hash_table_lookup (query, "To")) == 0)
        yyjson_mut_arr_append (messages, message_to_json (form, doc));
    }
  answer_json (message, 200, doc);
}

static gboolean
is_authorized (SoupServerMessage *message)
{
  const char *given = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  g_autofree char *encoded = g_base64_encode ((const guchar *) ACCOUNT ":" TOKEN, strlen (ACCOUNT ":" TOKEN));
  g_autofree char *wanted = g_strconcat ("Basic ", encoded, NULL);

  return g_strcmp0 (given, wanted) == 0;
}

static void
handle (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  TwilioStandIn *self = data;
  yyjson_mut_doc *doc;

  if (!is_authorized (message))
    answer_error (message, 401, 20003);
  else if (g_str_equal (path, "/2010-04-01/Accounts/" ACCOUNT "/Messages.json") &&
           g_str_equal (soup_server_message_get_method (message), "POST"))
    post (self, message);
  else if (g_str_equal (path, "/2010-04-01/Accounts/" ACCOUNT "/Messages.json"))
    list (self, message, query);
  else if (g_str_equal (path, "/2010-04-01/Accounts/" ACCOUNT ".json"))
    {
      doc = yyjson_mut_doc_new (NULL);
      yyjson_mut_doc_set_root (doc, yyjson_mut_obj (doc));
      yyjson_mut_obj_add_str (doc, yyjson_mut_doc_get_root (doc), "friendly_name", "An office");
      answer_json (message, 200, doc);
    }
  else
    answer_error (message, 404, 20404);
}

TwilioStandIn *
twilio_stand_in_new (void)
{
  TwilioStandIn *self = g_new0 (TwilioStandIn, 1);
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  soup_server_add_handler (self->server, NULL, handle, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
twilio_stand_in_free (TwilioStandIn *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_ptr_array_unref (self->messages);
  g_free (self->url);
  g_free (self);
}

/* @token %NULL: the right one. */
MokedTwilioClient *
twilio_stand_in_new_client (TwilioStandIn *self,
                            const char    *token)
{
  g_autofree char *given = g_strdup (token != NULL ? token : TOKEN);
  const MokedTwilioAccount account = {
    .sid = (char *) ACCOUNT,
    .auth_token = given,
    .base_url = self->url,
    .number = (char *) "+97237654321",
    .timeout_msec = 300,
  };

  return moked_twilio_client_new (&account);
}
