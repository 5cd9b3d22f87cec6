/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "sync/moked-change-log.h"
#include "sync/moked-sync-server-private.h"

/* The writing half: mutations of one device, in its order. A long push takes several transactions, because
 * others wait for the writer meanwhile; every mutation is whole in one of them. When one of them fails the
 * device gets an error, sends all again, and those that were done are known by their ids. */

#define MAX_MUTATIONS 200

/* What a device says it was made longer ago than this was made by a clock that was wrong. */
#define MAX_AGE_USEC (366 * G_TIME_SPAN_DAY)

/* Operations after which a transaction ends. */
#define STEP_OPS 100

static void
free_push (MokedSyncPush *self)
{
  self->release (self->owner);
  moked_hold_clear (&self->hold);
  yyjson_mut_doc_free (self->doc);
  g_clear_object (&self->store);
  g_free (self->user_id);
  g_free (self->business);
  g_free (self);
}

static void
unref_push (gpointer data)
{
  MokedSyncPush *self = data;

  if (g_atomic_ref_count_dec (&self->ref_count))
    free_push (self);
}

static gboolean
refuse (GError    **error,
        const char *detail)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, detail);
  return FALSE;
}

/* Returns 0 for what is no time. */
static gint64
read_time (yyjson_val *object,
           const char *name)
{
  gint64 usec;

  return moked_json_get_optional_int (object, name, 0, &usec, NULL) && usec > 0 && usec < G_MAXINT64 / 2 ? usec : 0;
}

static gboolean
read_request (MokedSyncPush *self,
              yyjson_val    *request,
              GError       **error)
{
  yyjson_val *mutations = yyjson_obj_get (request, "mutations");

  self->client = yyjson_get_str (yyjson_obj_get (request, "client"));
  self->epoch = yyjson_get_str (yyjson_obj_get (request, "epoch"));
  if (self->client == NULL || !moked_ulid_is_valid (self->client) || !yyjson_is_arr (mutations) ||
      yyjson_arr_size (mutations) > MAX_MUTATIONS)
    return refuse (error, "‘client’ or ‘mutations’ is not valid");
  self->scope_key = yyjson_get_str (yyjson_obj_get (request, "scope"));
  self->device_now = read_time (request, "now");
  yyjson_arr_iter_init (mutations, &self->mutations);
  return TRUE;
}

static gboolean
read_last_n (MokedSyncPush *self,
             MokedSession  *session,
             GError       **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT last_n FROM sync_client WHERE business_id = $1 AND client = $2", "t", self->client);

  if (cursor == NULL)
    return FALSE;
  self->last_n = moked_cursor_next (cursor, &local_error) ? moked_cursor_get_int (cursor, 0) : 0;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
write_last_n (MokedSyncPush *self,
              MokedSession  *session,
              GError       **error)
{
  return moked_session_exec (session, error,
                             "INSERT INTO sync_client (business_id, client, last_n) VALUES ($1, $2, $3) "
                             "ON CONFLICT (business_id, client) DO UPDATE SET last_n = excluded.last_n",
                             "ti", self->client, self->last_n);
}

/* With other rights the answer would be of other records than those that the device has. */
static gboolean
check_scope (MokedSyncPush *self,
             GError       **error)
{
  if (self->scope_key == NULL || strcmp (self->scope_key, moked_sync_scope_get_key (self->scope)) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_GONE, "The user's rights are others now; list everything again");
  return FALSE;
}

/* What was made for another life of the log waits until the device has listed everything again. */
static gboolean
check_epoch (MokedSyncPush *self,
             MokedSession  *session,
             GError       **error)
{
  g_autofree char *epoch = NULL;

  if (self->epoch == NULL)
    return TRUE;
  if (moked_change_log_get_head (session, &epoch, error) < 0)
    return FALSE;
  if (g_strcmp0 (epoch, self->epoch) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_GONE, "The change log began anew; list everything again");
  return FALSE;
}

/* When the mutation was made, by the service's clock: the device's may be wrong, but it says how late it is when it
 * sends. Nothing was made in the future. */
static gint64
find_made_at (MokedSyncPush *self,
              gint64         now)
{
  gint64 at = read_time (self->mutation, "at");
  gint64 made_at = at > 0 && self->device_now > 0 ? now - (self->device_now - at) : at;

  return made_at > 0 && made_at <= now && now - made_at <= MAX_AGE_USEC ? made_at : now;
}

static gboolean
read_mutation (MokedSyncPush *self,
               gint64         now,
               gint64        *out_n,
               GError       **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (self->mutation, "id"));

  if (id == NULL || !moked_ulid_is_valid (id) || !moked_json_get_int (self->mutation, "n", out_n, NULL) || *out_n < 1 ||
      !moked_json_get_int (self->mutation, "base", &self->base, NULL))
    return refuse (error, "A mutation needs ‘id’, ‘n’ and ‘base’");
  self->made_at = find_made_at (self, now);
  self->actor = (MokedActor) { self->user_id, "device", id, self->scope };
  self->conflicts = yyjson_mut_arr (self->doc);
  moked_hold_clear (&self->hold);
  return TRUE;
}

