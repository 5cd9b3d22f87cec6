/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "providers/twilio/moked-twilio-error.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"

/* Twilio's error codes (twilio.com/docs/api/errors) that an office can meet when it sends, with what people
 * are told. The texts are msgids: the service stores them, the desktop translates them. */
typedef struct
{
  int         code;
  MokedError  error;
  const char *text;
} Known;

#define WRONG_NUMBER N_("The number is not valid or cannot receive messages.")
#define NOT_REACHED N_("The phone could not be reached. It may be off or out of service.")
#define OUR_NUMBER N_("The office's number is not set up for this kind of message at Twilio.")
#define TOO_FAST N_("Too many messages at once. It will be tried again.")
#define CREDENTIALS N_("Twilio does not accept the account's credentials.")
#define ACCOUNT N_("The Twilio account is suspended or may not send to this country.")
#define TEMPLATE N_("The message template is missing, not approved or incomplete.")
#define BLOCKED N_("The carrier or WhatsApp did not let the message through.")

static const Known known[] = {
  { 10001, MOKED_ERROR_REJECTED, ACCOUNT },
  { 14107, MOKED_ERROR_RATE_LIMITED, TOO_FAST },
  { 20003, MOKED_ERROR_UNAUTHENTICATED, CREDENTIALS },
  { 20005, MOKED_ERROR_REJECTED, ACCOUNT },
  { 20404, MOKED_ERROR_NOT_FOUND, N_("Twilio does not know the account or the message.") },
  { 20429, MOKED_ERROR_RATE_LIMITED, TOO_FAST },
  { 20500, MOKED_ERROR_UNAVAILABLE, NULL },
  { 20503, MOKED_ERROR_UNAVAILABLE, NULL },
  { 21211, MOKED_ERROR_REJECTED, WRONG_NUMBER },
  { 21212, MOKED_ERROR_REJECTED, OUR_NUMBER },
  { 21214, MOKED_ERROR_REJECTED, WRONG_NUMBER },
  { 21217, MOKED_ERROR_REJECTED, WRONG_NUMBER },
  { 21219, MOKED_ERROR_REJECTED, N_("A trial account can only send to verified numbers.") },
  { 21265, MOKED_ERROR_REJECTED, WRONG_NUMBER },
  { 21266, MOKED_ERROR_REJECTED, N_("The message would go to the office's own number.") },
  { 21408, MOKED_ERROR_REJECTED, ACCOUNT },
  { 21602, MOKED_ERROR_REJECTED, N_("The message is empty.") },
  { 21604, MOKED_ERROR_REJECTED, WRONG_NUMBER },
  { 21606, MOKED_ERROR_REJECTED, OUR_NUMBER },
  { 21608, MOKED_ERROR_REJECTED, N_("A trial account can only send to verified numbers.") },
  { 21610, MOKED_ERROR_REJECTED, N_("This person asked not to receive messages.") },
  { 21611, MOKED_ERROR_RATE_LIMITED, TOO_FAST },
  { 21612, MOKED_ERROR_REJECTED, OUR_NUMBER },
  { 21614, MOKED_ERROR_REJECTED, N_("This is not a mobile number.") },
  { 21617, MOKED_ERROR_REJECTED, N_("The message is too long.") },
  { 21620, MOKED_ERROR_REJECTED, N_("The attachment cannot be sent.") },
  { 21623, MOKED_ERROR_REJECTED, N_("The attachment cannot be sent.") },
  { 21654, MOKED_ERROR_REJECTED, TEMPLATE },
  { 21655, MOKED_ERROR_REJECTED, TEMPLATE },
  { 21656, MOKED_ERROR_REJECTED, TEMPLATE },
  { 21659, MOKED_ERROR_REJECTED, OUR_NUMBER },
  { 21703, MOKED_ERROR_REJECTED, OUR_NUMBER },
  { 30001, MOKED_ERROR_RATE_LIMITED, TOO_FAST },
  { 30002, MOKED_ERROR_REJECTED, ACCOUNT },
  { 30003, MOKED_ERROR_REJECTED, NOT_REACHED },
  { 30004, MOKED_ERROR_REJECTED, N_("The number blocks messages.") },
  { 30005, MOKED_ERROR_REJECTED, WRONG_NUMBER },
  { 30006, MOKED_ERROR_REJECTED, N_("This is not a mobile number.") },
  { 30007, MOKED_ERROR_REJECTED, BLOCKED },
  { 30008, MOKED_ERROR_REJECTED, NOT_REACHED },
  { 30034, MOKED_ERROR_REJECTED, BLOCKED },
  { 30410, MOKED_ERROR_UNAVAILABLE, NULL },
  { 63001, MOKED_ERROR_UNAUTHENTICATED, CREDENTIALS },
  { 63003, MOKED_ERROR_REJECTED, N_("This person has no WhatsApp at this number.") },
  { 63005, MOKED_ERROR_REJECTED, BLOCKED },
  { 63007, MOKED_ERROR_REJECTED, OUR_NUMBER },
  { 63010, MOKED_ERROR_UNAVAILABLE, NULL },
  { 63013, MOKED_ERROR_REJECTED, BLOCKED },
  { 63015, MOKED_ERROR_REJECTED, N_("The number has not joined the WhatsApp sandbox.") },
  { 63016, MOKED_ERROR_REJECTED,
    N_ ("More than 24 hours passed since the person's last message, so WhatsApp takes only an approved template.") },
  { 63018, MOKED_ERROR_RATE_LIMITED, TOO_FAST },
  { 63019, MOKED_ERROR_REJECTED, N_("The attachment cannot be sent.") },
  { 63021, MOKED_ERROR_REJECTED, TEMPLATE },
  { 63024, MOKED_ERROR_REJECTED, N_("This person has no WhatsApp at this number.") },
  { 63027, MOKED_ERROR_REJECTED, TEMPLATE },
  { 63028, MOKED_ERROR_REJECTED, TEMPLATE },
  { 63032, MOKED_ERROR_REJECTED, BLOCKED },
  { 63038, MOKED_ERROR_RATE_LIMITED, N_("The account's daily limit of messages is used up.") },
  { 63041, MOKED_ERROR_REJECTED, TEMPLATE },
  { 63042, MOKED_ERROR_REJECTED, TEMPLATE },
  { 63049, MOKED_ERROR_REJECTED, BLOCKED },
  { 63051, MOKED_ERROR_REJECTED, ACCOUNT },
};

