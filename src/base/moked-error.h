/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MOKED_ERROR (moked_error_quark ())

typedef enum
{
  MOKED_ERROR_INVALID,
  MOKED_ERROR_FORMAT,
  MOKED_ERROR_UNAUTHENTICATED,
  MOKED_ERROR_FORBIDDEN,
  MOKED_ERROR_NOT_FOUND,
  MOKED_ERROR_CONFLICT,
  MOKED_ERROR_GONE,
  MOKED_ERROR_EXPIRED,
  MOKED_ERROR_TOO_LARGE,
  MOKED_ERROR_REJECTED,
  MOKED_ERROR_RATE_LIMITED,
  MOKED_ERROR_BUSY,
  MOKED_ERROR_IN_USE,
  MOKED_ERROR_STORAGE,
  MOKED_ERROR_FULL,
  MOKED_ERROR_CORRUPT,
  MOKED_ERROR_UNAVAILABLE,
  MOKED_ERROR_TIMEOUT,
  MOKED_ERROR_CANCELLED,
  MOKED_ERROR_INTERNAL,
} MokedError;

GQuark      moked_error_quark           (void);
guint       moked_error_get_http_status (const GError *error);
const char *moked_error_get_code        (const GError *error);
gboolean    moked_error_is_temporary    (const GError *error);

G_END_DECLS
