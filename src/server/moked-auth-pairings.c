/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-auth.h"

/* Another copy of the office takes the place of the present one. Who is paired is no matter of the copy: a device that
 * was paired since would be locked out, and one that was locked out would be let in again. */

typedef struct
{
  char  *texts[5]; /* id, business, user, name, hash of the token */
  gint64 created_at;
  gint64 revoked_at; /* 0: it is paired */
} Pairing;

static void
free_pairing (gpointer data)
{
  Pairing *pairing = data;

  for (guint i = 0; i < G_N_ELEMENTS (pairing->texts); i++)
    g_free (pairing->texts[i]);
  g_free (pairing);
}

/**
 * moked_auth_list_pairings:
 * @session: a session without a business
 *
 * Returns: (transfer full) (nullable): for moked_auth_adopt_pairings()
 */
GPtrArray *
moked_auth_list_pairings (MokedSession *session,
                          GError      **error)
{
  g_autoptr (GPtrArray) pairings = g_ptr_array_new_with_free_func (free_pairing);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT id, business_id, user_id, name, token_hash, created_at, coalesce (revoked_at, 0) "
      "FROM device", "");

  if (cursor == NULL)
    return NULL;
  while (moked_cursor_next (cursor, &local_error))
    {
      Pairing *pairing = g_new0 (Pairing, 1);

      for (guint i = 0; i < G_N_ELEMENTS (pairing->texts); i++)
        pairing->texts[i] = moked_cursor_dup_text (cursor, i);
      pairing->created_at = moked_cursor_get_int (cursor, 5);
      pairing->revoked_at = moked_cursor_get_int (cursor, 6);
      g_ptr_array_add (pairings, pairing);
    }
  if (local_error == NULL)
    return g_steal_pointer (&pairings);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_auth_adopt_pairings:
 * @session: a session without a business, of the other database
 * @pairings: what moked_auth_list_pairings() returned
 *
 * Lets in who is paired in @pairings and keeps out who is not any more, of the offices that the other database has.
 */
gboolean
moked_auth_adopt_pairings (MokedSession *session,
                           GPtrArray    *pairings,
                           GError      **error)
{
  for (guint i = 0; i < pairings->len; i++)
    {
      const Pairing *pairing = g_ptr_array_index (pairings, i);
      char *const *texts = pairing->texts;

      if (!moked_session_exec (session, error,
                               "INSERT INTO device (id, business_id, user_id, name, token_hash, created_at, revoked_at) "
                               "SELECT $1, business_id, $3, $4, $5, $6, nullif ($7, 0) FROM business_seq "
                               "WHERE business_id = $2 ON CONFLICT (id) DO UPDATE SET revoked_at = excluded.revoked_at",
                               "tttttii", texts[0], texts[1], texts[2], texts[3], texts[4], pairing->created_at,
                               pairing->revoked_at))
        return FALSE;
    }
  return TRUE;
}
