/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/office/moked-office-service.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-ulid.h"
#include "server/moked-auth.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log.h"

static gboolean
save_office (MokedSession           *session,
             const MokedOfficeSetup *setup,
             const MokedActor       *actor,
             GError                **error)
{
  g_autofree char *id = moked_ulid_new (NULL);
  g_autoptr (MokedOffice) office = MOKED_OFFICE (moked_entity_new (&moked_office_info, id));

  office->name = g_strdup (setup->name);
  office->number = moked_text_is_blank (setup->number) ? NULL : g_strdup (setup->number);
  if (!moked_text_is_blank (setup->phone) && (office->phone = moked_phone_normalize (setup->phone, error)) == NULL)
    return FALSE;
  return moked_entity_validate (office, error) && moked_change_log_save (session, office, actor, error);
}

static gboolean
save_owner (MokedSession           *session,
            const char             *id,
            const MokedOfficeSetup *setup,
            const MokedActor       *actor,
            GError                **error)
{
  g_autoptr (MokedUser) user = MOKED_USER (moked_entity_new (&moked_user_info, id));

  user->name = g_strdup (setup->user_name);
  user->email = g_strdup (setup->user_email);
  user->role = MOKED_USER_OWNER;
  return moked_entity_validate (user, error) && moked_change_log_save (session, user, actor, error);
}

/**
 * moked_office_service_create:
 * @session: a session without a business; it belongs to the new one afterwards
 * @setup: what it begins with
 * @out_business: (out) (transfer full): the new business
 * @out_user_id: (out) (transfer full): its owner
 * @out_token: (out) (transfer full): the token of the owner's device
 * @error: %MOKED_ERROR_INVALID, or the store's
 *
 * Makes a business with its first user and that user's first device. There is no default account.
 */
gboolean
moked_office_service_create (MokedSession           *session,
                             const MokedOfficeSetup *setup,
                             char                  **out_business,
                             char                  **out_user_id,
                             char                  **out_token,
                             GError                **error)
{
  g_autofree char *business = moked_ulid_new (NULL);
  g_autofree char *user_id = moked_ulid_new (NULL);
  g_autofree char *token = NULL;
  const MokedActor actor = { user_id, "setup", NULL };

  if (!moked_auth_pair (session, business, user_id, setup->device_name, &token, error))
    return FALSE;
  moked_session_set_business (session, business);
  if (!save_office (session, setup, &actor, error) || !save_owner (session, user_id, setup, &actor, error))
    return FALSE;
  *out_business = g_steal_pointer (&business);
  *out_user_id = g_steal_pointer (&user_id);
  *out_token = g_steal_pointer (&token);
  return TRUE;
}

/**
 * moked_office_service_load:
 * @session: a session of a business
 * @error: %MOKED_ERROR_NOT_FOUND, or the store's
 *
 * Returns: (transfer full) (nullable): the business's own record
 */
MokedOffice *
moked_office_service_load (MokedSession *session,
                           GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  MokedOffice *office = moked_entity_store_find (session, &moked_office_info, &local_error,
                                                 "business_id = $1 AND deleted_at IS NULL", "");

  if (office == NULL && local_error == NULL)
    g_set_error_literal (&local_error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, _("This office is not set up"));
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return office;
}

/* The first column of the only row, NULL when there is none or more than one. */
static char *
read_only_one (MokedCursor *cursor,
               GError     **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return NULL;
  if (moked_cursor_next (cursor, &local_error))
    {
      text = moked_cursor_dup_text (cursor, 0);
      if (moked_cursor_next (cursor, &local_error))
        g_clear_pointer (&text, g_free);
    }
  if (local_error == NULL)
    return g_steal_pointer (&text);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_office_service_find_by_number:
 * @session: a session without a business
 * @number: (nullable): the number that was called or written to, E.164
 * @error: %MOKED_ERROR_NOT_FOUND, or the store's
 *
 * Finds whose number it is. Where only one office exists it is that one's, whatever the number: vendors
 * have test numbers and numbers that forward.
 *
 * Returns: (transfer full) (nullable): the business
 */
char *
moked_office_service_find_by_number (MokedSession *session,
                                     const char   *number,
                                     GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) exact = moked_session_query (
      session, &local_error, "SELECT business_id FROM office WHERE phone = $1 AND deleted_at IS NULL LIMIT 2", "t",
      number);
  char *business = read_only_one (exact, &local_error);

  if (business == NULL && local_error == NULL)
    {
      g_autoptr (MokedCursor) any = moked_session_query (
          session, &local_error, "SELECT business_id FROM office WHERE deleted_at IS NULL LIMIT 2", "");

      business = read_only_one (any, &local_error);
    }
  if (business == NULL && local_error == NULL)
    g_set_error_literal (&local_error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "No office has this number");
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return business;
}

/**
 * moked_office_service_find_first_user:
 * @session: a session without a business
 * @out_business: (out) (transfer full) (nullable): the oldest office; %NULL when there is none
 * @out_user_id: (out) (transfer full) (nullable): its oldest owner
 *
 * For the service that runs on somebody's own computer, where there is one office.
 */
gboolean
moked_office_service_find_first_user (MokedSession *session,
                                      char        **out_business,
                                      char        **out_user_id,
                                      GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT business_id, id FROM \"user\" WHERE deleted_at IS NULL AND role = 'owner' ORDER BY created_at, id LIMIT 1", "");

  *out_business = *out_user_id = NULL;
  if (cursor == NULL)
    return FALSE;
  if (moked_cursor_next (cursor, &local_error))
    {
      *out_business = moked_cursor_dup_text (cursor, 0);
      *out_user_id = moked_cursor_dup_text (cursor, 1);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_office_service_check_role:
 * @session: a session of a business
 * @user_id: who asks
 * @least: the role that is enough
 * @error: %MOKED_ERROR_FORBIDDEN, or the store's
 *
 * Returns: whether the user has that role or a higher one
 */
gboolean
moked_office_service_check_role (MokedSession *session,
                                 const char   *user_id,
                                 MokedUserRole least,
                                 GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedUser) user = moked_entity_store_load (session, &moked_user_info, user_id, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (user != NULL && !moked_entity_is_deleted (user) && user->role <= (int) least)
    return TRUE;
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN, _("Your role does not allow this"));
  return FALSE;
}