static const Known *
find (gint64 code)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].code == code)
      return &known[i];
  return NULL;
}

static MokedError
from_status (guint status)
{
  switch (status)
    {
    case 401:
    case 403:
      return MOKED_ERROR_UNAUTHENTICATED;
    case 404:
      return MOKED_ERROR_NOT_FOUND;
    case 408:
      return MOKED_ERROR_TIMEOUT;
    case 429:
      return MOKED_ERROR_RATE_LIMITED;
    default:
      return status >= 500 ? MOKED_ERROR_UNAVAILABLE : MOKED_ERROR_REJECTED;
    }
}

/**
 * moked_twilio_error_get_text:
 * @code: one of Twilio's error codes
 *
 * Returns: an English msgid that tells people what happened
 */
const char *
moked_twilio_error_get_text (gint64 code)
{
  const Known *entry = find (code);

  return entry != NULL && entry->text != NULL ? entry->text : N_("Twilio could not deliver the message.");
}

/**
 * moked_twilio_error_new:
 * @http_status: of Twilio's answer
 * @code: Twilio's own code, 0 when it gave none
 * @message: (nullable): Twilio's own text, for the log when nobody knows the code
 *
 * Returns: (transfer full): the error, temporary when another try can help
 */
GError *
moked_twilio_error_new (guint       http_status,
                        gint64      code,
                        const char *message)
{
  const Known *entry = find (code);

  if (entry != NULL && entry->text != NULL)
    return g_error_new_literal (MOKED_ERROR, entry->error, entry->text);
  if (code == 0 && http_status == 401)
    return g_error_new_literal (MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, CREDENTIALS);
  return g_error_new (MOKED_ERROR, entry != NULL ? entry->error : from_status (http_status),
                      "Twilio: %s (HTTP %u, code %" G_GINT64_FORMAT ")", message != NULL ? message : "no reason given",
                      http_status, code);
}
