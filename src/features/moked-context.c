/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/moked-context-setup.h"

/**
 * MokedContext:
 *
 * What the handlers, webhooks and jobs of the features work with. It lives as long as the service. Store and
 * clock may be used from every thread; the rest belongs to the main thread, except that `apply` (on a store
 * thread) may parse with the providers, which keep no state there.
 */
struct _MokedContext
{
  MokedStore     *store;
  MokedClock     *clock;
  MokedFileStore *files;
  gint64          file_quota;
  MokedServer    *server;
  MokedMessaging *messaging;
  MokedTelephony *telephony;
  GPtrArray      *former; /* providers that a store thread may still look at */
};

MokedContext *
moked_context_new (MokedStore *store,
                   MokedClock *clock)
{
  MokedContext *self = g_new0 (MokedContext, 1);

  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->former = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
moked_context_free (MokedContext *self)
{
  g_clear_object (&self->messaging);
  g_clear_object (&self->files);
  g_clear_object (&self->telephony);
  g_ptr_array_unref (self->former);
  g_object_unref (self->clock);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * moked_context_set_files:
 * @files: where attached files are
 * @quota: bytes that the files of one business may take; 0 for as many as the disk holds
 */
void
moked_context_set_files (MokedContext   *self,
                         MokedFileStore *files,
                         gint64          quota)
{
  g_set_object (&self->files, files);
  self->file_quota = quota;
}

void
moked_context_set_server (MokedContext *self,
                          MokedServer  *server)
{
  self->server = server;
}

static void
replace (MokedContext *self,
         gpointer     *place,
         gpointer      provider)
{
  gpointer former = g_atomic_pointer_exchange (place, g_object_ref (provider));

  if (former != NULL)
    g_ptr_array_add (self->former, former);
}

void
moked_context_set_providers (MokedContext   *self,
                             MokedMessaging *messaging,
                             MokedTelephony *telephony)
{
  replace (self, (gpointer *) &self->messaging, messaging);
  replace (self, (gpointer *) &self->telephony, telephony);
}

MokedStore *
moked_context_get_store (MokedContext *self)
{
  return self->store;
}

MokedClock *
moked_context_get_clock (MokedContext *self)
{
  return self->clock;
}

/**
 * moked_context_get_files:
 *
 * Returns: (transfer none): the attached files of all businesses
 */
MokedFileStore *
moked_context_get_files (MokedContext *self)
{
  return self->files;
}

/**
 * moked_context_get_file_quota:
 *
 * Returns: bytes that the files of one business may take; 0 for no limit
 */
gint64
moked_context_get_file_quota (MokedContext *self)
{
  return self->file_quota;
}

/**
 * moked_context_get_events:
 *
 * Returns: the live channel to the desktops
 */
MokedEvents *
moked_context_get_events (MokedContext *self)
{
  return moked_server_get_events (self->server);
}

/**
 * moked_context_get_messaging:
 *
 * Returns: the vendor of messages that is set up, or the dummy
 */
MokedMessaging *
moked_context_get_messaging (MokedContext *self)
{
  return g_atomic_pointer_get (&self->messaging);
}

/**
 * moked_context_get_telephony:
 *
 * Returns: the vendor of calls that is set up, or the dummy
 */
MokedTelephony *
moked_context_get_telephony (MokedContext *self)
{
  return g_atomic_pointer_get (&self->telephony);
}

/**
 * moked_context_dup_public_url:
 * @path: of a webhook
 *
 * Returns: (transfer full): the address at which vendors call it
 */
char *
moked_context_dup_public_url (MokedContext *self,
                              const char   *path)
{
  return moked_server_dup_public_url (self->server, path);
}

typedef struct
{
  MokedEvents *events;
  char        *business;
  GStrv        users;
  char        *name;
  char        *data;
} Event;

static void
free_event (gpointer data)
{
  Event *event = data;

  g_free (event->business);
  g_strfreev (event->users);
  g_free (event->name);
  g_free (event->data);
  g_free (event);
}

static gboolean
publish (gpointer data)
{
  Event *event = data;

  moked_events_publish (event->events, event->business, (const char *const *) event->users, event->name, event->data);
  return G_SOURCE_REMOVE;
}

/**
 * moked_context_publish:
 * @session: a session of a business
 * @users: (nullable) (array zero-terminated=1): the users who are told; %NULL for all
 * @name: such as `call.incoming`
 * @data_json: (nullable): a JSON value
 *
 * Tells the connected desktops of the session's business, once its transaction is committed.
 */
void
moked_context_publish (MokedContext      *self,
                       MokedSession      *session,
                       const char *const *users,
                       const char        *name,
                       const char        *data_json)
{
  Event *event = g_new0 (Event, 1);

  event->events = moked_context_get_events (self);
  event->business = g_strdup (moked_session_get_business (session));
  event->users = g_strdupv ((char **) users);
  event->name = g_strdup (name);
  event->data = g_strdup (data_json);
  moked_session_after_commit (session, publish, event, free_event);
}

static const char *
get_header (gpointer    source,
            const char *name)
{
  return moked_request_get_header (source, name);
}

/* A body that is no form leaves `form` unset: whether that is a fault depends on the vendor. */
static MokedSignedRequest
sign_of (MokedRequest *request,
         const char   *url)
{
  return (MokedSignedRequest) {
    .url = url,
    .body = moked_request_get_body (request),
    .form = moked_request_get_form (request, NULL),
    .get_header = get_header,
    .source = request,
  };
}

/**
 * moked_context_verify_messaging:
 *
 * The `verify` of webhooks about messages.
 */
gboolean
moked_context_verify_messaging (MokedRequest *request,
                                const char   *url,
                                MokedContext *context,
                                GError      **error)
{
  MokedSignedRequest signed_request = sign_of (request, url);

  return moked_messaging_verify (context->messaging, &signed_request, error);
}

/**
 * moked_context_verify_telephony:
 *
 * The `verify` of webhooks about calls.
 */
gboolean
moked_context_verify_telephony (MokedRequest *request,
                                const char   *url,
                                MokedContext *context,
                                GError      **error)
{
  MokedSignedRequest signed_request = sign_of (request, url);

  return moked_telephony_verify (context->telephony, &signed_request, error);
}
