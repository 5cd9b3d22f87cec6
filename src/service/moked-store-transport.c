/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-store-transport.h"

#include <string.h>

#include "base/moked-error.h"
#include "features/moked-feature.h"
#include "features/office/moked-user-scope.h"
#include "sync/moked-sync-server.h"

/**
 * MokedStoreTransport:
 *
 * The way of a desktop that only reads to the database of a service in the same process, without HTTP.
 */
struct _MokedStoreTransport
{
  GObject          parent_instance;
  MokedStore      *store;
  MokedSyncServer *server;
  char            *business;
  char            *user_id;
};

typedef struct
{
  MokedStoreTransport *transport;
  char                *path;
} Question;

static void
free_question (gpointer data)
{
  Question *question = data;

  g_object_unref (question->transport);
  g_free (question->path);
  g_free (question);
}

static DexFuture *
answer_in_session (MokedSession *session,
                   gpointer      data)
{
  Question *question = data;
  MokedStoreTransport *self = question->transport;
  GError *error = NULL;
  char *text = moked_sync_server_answer (self->server, session, self->user_id, question->path, &error);

  if (text == NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_take (text, strlen (text)));
}

static DexFuture *
get (MokedSyncTransport *transport,
     const char         *path)
{
  MokedStoreTransport *self = MOKED_STORE_TRANSPORT (transport);
  Question *question = g_new0 (Question, 1);

  question->transport = g_object_ref (self);
  question->path = g_strdup (path);
  /* The first question about the state gives the log its epoch. */
  if (g_str_has_prefix (path, "/api/sync/state"))
    return moked_store_write (self->store, MOKED_PRIORITY_URGENT, self->business, answer_in_session, question,
                              free_question);
  return moked_store_read (self->store, self->business, answer_in_session, question, free_question);
}

static DexFuture *
post (MokedSyncTransport *transport,
      const char         *path,
      GBytes             *body)
{
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_FORBIDDEN, "Nothing is written this way");
}

static DexFuture *
wait_for_events (MokedSyncTransport *transport,
                 void              (*received) (const char *text,
                                   gpointer user_data),
                 gpointer            user_data)
{
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "There are no live events this way");
}

static void
transport_iface_init (MokedSyncTransportInterface *iface)
{
  iface->get = get;
  iface->post = post;
  iface->listen = wait_for_events;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MokedStoreTransport, moked_store_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MOKED_TYPE_SYNC_TRANSPORT, transport_iface_init))

static void
moked_store_transport_finalize (GObject *object)
{
  MokedStoreTransport *self = MOKED_STORE_TRANSPORT (object);

  moked_sync_server_free (self->server);
  g_object_unref (self->store);
  g_free (self->business);
  g_free (self->user_id);
  G_OBJECT_CLASS (moked_store_transport_parent_class)->finalize (object);
}

static void
moked_store_transport_class_init (MokedStoreTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_store_transport_finalize;
}

static void
moked_store_transport_init (MokedStoreTransport *self)
{
  self->server = moked_sync_server_new (moked_features_get_schema (), moked_features_get_commands (),
                                        moked_user_scope_load);
}

/**
 * moked_store_transport_new:
 * @store: the service's open database
 * @business: whose records
 * @user_id: who reads
 *
 * Returns: (transfer full): a transport
 */
MokedSyncTransport *
moked_store_transport_new (MokedStore *store,
                           const char *business,
                           const char *user_id)
{
  MokedStoreTransport *self = g_object_new (MOKED_TYPE_STORE_TRANSPORT, NULL);

  self->store = g_object_ref (store);
  self->business = g_strdup (business);
  self->user_id = g_strdup (user_id);
  return MOKED_SYNC_TRANSPORT (self);
}
