/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-auth.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "server/moked-rate-limit.h"

/* A token is 256 random bits, so its SHA-256 needs neither salt nor stretching, and looking the hash up
 * tells nothing about a token by its timing. Only the hash is stored. */

#define TOKEN_BYTES 32
#define CACHE_USEC (30 * G_USEC_PER_SEC)
#define MAX_CACHED 4096

/* Ten wrong tokens at once, then one every six seconds, by address. */
#define FAILURES 10
#define FAILURE_REFILL (6 * G_USEC_PER_SEC)

static const MokedMigration migrations[] = {
  { 1, "CREATE TABLE device ("
       " id TEXT PRIMARY KEY,"
       " business_id TEXT NOT NULL,"
       " user_id TEXT NOT NULL,"
       " name TEXT NOT NULL,"
       " token_hash TEXT NOT NULL UNIQUE,"
       " created_at BIGINT NOT NULL,"
       " revoked_at BIGINT)" },
  { 0 },
};

static const char *const secret_tables[] = { "device", NULL };

const MokedSchemaPart moked_auth_schema = {
  .name = "server",
  .migrations = migrations,
  .secret_tables = secret_tables,
};

typedef struct
{
  MokedDevice *device;
  gint64       until;
} Known;

struct _MokedAuth
{
  MokedStore     *store;
  MokedClock     *clock;
  MokedRateLimit *failures;
  GHashTable     *known; /* token hash → Known */
};

static void
free_known (gpointer data)
{
  Known *known = data;

  moked_device_unref (known->device);
  g_free (known);
}

/**
 * moked_auth_new:
 *
 * Returns: (transfer full): who may ask, from the devices that are paired in @store
 */
MokedAuth *
moked_auth_new (MokedStore *store,
                MokedClock *clock)
{
  MokedAuth *self = g_new0 (MokedAuth, 1);

  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->failures = moked_rate_limit_new (clock, FAILURES, FAILURE_REFILL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_known);
  return self;
}

void
moked_auth_free (MokedAuth *self)
{
  g_hash_table_unref (self->known);
  moked_rate_limit_free (self->failures);
  g_object_unref (self->clock);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * moked_auth_forget:
 *
 * Devices were revoked: every token is looked up anew.
 */
void
moked_auth_forget (MokedAuth *self)
{
  g_hash_table_remove_all (self->known);
}

static DexFuture *
find_device (MokedSession *session,
             gpointer      data)
{
  const char *hash = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error,
                           "SELECT id, business_id, user_id FROM device WHERE token_hash = $1 AND revoked_at IS NULL",
                           "t", hash);

  if (cursor != NULL && moked_cursor_next (cursor, &error))
    return dex_future_new_take_boxed (MOKED_TYPE_DEVICE,
                                      moked_device_new (moked_cursor_get_text (cursor, 0),
                                                        moked_cursor_get_text (cursor, 1),
                                                        moked_cursor_get_text (cursor, 2)));
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "This device is not paired with the service");
}

static const char *
get_token (MokedRequest *request)
{
  const char *header = moked_request_get_header (request, "Authorization");

  if (header == NULL || g_ascii_strncasecmp (header, "Bearer ", 7) != 0)
    return NULL;
  return header + 7 + strspn (header + 7, " ");
}

static void
remember (MokedAuth   *self,
          char        *hash,
          MokedDevice *device)
{
  Known *known = g_new0 (Known, 1);

  if (g_hash_table_size (self->known) >= MAX_CACHED)
    g_hash_table_remove_all (self->known);
  known->device = moked_device_ref (device);
  known->until = moked_clock_get_monotonic (self->clock) + CACHE_USEC;
  g_hash_table_insert (self->known, hash, known);
}

/**
 * moked_auth_identify:
 * @request: what somebody asks; its `Authorization: Bearer` header tells who
 * @error: %MOKED_ERROR_UNAUTHENTICATED, %MOKED_ERROR_RATE_LIMITED, or the store's
 *
 * Called in a fiber.
 *
 * Returns: (transfer full) (nullable): the device that asks
 */
