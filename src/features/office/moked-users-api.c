/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "features/moked-context.h"
#include "features/office/moked-office-feature.h"
#include "features/office/moked-office-service.h"
#include "server/moked-auth.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log.h"

/* PATCH /api/users/{id}: what a user may do and see, and how they are called; DELETE: they do not work here any more.
 * For owners. */

/* One request's way to a store thread and back. */
typedef struct
{
  MokedRequest *request;
  MokedUser    *user;
} Call;

static void
call_clear (gpointer data)
{
  Call *call = data;

  moked_request_unref (call->request);
  g_clear_object (&call->user);
}

static void
call_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, call_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

static Call *
call_new (MokedRequest *request)
{
  Call *call = g_atomic_rc_box_new0 (Call);

  call->request = moked_request_ref (request);
  return call;
}

static gboolean
write_in_store (Call            *call,
                MokedContext    *context,
                MokedSessionFunc func,
                GError         **error)
{
  return dex_await (moked_store_write (moked_context_get_store (context), MOKED_PRIORITY_URGENT,
                                       moked_request_get_business (call->request), func,
                                       g_atomic_rc_box_acquire (call), call_unref),
                    error);
}

static MokedActor
actor_of (Call *call)
{
  return (MokedActor) { moked_request_get_user_id (call->request), "api", NULL };
}

static gboolean
load_user (Call         *call,
           MokedSession *session,
           GError      **error)
{
  const char *id = moked_request_get_param (call->request, "id");

  if (!moked_office_service_check_role (session, moked_request_get_user_id (call->request), MOKED_USER_OWNER, error))
    return FALSE;
  call->user = moked_entity_store_load (session, &moked_user_info, id, error);
  if (call->user == NULL || !moked_entity_is_deleted (call->user))
    return call->user != NULL;
  moked_entity_store_set_not_found (&moked_user_info, id, error);
  return FALSE;
}

/* Somebody must be able to decide who may do what. */
static gboolean
check_owner_left (MokedSession *session,
                  GError      **error)
{
  g_autoptr (GPtrArray) owners = moked_entity_store_list (
      session, &moked_user_info, error, "WHERE business_id = $1 AND deleted_at IS NULL AND role = 'owner' LIMIT 1", "");

  if (owners == NULL || owners->len > 0)
    return owners != NULL;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_REJECTED, _("An office needs an owner"));
  return FALSE;
}

static DexFuture *
change_in_session (MokedSession *session,
                   gpointer      data)
{
  Call *call = data;
  MokedActor actor = actor_of (call);
  GError *error = NULL;

  if (!load_user (call, session, &error) ||
      !moked_entity_apply_json (call->user, moked_request_get_json (call->request, NULL), MOKED_FIELD_NONE, &error) ||
      !moked_entity_validate (call->user, &error) || !moked_change_log_save (session, call->user, &actor, &error) ||
      !check_owner_left (session, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

MokedReply *
moked_users_change (MokedRequest *request,
                    MokedContext *context,
                    GError      **error)
{
  g_autoptr (Call) call = call_new (request);
  yyjson_mut_doc *doc;

  /* Parsed here, where the request belongs; the store thread finds it done. */
  if (moked_request_get_json (request, error) == NULL || !write_in_store (call, context, change_in_session, error))
    return NULL;
  doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_doc_set_root (doc, moked_entity_to_json (call->user, doc));
  return moked_reply_new_json (doc);
}

static DexFuture *
remove_in_session (MokedSession *session,
                   gpointer      data)
{
  Call *call = data;
  MokedActor actor = actor_of (call);
  GError *error = NULL;

  if (!load_user (call, session, &error) || !moked_change_log_delete (session, call->user, &actor, &error) ||
      !moked_auth_revoke_by_user (session, moked_entity_get_id (call->user), &error) ||
      !check_owner_left (session, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

MokedReply *
moked_users_remove (MokedRequest *request,
                    MokedContext *context,
                    GError      **error)
{
  g_autoptr (Call) call = call_new (request);

  return write_in_store (call, context, remove_in_session, error) ? moked_reply_new (204) : NULL;
}
