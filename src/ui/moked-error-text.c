/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "ui/moked-error-text.h"

typedef struct
{
  MokedError  code;
  const char *text;
} ErrorText;

/* Translators: each says what it means for the person, and then what to do. */
static const ErrorText texts[] = {
  { MOKED_ERROR_INVALID, N_("Some of the details are not valid, or too long. Please correct them and try again.") },
  { MOKED_ERROR_FORMAT, N_("The answer could not be understood. Please check that the desktop and the service are of the same version.") },
  { MOKED_ERROR_UNAUTHENTICATED, N_("The service does not know this computer. Please ask whoever looks after the service for a new token.") },
  { MOKED_ERROR_FORBIDDEN, N_("Your role does not allow it. Please ask the manager of the office.") },
  { MOKED_ERROR_NOT_FOUND, N_("It may have been deleted by somebody else. Please refresh the list and try again.") },
  { MOKED_ERROR_CONFLICT, N_("Somebody else changed it in the meantime. Please look at the new values and try again.") },
  { MOKED_ERROR_GONE, N_("It is no longer there. Nothing else was changed.") },
  { MOKED_ERROR_EXPIRED, N_("Too much time has passed since. Please begin again.") },
  { MOKED_ERROR_TOO_LARGE, N_("It is too large to be sent. Please try a smaller one.") },
  { MOKED_ERROR_RATE_LIMITED, N_("Too many attempts in a short time. Please wait a minute and try again.") },
  { MOKED_ERROR_BUSY, N_("The data is in use just now. Please try again in a moment.") },
  { MOKED_ERROR_IN_USE, N_("The data is open in another program of this computer. Please close it there and try again.") },
  { MOKED_ERROR_STORAGE, N_("The data could not be written. Please check that the disk is not full and that the data folder may be written.") },
  { MOKED_ERROR_FULL, N_("There is no room for it. Please free some space, or ask whoever looks after the service.") },
  { MOKED_ERROR_CORRUPT, N_("The data is damaged. If it is this computer's copy it is fetched from the service again by itself, and if it is the service's own, please restore the newest backup.") },
  { MOKED_ERROR_UNAVAILABLE, N_("The service does not answer. Work can go on, and everything will be sent when it is back.") },
  { MOKED_ERROR_TIMEOUT, N_("The service did not answer in time. Please try again in a moment.") },
  { MOKED_ERROR_CANCELLED, N_("The action was cancelled. Nothing was changed.") },
};

/**
 * moked_error_text_dup:
 * @error: what failed
 *
 * Says in the user's language what @error means and what to do. A rule of the office that said no
 * (%MOKED_ERROR_REJECTED) already has a sentence for people, which is kept.
 *
 * Returns: (transfer full): one or two sentences
 */
char *
moked_error_text_dup (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == MOKED_ERROR)
    {
      if (error->code == MOKED_ERROR_REJECTED)
        return g_strdup (error->message);

      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        if (texts[i].code == (MokedError) error->code)
          return g_strdup (_ (texts[i].text));
    }

  /* Translators: %s is the technical text of an unforeseen error */
  return g_strdup_printf (_("Something unexpected happened. Please try again, and if it happens again report this: %s"),
                          error->message);
}