static gboolean
run_mutation (MokedSyncPush *self,
              MokedSession  *session,
              gint64         n,
              GError       **error)
{
  yyjson_mut_val *result = yyjson_mut_obj (self->doc);

  yyjson_mut_obj_add_sint (self->doc, result, "n", n);
  yyjson_mut_obj_add_strcpy (self->doc, result, "id", self->actor.mutation_id);
  if (!moked_sync_push_apply (self, session, n, result, error))
    return FALSE;
  yyjson_mut_arr_append (self->results, result);
  self->last_n = MAX (self->last_n, n);
  return TRUE;
}

static gboolean
run_in_scope (MokedSyncPush *self,
              MokedSession  *session,
              gboolean      *out_more,
              GError       **error)
{
  gsize n_ops = 0;
  gint64 n;

  *out_more = FALSE;
  if (!read_last_n (self, session, error) || !check_epoch (self, session, error) ||
      !check_scope (self, error))
    return FALSE;
  while ((self->mutation = yyjson_arr_iter_next (&self->mutations)) != NULL)
    {
      if (!read_mutation (self, moked_session_get_now (session), &n, error))
        return FALSE;
      if (n > self->last_n + 1)
        break; /* something before it is missing: the device sees last_n and sends it again */
      if (!run_mutation (self, session, n, error))
        return FALSE;
      n_ops += yyjson_arr_size (yyjson_obj_get (self->mutation, "ops"));
      *out_more = n_ops >= STEP_OPS && yyjson_arr_iter_has_next (&self->mutations);
      if (*out_more)
        break;
    }
  return write_last_n (self, session, error);
}

/* Some of the mutations, in a transaction; @out_more tells whether others are left. */
static gboolean
run_some (MokedSyncPush *self,
          MokedSession  *session,
          gboolean      *out_more,
          GError       **error)
{
  g_autoptr (MokedSyncScope) scope = NULL;
  gboolean done;

  if (!moked_sync_server_read_scope (self->server, session, self->user_id, &scope, error))
    return FALSE;
  self->scope = scope;
  done = run_in_scope (self, session, out_more, error);
  self->scope = NULL;
  return done;
}

static DexFuture *
run_in_session (MokedSession *session,
                gpointer      user_data)
{
  GError *error = NULL;
  gboolean more;

  return run_some (user_data, session, &more, &error) ? dex_future_new_for_boolean (more)
                                                      : dex_future_new_for_error (error);
}

static char *
write_answer (MokedSyncPush *self,
              GError       **error)
{
  yyjson_mut_val *root = yyjson_mut_obj (self->doc);

  yyjson_mut_doc_set_root (self->doc, root);
  yyjson_mut_obj_add_sint (self->doc, root, "last_n", self->last_n);
  yyjson_mut_obj_add_val (self->doc, root, "results", self->results);
  return moked_sync_server_write (self->doc, error);
}

static DexFuture *
push_fiber (gpointer user_data)
{
  MokedSyncPush *self = user_data;
  GError *error = NULL;
  char *text;

  for (;;)
    {
      gboolean more;

      g_atomic_ref_count_inc (&self->ref_count);
      more = dex_await_boolean (moked_store_write (self->store, MOKED_PRIORITY_URGENT, self->business, run_in_session,
                                                   self, unref_push),
                                &error);
      if (error != NULL)
        return dex_future_new_for_error (error);
      if (!more)
        break;
    }
  text = write_answer (self, &error);
  if (text == NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new_take (text, strlen (text)));
}

/**
 * moked_sync_server_push:
 * @store: the service's store
 * @business: whose data
 * @user_id: (nullable): whose device it is
 * @request: `{"client", "epoch", "now", "mutations": [{"n", "id", "base", "at", "label", "cancelled", "ops": […]}]}`
 * @owner: (transfer full): what keeps @request alive
 * @release: lets @owner go, in the main context
 *
 * Returns: (transfer full): a future of the answer, a #GBytes with `{"last_n", "results": [{"n", "id", "status",
 *   "code", "detail", "question", "conflicts": […], "rows": […]}]}`; rejects with %MOKED_ERROR_FORMAT for a request
 *   that is not of this form, with %MOKED_ERROR_GONE when its epoch is another one, and otherwise with a fault of the
 *   service
 */
DexFuture *
moked_sync_server_push (MokedSyncServer *self,
                        MokedStore      *store,
                        const char      *business,
                        const char      *user_id,
                        yyjson_val      *request,
                        gpointer         owner,
                        GDestroyNotify   release)
{
  MokedSyncPush *push = g_new0 (MokedSyncPush, 1);
  GError *error = NULL;

  g_atomic_ref_count_init (&push->ref_count);
  push->server = self;
  push->owner = owner;
  push->release = release;
  push->user_id = g_strdup (user_id);
  push->business = g_strdup (business);
  push->store = g_object_ref (store);
  push->doc = yyjson_mut_doc_new (NULL);
  push->results = yyjson_mut_arr (push->doc);
  if (read_request (push, request, &error))
    return dex_scheduler_spawn (NULL, 0, push_fiber, push, unref_push);
  unref_push (push);
  return dex_future_new_for_error (error);
}
