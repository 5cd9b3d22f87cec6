/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "sync/moked-http-transport.h"
#include "ui/moked-error-text.h"
#include "ui/moked-service-request.h"

typedef struct
{
  GWeakRef           owner;
  MokedServiceAnswer answered;
} Request;

static void
request_free (Request *request)
{
  g_weak_ref_clear (&request->owner);
  g_free (request);
}

static DexFuture *
on_done (DexFuture *future,
         gpointer   user_data)
{
  Request *request = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&request->owner);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  yyjson_doc *doc = NULL;

  if (owner == NULL)
    return NULL;
  if (value != NULL)
    {
      gsize length;
      const char *data = g_bytes_get_data (g_value_get_boxed (value), &length);

      doc = yyjson_read (data, length, 0);
    }
  request->answered (owner, yyjson_doc_get_root (doc), error);
  yyjson_doc_free (doc);
  return NULL;
}

static GBytes *
write_body (yyjson_mut_doc *body)
{
  gsize length;
  char *text = yyjson_mut_write (body, 0, &length);

  return g_bytes_new_with_free_func (text, length, free, text);
}

/**
 * moked_service_request:
 * @context: whose service
 * @method: such as `PUT`
 * @path: such as `/api/settings/twilio`
 * @body: (nullable): JSON; stays the caller's
 * @owner: (type GObject): the widget that asks; when it is gone, so is the question
 * @answered: called once, later, on the main thread
 *
 * For settings of the service. Data of the office goes through the cache.
 */
void
moked_service_request (MokedUiContext    *context,
                       const char        *method,
                       const char        *path,
                       yyjson_mut_doc    *body,
                       gpointer           owner,
                       MokedServiceAnswer answered)
{
  MokedSyncTransport *transport;
  g_autoptr (GBytes) bytes = NULL;
  Request *request;
  DexFuture *future;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (context));
  g_return_if_fail (G_IS_OBJECT (owner));

  transport = moked_ui_context_get_transport (context);
  bytes = body != NULL ? write_body (body) : NULL;
  if (MOKED_IS_HTTP_TRANSPORT (transport))
    future = moked_http_transport_request (MOKED_HTTP_TRANSPORT (transport), method, path, bytes);
  else
    future = dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_UNAVAILABLE, "There is no service yet");

  request = g_new0 (Request, 1);
  g_weak_ref_init (&request->owner, owner);
  request->answered = answered;
  dex_future_disown (dex_future_finally (future, on_done, request, (GDestroyNotify) request_free));
}

/**
 * moked_service_error_dup:
 * @error: why the service did not do what was asked
 *
 * Like moked_error_text_dup(), for what is not kept and sent later.
 *
 * Returns: (transfer full): one or two sentences
 */
char *
moked_service_error_dup (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_UNAVAILABLE))
    return g_strdup (_("The service does not answer. Please try again when it runs."));
  return moked_error_text_dup (error);
}
