/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-message-service.h"

#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer-service.h"
#include "store/moked-entity-store.h"

/* Incoming messages: from whom, in which conversation, and what it changes there. */

#define MAX_BODY 20000

typedef struct
{
  MokedSession               *session;
  const MokedIncomingMessage *incoming;
  gint64                      received_at;
  const MokedActor           *actor;
  MokedIdentityKind           kind;
  char                       *address;
  MokedChannel                channel;
} Receive;

static void
receive_clear (Receive *self)
{
  g_free (self->address);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Receive, receive_clear)

static gboolean
read_sender (Receive *self,
             GError **error)
{
  const MokedIncomingMessage *incoming = self->incoming;
  int kind, channel;

  if (!moked_enum_parse_nick (moked_channels, incoming->channel, &channel) ||
      !moked_enum_parse_nick (moked_identity_kinds, incoming->from_kind, &kind))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "Neither ‘%s’ nor ‘%s’ may be unknown", incoming->channel,
                   incoming->from_kind);
      return FALSE;
    }
  self->channel = channel;
  self->kind = kind;
  self->address = moked_identity_normalize (kind, incoming->from, NULL);
  if (self->address != NULL)
    return TRUE;
  /* Companies send SMS from a name or a short code. */
  self->kind = MOKED_IDENTITY_SENDER;
  self->address = moked_identity_normalize (MOKED_IDENTITY_SENDER, incoming->from, error);
  return self->address != NULL;
}

