/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/moked-postgres-error.h"

#include "base/moked-error.h"

/* The first that fits; PostgreSQL's classes are the first two letters of a state (its manual, appendix A). */
static const struct
{
  const char *state;
  MokedError  error;
} kinds[] = {
  { "08", MOKED_ERROR_UNAVAILABLE },    /* connection */
  { "57014", MOKED_ERROR_TIMEOUT },     /* a statement that took too long */
  { "57", MOKED_ERROR_UNAVAILABLE },    /* shut down, or not started yet */
  { "53300", MOKED_ERROR_UNAVAILABLE }, /* too many connections */
  { "53", MOKED_ERROR_STORAGE },        /* a full disk, no memory */
  { "58", MOKED_ERROR_STORAGE },        /* the system below */
  { "40", MOKED_ERROR_BUSY },           /* deadlock, serialization */
  { "55", MOKED_ERROR_BUSY },           /* a lock that is not to be had */
  { "23", MOKED_ERROR_CONFLICT },       /* constraints */
  { "P0001", MOKED_ERROR_CONFLICT },    /* a trigger's objection */
  { "54", MOKED_ERROR_TOO_LARGE },
  { "XX001", MOKED_ERROR_CORRUPT },
  { "XX002", MOKED_ERROR_CORRUPT },
  { "28", MOKED_ERROR_UNAVAILABLE }, /* password: whoever corrects it is let in */
  { "3D", MOKED_ERROR_UNAVAILABLE }, /* no such database yet */
  { "0A", MOKED_ERROR_INTERNAL },    /* a wrong statement stays wrong, however often it is tried */
  { "22", MOKED_ERROR_INTERNAL },
  { "42", MOKED_ERROR_INTERNAL },
};

static MokedError
classify (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (state, kinds[i].state))
      return kinds[i].error;
  return MOKED_ERROR_STORAGE;
}

/**
 * moked_postgres_is_lost:
 * @db: the connection that failed
 * @result: (nullable): what it answered
 *
 * Returns: whether there is nobody at the other end any more. libpq does not always say so by the connection's status
 *   at once (not after a write that failed); but what the server itself did not say is about the connection.
 */
gboolean
moked_postgres_is_lost (PGconn   *db,
                        PGresult *result)
{
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;

  return PQstatus (db) != CONNECTION_OK || state == NULL || g_str_has_prefix (state, "57P");
}

/**
 * moked_postgres_set_error:
 * @error: where to
 * @db: the connection that failed
 * @result: (nullable): what it answered
 *
 * The one place where PostgreSQL's states become the program's errors. A lost connection is temporary; whether the
 * commit that was under way is kept is not known then, as with any network.
 */
void
moked_postgres_set_error (GError  **error,
                          PGconn   *db,
                          PGresult *result)
{
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
  const char *primary = result != NULL ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  g_autofree char *message = g_strdup (primary != NULL ? primary : PQerrorMessage (db));
  MokedError ours = moked_postgres_is_lost (db, result) ? MOKED_ERROR_UNAVAILABLE : classify (state);

  g_set_error (error, MOKED_ERROR, ours, "PostgreSQL: %s", g_strstrip (message));
}
