/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "providers/dummy/moked-dummy-messaging.h"

#include "base/moked-error.h"
#include "base/moked-ulid.h"

/**
 * MokedDummyMessaging:
 *
 * A vendor that delivers every message at once and tells nobody, for the demo office and where no vendor is
 * set up. Nothing reaches it from outside: it knows no signature.
 */
struct _MokedDummyMessaging
{
  GObject parent_instance;
  GError *failure;
  guint   n_sent;
};

static const char *
get_name (MokedMessaging *messaging)
{
  return "dummy";
}

static gboolean
verify (MokedMessaging           *messaging,
        const MokedSignedRequest *request,
        GError                  **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "No vendor of messages is set up");
  return FALSE;
}

static MokedIncomingMessage *
parse_incoming (MokedMessaging *messaging,
                MokedForm      *form,
                GError        **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "No vendor of messages is set up");
  return NULL;
}

static MokedMessageStatus *
parse_status (MokedMessaging *messaging,
              MokedForm      *form,
              GError        **error)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "No vendor of messages is set up");
  return NULL;
}

static DexFuture *
send_message (MokedMessaging             *messaging,
              const MokedOutgoingMessage *message)
{
  MokedDummyMessaging *self = MOKED_DUMMY_MESSAGING (messaging);
  g_autofree char *ulid = NULL;
  g_autofree char *id = NULL;

  if (self->failure != NULL)
    return dex_future_new_for_error (g_error_copy (self->failure));
  self->n_sent++;
  ulid = moked_ulid_new (NULL);
  id = g_strconcat ("dummy-", ulid, NULL);
  return dex_future_new_take_boxed (MOKED_TYPE_MESSAGE_STATUS,
                                    moked_message_status_new (id, MOKED_MESSAGE_STATE_DELIVERED));
}

static DexFuture *
check (MokedMessaging *messaging)
{
  return dex_future_new_for_string ("Demo");
}

static void
messaging_iface_init (MokedMessagingInterface *iface)
{
  iface->get_name = get_name;
  iface->verify = verify;
  iface->parse_incoming = parse_incoming;
  iface->parse_status = parse_status;
  iface->send = send_message;
  iface->check = check;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedDummyMessaging, moked_dummy_messaging, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_MESSAGING, messaging_iface_init))

static void
moked_dummy_messaging_finalize (GObject *object)
{
  g_clear_error (&MOKED_DUMMY_MESSAGING (object)->failure);
  G_OBJECT_CLASS (moked_dummy_messaging_parent_class)->finalize (object);
}

static void
moked_dummy_messaging_class_init (MokedDummyMessagingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_dummy_messaging_finalize;
}

static void
moked_dummy_messaging_init (MokedDummyMessaging *self)
{
}

/**
 * moked_dummy_messaging_new:
 *
 * Returns: (transfer full): a vendor that always succeeds
 */
MokedMessaging *
moked_dummy_messaging_new (void)
{
  return g_object_new (MOKED_TYPE_DUMMY_MESSAGING, NULL);
}

/**
 * moked_dummy_messaging_set_failure:
 * @failure: (nullable): how every message fails from now on; %NULL to deliver again
 */
void
moked_dummy_messaging_set_failure (MokedDummyMessaging *self,
                                   const GError        *failure)
{
  g_clear_error (&self->failure);
  if (failure != NULL)
    self->failure = g_error_copy (failure);
}

/**
 * moked_dummy_messaging_get_n_sent:
 *
 * Returns: how many messages it has delivered
 */
guint
moked_dummy_messaging_get_n_sent (MokedDummyMessaging *self)
{
  return self->n_sent;
}