/* A vendor may name the same person by number now and by its own id alone later. */
static gboolean
find_conversation (Receive            *self,
                   MokedConversation **out,
                   GError            **error)
{
  g_autoptr (GError) local_error = NULL;

  *out = moked_entity_store_find (self->session, &moked_conversation_info, &local_error,
                                  "e.business_id = $1 AND e.channel = $2 AND e.address IN ($3, $4) "
                                  "AND e.deleted_at IS NULL ORDER BY e.address = $3 DESC, e.id",
                                  "ttt", moked_enum_get_nick (moked_channels, self->channel), self->address,
                                  self->incoming->user_id);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static MokedCustomer *
find_by_user_id (Receive *self,
                 GError **error)
{
  if (self->incoming->user_id == NULL)
    return NULL;
  return moked_customer_service_find (self->session, MOKED_IDENTITY_WA_BSUID, self->incoming->user_id, error);
}

static MokedCustomer *
find_person (Receive           *self,
             MokedConversation *conversation,
             GError           **error)
{
  MokedContact contact = { self->kind, self->address, self->incoming->channel, self->incoming->profile_name };
  g_autoptr (MokedCustomer) customer = NULL;
  g_autoptr (GError) local_error = NULL;

  if (conversation != NULL)
    {
      customer = moked_entity_store_load (self->session, &moked_customer_info, conversation->customer_id, NULL);
      if (customer != NULL && !moked_entity_is_deleted (customer))
        return g_steal_pointer (&customer);
      g_clear_object (&customer);
    }
  customer = moked_customer_service_find (self->session, self->kind, self->address, &local_error);
  if (customer == NULL && local_error == NULL)
    customer = find_by_user_id (self, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (customer != NULL && self->kind != MOKED_IDENTITY_PHONE)
    return g_steal_pointer (&customer);
  return moked_customer_service_find_or_create (self->session, &contact, self->actor, NULL, error);
}

static gboolean
has_identity (Receive          *self,
              MokedCustomer    *customer,
              MokedIdentityKind kind,
              const char       *value,
              gboolean         *out_has,
              GError          **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      self->session, error,
      "SELECT 1 FROM identity WHERE business_id = $1 AND kind = $2 AND value = $3 AND customer_id = $4 "
      "AND deleted_at IS NULL",
      "ttt", moked_enum_get_nick (moked_identity_kinds, kind), value, moked_entity_get_id (customer));

  if (cursor == NULL)
    return FALSE;
  *out_has = moked_cursor_next (cursor, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
ensure_identity (Receive          *self,
                 MokedCustomer    *customer,
                 MokedIdentityKind kind,
                 const char       *value,
                 GError          **error)
{
  g_autofree char *id = NULL;
  g_autoptr (MokedIdentity) identity = NULL;
  gboolean has;

  if (value == NULL)
    return TRUE;
  if (!has_identity (self, customer, kind, value, &has, error))
    return FALSE;
  if (has)
    return TRUE;
  id = moked_ulid_new (NULL);
  identity = MOKED_IDENTITY (moked_entity_new (&moked_identity_info, id));
  identity->kind = kind;
  g_set_str (&identity->customer_id, moked_entity_get_id (customer));
  g_set_str (&identity->value, value);
  g_set_str (&identity->channel, self->incoming->channel);
  return moked_change_log_save (self->session, identity, self->actor, error);
}

static MokedMessageKind
kind_of_type (const char *type)
{
  static const struct
  {
    const char      *start;
    MokedMessageKind kind;
  } kinds[] = {
    { "image/webp", MOKED_MESSAGE_STICKER },
    { "image/", MOKED_MESSAGE_IMAGE },
    { "audio/", MOKED_MESSAGE_AUDIO },
    { "video/", MOKED_MESSAGE_VIDEO },
    { "text/vcard", MOKED_MESSAGE_CONTACT },
    { "text/x-vcard", MOKED_MESSAGE_CONTACT },
    { "application/", MOKED_MESSAGE_DOCUMENT },
    { "text/", MOKED_MESSAGE_DOCUMENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (type != NULL && g_str_has_prefix (type, kinds[i].start))
      return kinds[i].kind;
  return MOKED_MESSAGE_OTHER;
}

static MokedMessageKind
kind_of (const MokedIncomingMessage *incoming)
{
  if (incoming->latitude != NULL && incoming->longitude != NULL)
    return MOKED_MESSAGE_LOCATION;
  if (incoming->media == NULL || incoming->media->len == 0)
    return MOKED_MESSAGE_TEXT;
  return kind_of_type (((MokedMessageMedia *) g_ptr_array_index (incoming->media, 0))->content_type);
}

static char *
dup_media (const MokedIncomingMessage *incoming)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *list = yyjson_mut_arr (doc);
  g_autofree char *text = NULL;
  char *malloced;

  yyjson_mut_doc_set_root (doc, list);
  for (guint i = 0; incoming->media != NULL && i < incoming->media->len; i++)
    {
      const MokedMessageMedia *media = g_ptr_array_index (incoming->media, i);
      yyjson_mut_val *item = yyjson_mut_arr_add_obj (doc, list);

      yyjson_mut_obj_add_str (doc, item, "type", media->content_type);
      yyjson_mut_obj_add_str (doc, item, "url", media->url);
    }
  if (incoming->latitude != NULL && incoming->longitude != NULL)
    {
      yyjson_mut_val *item = yyjson_mut_arr_add_obj (doc, list);

      yyjson_mut_obj_add_str (doc, item, "type", "application/geo");
      yyjson_mut_obj_add_str (doc, item, "latitude", incoming->latitude);
      yyjson_mut_obj_add_str (doc, item, "longitude", incoming->longitude);
      yyjson_mut_obj_add_str (doc, item, "label", incoming->place);
    }
  if (yyjson_mut_arr_size (list) == 0)
    return NULL;
  malloced = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  text = g_strdup (malloced);
  free (malloced);
  return g_steal_pointer (&text);
}

static MokedMessage *
new_message (Receive           *self,
             MokedConversation *conversation,
             MokedCustomer     *customer)
{
  const MokedIncomingMessage *incoming = self->incoming;
  g_autofree char *id = moked_ulid_new (NULL);
  MokedMessage *message = MOKED_MESSAGE (moked_entity_new (&moked_message_info, id));

  moked_entity_set_created_at (message, self->received_at);
  g_set_str (&message->conversation_id, moked_entity_get_id (conversation));
  g_set_str (&message->customer_id, moked_entity_get_id (customer));
  message->direction = MOKED_DIRECTION_IN;
  message->kind = kind_of (incoming);
  message->state = MOKED_DELIVERY_RECEIVED;
  message->sent_at = self->received_at;
  message->media = dup_media (incoming);
  g_set_str (&message->provider_id, incoming->provider_id);
  if (*incoming->body != '\0')
    message->body = g_utf8_substring (incoming->body, 0, MIN (MAX_BODY, g_utf8_strlen (incoming->body, -1)));
  return message;
}

static MokedConversation *
new_conversation (Receive *self)
{
  g_autofree char *id = moked_ulid_new (NULL);
  MokedConversation *conversation = MOKED_CONVERSATION (moked_entity_new (&moked_conversation_info, id));

  moked_entity_set_created_at (conversation, self->received_at);
  conversation->channel = self->channel;
  return conversation;
}

/* A message that was delayed on its way must not push the conversation back in time. */
static void
note_in_conversation (MokedConversation *conversation,
                      MokedMessage      *message)
{
  gint64 at = moked_entity_get_created_at (message);

  conversation->unread++;
  conversation->state = MOKED_CONVERSATION_OPEN;
  conversation->last_incoming_at = MAX (conversation->last_incoming_at, at);
  if (at < conversation->last_message_at)
    return;
  conversation->last_message_at = at;
  conversation->last_direction = MOKED_DIRECTION_IN;
  conversation->last_kind = message->kind;
  g_free (conversation->preview);
  conversation->preview = moked_message_dup_preview (message);
}

static gboolean
is_known (Receive  *self,
          gboolean *out_known,
          GError  **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (self->session, error, "SELECT 1 FROM message WHERE business_id = $1 AND provider_id = $2",
                           "t", self->incoming->provider_id);

  if (cursor == NULL)
    return FALSE;
  *out_known = moked_cursor_next (cursor, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
save_all (Receive       *self,
          MokedReceived *received,
          GError       **error)
{
  MokedConversation *conversation = received->conversation;
  g_autofree char *preview = NULL;

  g_set_str (&conversation->customer_id, moked_entity_get_id (received->customer));
  if (conversation->address == NULL || self->kind == MOKED_IDENTITY_PHONE)
    g_set_str (&conversation->address, self->address);
  received->message = new_message (self, conversation, received->customer);
  note_in_conversation (conversation, received->message);
  preview = moked_message_dup_preview (received->message);
  return moked_change_log_save (self->session, conversation, self->actor, error) &&
         moked_change_log_save (self->session, received->message, self->actor, error) &&
         moked_customer_service_touch (self->session, conversation->customer_id, self->received_at, preview,
                                       self->actor, error);
}

/**
 * moked_message_service_receive:
 * @session: a session of the business
 * @incoming: what the vendor brought
 * @received_at: when it arrived, microseconds UTC
 * @actor: what is written in the change log
 * @out_received: (out): what it led to; to be cleared by the caller also after an error
 * @error: %MOKED_ERROR_FORMAT, %MOKED_ERROR_STORAGE
 *
 * Finds or creates the person and the conversation, stores the message, and notes it in both. The same
 * message a second time changes nothing.
 */
gboolean
moked_message_service_receive (MokedSession               *session,
                               const MokedIncomingMessage *incoming,
                               gint64                      received_at,
                               const MokedActor           *actor,
                               MokedReceived              *out_received,
                               GError                    **error)
{
  g_auto (Receive) self = { session, incoming, received_at, actor };
  gboolean known;

  *out_received = (MokedReceived) { NULL };
  if (!read_sender (&self, error) || !is_known (&self, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  if (!find_conversation (&self, &out_received->conversation, error))
    return FALSE;
  out_received->customer = find_person (&self, out_received->conversation, error);
  if (out_received->customer == NULL ||
      !ensure_identity (&self, out_received->customer, self.kind, self.address, error) ||
      !ensure_identity (&self, out_received->customer, MOKED_IDENTITY_WA_BSUID, incoming->user_id, error))
    return FALSE;
  if (out_received->conversation == NULL)
    out_received->conversation = new_conversation (&self);
  return save_all (&self, out_received, error);
}

void
moked_received_clear (MokedReceived *self)
{
  g_clear_object (&self->customer);
  g_clear_object (&self->conversation);
  g_clear_object (&self->message);
}