MokedDevice *
moked_auth_identify (MokedAuth    *self,
                     MokedRequest *request,
                     GError      **error)
{
  const char *token = get_token (request);
  const char *address = moked_request_get_remote_address (request);
  g_autofree char *hash = NULL;
  g_autoptr (MokedDevice) device = NULL;
  g_autoptr (GError) local_error = NULL;
  Known *known;

  if (token == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "A device token is needed");
      return NULL;
    }
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
  known = g_hash_table_lookup (self->known, hash);
  if (known != NULL && moked_clock_get_monotonic (self->clock) < known->until)
    return moked_device_ref (known->device);
  if (moked_rate_limit_check (self->failures, address) > 0)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_RATE_LIMITED,
                           "Too many wrong tokens; try again in a minute");
      return NULL;
    }
  device = dex_await_boxed (moked_store_read (self->store, NULL, find_device, hash, NULL), &local_error);
  if (device != NULL)
    {
      remember (self, g_steal_pointer (&hash), device);
      return g_steal_pointer (&device);
    }
  if (g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED))
    moked_rate_limit_take (self->failures, address);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/**
 * moked_auth_dup_token:
 *
 * Returns: (transfer full) (nullable): a secret that nobody can guess
 */
char *
moked_auth_dup_token (GError **error)
{
  guint8 bytes[TOKEN_BYTES];
  char *token;

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INTERNAL, "No random bytes: %s", g_strerror (errno));
      return NULL;
    }
  token = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (token, "+", '-');
  g_strdelimit (token, "/", '_');
  token[strcspn (token, "=")] = '\0';
  return token;
}

/**
 * moked_auth_pair:
 * @session: a session without a business
 * @business: what the device may see
 * @user_id: for whom it acts
 * @name: what people call the device
 * @out_token: (out) (transfer full): its token, which is nowhere else
 *
 * Pairs a device with a business.
 */
gboolean
moked_auth_pair (MokedSession *session,
                 const char   *business,
                 const char   *user_id,
                 const char   *name,
                 char        **out_token,
                 GError      **error)
{
  g_autofree char *id = moked_ulid_new (NULL);
  g_autofree char *token = moked_auth_dup_token (error);
  g_autofree char *hash = NULL;

  if (token == NULL)
    return FALSE;
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
  if (!moked_session_exec (session, error,
                           "INSERT INTO device (id, business_id, user_id, name, token_hash, created_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6)",
                           "ttttti", id, business, user_id, name, hash, moked_session_get_now (session)))
    return FALSE;
  *out_token = g_steal_pointer (&token);
  return TRUE;
}

/**
 * moked_auth_revoke:
 * @session: a session without a business
 * @id: a device
 *
 * Its token is refused from the next moked_auth_forget() on, at the latest half a minute later.
 */
gboolean
moked_auth_revoke (MokedSession *session,
                   const char   *id,
                   GError      **error)
{
  return moked_session_exec (session, error,
                             "UPDATE device SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", "ti",
                             id, moked_session_get_now (session));
}

/**
 * moked_auth_revoke_by_name:
 * @session: a session without a business
 * @name: what devices are called
 *
 * As moked_auth_revoke(), for all devices of that name.
 */
gboolean
moked_auth_revoke_by_name (MokedSession *session,
                           const char   *name,
                           GError      **error)
{
  return moked_session_exec (session, error, "UPDATE device SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL",
                             "ti", name, moked_session_get_now (session));
}

/**
 * moked_auth_revoke_by_user:
 * @session: a session of the user's business
 * @user_id: who does not work there any more
 *
 * As moked_auth_revoke(), for all devices of that user.
 */
gboolean
moked_auth_revoke_by_user (MokedSession *session,
                           const char   *user_id,
                           GError      **error)
{
  return moked_session_exec (session, error,
                             "UPDATE device SET revoked_at = $3 WHERE business_id = $1 AND user_id = $2 "
                             "AND revoked_at IS NULL",
                             "ti", user_id, moked_session_get_now (session));
}
