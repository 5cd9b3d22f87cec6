/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"

#include <gio/gio.h>
#include <libdex.h>

/**
 * MokedError:
 * @MOKED_ERROR_INVALID: a value is not acceptable; the message names it
 * @MOKED_ERROR_FORMAT: the input could not be parsed at all
 * @MOKED_ERROR_UNAUTHENTICATED: nobody proved who they are
 * @MOKED_ERROR_FORBIDDEN: who they are is known, and they may not do this
 * @MOKED_ERROR_NOT_FOUND: there is no such thing
 * @MOKED_ERROR_CONFLICT: the thing changed, or is there already
 * @MOKED_ERROR_GONE: it was there once and won't come back, as a cursor of another life of the log
 * @MOKED_ERROR_EXPIRED: it is too old, as a cursor older than the tombstones
 * @MOKED_ERROR_TOO_LARGE: the input is larger than the limit
 * @MOKED_ERROR_REJECTED: the input is well formed, and a rule of the business says no
 * @MOKED_ERROR_RATE_LIMITED: too many tries; later is fine
 * @MOKED_ERROR_BUSY: another holder has the lock or the queue is full; later is fine
 * @MOKED_ERROR_IN_USE: another program has the data; later is fine, when it was closed
 * @MOKED_ERROR_STORAGE: the disk or the database failed
 * @MOKED_ERROR_FULL: the disk is full, or what may be stored is used up
 * @MOKED_ERROR_CORRUPT: stored data is damaged; trying again cannot help
 * @MOKED_ERROR_UNAVAILABLE: a vendor, the service or the network is away
 * @MOKED_ERROR_TIMEOUT: it took too long; whether it happened is not known
 * @MOKED_ERROR_CANCELLED: the caller lost interest
 * @MOKED_ERROR_INTERNAL: a fault of the program itself
 *
 * What can go wrong anywhere in the program. An error says what happened by its code and to whom by its
 * message; the mapping to HTTP is here and nowhere else.
 */

typedef struct
{
  const char *code;
  guint       http_status;
  gboolean    temporary;
} ErrorKind;

/* Storage counts as temporary: a full disk is emptied and a lost database comes back, so a durable
 * job must try again and must not give up what it holds. */
static const ErrorKind error_kinds[] = {
  [MOKED_ERROR_INVALID] = { "invalid", 400, FALSE },
  [MOKED_ERROR_FORMAT] = { "format", 400, FALSE },
  [MOKED_ERROR_UNAUTHENTICATED] = { "unauthenticated", 401, FALSE },
  [MOKED_ERROR_FORBIDDEN] = { "forbidden", 403, FALSE },
  [MOKED_ERROR_NOT_FOUND] = { "not-found", 404, FALSE },
  [MOKED_ERROR_CONFLICT] = { "conflict", 409, FALSE },
  [MOKED_ERROR_GONE] = { "gone", 410, FALSE },
  [MOKED_ERROR_EXPIRED] = { "expired", 410, FALSE },
  [MOKED_ERROR_TOO_LARGE] = { "too-large", 413, FALSE },
  [MOKED_ERROR_REJECTED] = { "rejected", 422, FALSE },
  [MOKED_ERROR_RATE_LIMITED] = { "rate-limited", 429, TRUE },
  [MOKED_ERROR_BUSY] = { "busy", 503, TRUE },
  [MOKED_ERROR_IN_USE] = { "in-use", 503, TRUE },
  [MOKED_ERROR_STORAGE] = { "storage", 500, TRUE },
  [MOKED_ERROR_FULL] = { "full", 507, TRUE },
  [MOKED_ERROR_CORRUPT] = { "corrupt", 500, FALSE },
  [MOKED_ERROR_UNAVAILABLE] = { "unavailable", 503, TRUE },
  [MOKED_ERROR_TIMEOUT] = { "timeout", 504, TRUE },
  [MOKED_ERROR_CANCELLED] = { "cancelled", 503, FALSE },
  [MOKED_ERROR_INTERNAL] = { "internal", 500, FALSE },
};

G_DEFINE_QUARK (moked-error-quark, moked_error)

static MokedError
classify_io_error (gint code)
{
  switch (code)
    {
    case G_IO_ERROR_CANCELLED:
      return MOKED_ERROR_CANCELLED;
    case G_IO_ERROR_TIMED_OUT:
      return MOKED_ERROR_TIMEOUT;
    case G_IO_ERROR_NOT_FOUND:
      return MOKED_ERROR_NOT_FOUND;
    case G_IO_ERROR_PERMISSION_DENIED:
      return MOKED_ERROR_FORBIDDEN;
    case G_IO_ERROR_NO_SPACE:
    case G_IO_ERROR_READ_ONLY:
      return MOKED_ERROR_STORAGE;
    case G_IO_ERROR_BUSY:
    case G_IO_ERROR_WOULD_BLOCK:
    case G_IO_ERROR_TOO_MANY_OPEN_FILES:
      return MOKED_ERROR_BUSY;
    case G_IO_ERROR_INVALID_DATA:
      return MOKED_ERROR_FORMAT;
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_NOT_CONNECTED:
      return MOKED_ERROR_UNAVAILABLE;
    default:
      return MOKED_ERROR_INTERNAL;
    }
}

static const ErrorKind *
classify (const GError *error)
{
  MokedError code = MOKED_ERROR_INTERNAL;

  if (error->domain == MOKED_ERROR && (guint) error->code < G_N_ELEMENTS (error_kinds))
    code = error->code;
  else if (error->domain == G_IO_ERROR)
    code = classify_io_error (error->code);
  else if (error->domain == G_RESOLVER_ERROR)
    code = MOKED_ERROR_UNAVAILABLE;
  else if (g_error_matches (error, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    code = MOKED_ERROR_TIMEOUT;

  return &error_kinds[code];
}

/**
 * moked_error_get_http_status:
 * @error: an error of any domain
 *
 * The HTTP status that tells a client about @error. Errors of GIO and libdex are understood too;
 * what nobody knows is 500.
 *
 * Returns: a status between 400 and 599
 */
guint
moked_error_get_http_status (const GError *error)
{
  g_return_val_if_fail (error != NULL, 500);

  return classify (error)->http_status;
}

/**
 * moked_error_get_code:
 * @error: an error of any domain
 *
 * A name of the error for machines, such as `not-found`. It is part of the API and never translated.
 *
 * Returns: a static string
 */
const char *
moked_error_get_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, "internal");

  return classify (error)->code;
}

/**
 * moked_error_is_temporary:
 * @error: an error of any domain
 *
 * Whether the same request may succeed later without anyone changing it, so that it is worth keeping
 * in a queue.
 *
 * Returns: whether trying again can help
 */
gboolean
moked_error_is_temporary (const GError *error)
{
  g_return_val_if_fail (error != NULL, FALSE);

  return classify (error)->temporary;
}
