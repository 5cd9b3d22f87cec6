/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-israeli-id.h"

#include <string.h>

#include "moked-config.h"
#include <glib/gi18n-lib.h>

#include "base/moked-error.h"

/* Identity numbers (ת״ז) and the numbers of companies, partnerships and associations (ח״פ, ע״ר) share
 * one check digit: digits weigh 1, 2, 1, 2 … from the left, the digits of each product are added, and
 * the sum ends in 0. */

#define N_DIGITS 9
#define MIN_DIGITS 5 /* shorter is a slip, not a number with many leading zeros */

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
check_digit_fits (const char *digits)
{
  guint sum = 0;

  for (guint i = 0; i < N_DIGITS; i++)
    {
      guint product = (guint) (digits[i] - '0') * (1 + i % 2);

      sum += product / 10 + product % 10;
    }
  return sum % 10 == 0;
}

/**
 * moked_israeli_id_normalize:
 * @id: a number as somebody wrote it
 *
 * Brings an identity or company number to its nine digits: without spaces, dashes and marks of
 * direction, with its leading zeros. The check digit isn't looked at.
 *
 * Returns: (transfer full) (nullable): nine digits; %NULL when @id has anything else, or too few or
 *   too many digits
 */
char *
moked_israeli_id_normalize (const char *id)
{
  char digits[N_DIGITS + 1] = { 0 };
  guint n = 0;

  g_return_val_if_fail (id != NULL, NULL);

  if (!g_utf8_validate (id, -1, NULL))
    return NULL;
  for (; *id != '\0'; id = g_utf8_next_char (id))
    {
      gunichar c = g_utf8_get_char (id);

      if (c == '-' || g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        continue;
      if (c < '0' || c > '9' || n == N_DIGITS)
        return NULL;
      digits[n++] = (char) c;
    }
  if (n < MIN_DIGITS)
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) (N_DIGITS - n), "000000000", digits);
}

/**
 * moked_israeli_id_validate:
 * @id: a number as somebody wrote it
 * @error: return location for %MOKED_ERROR_INVALID, with a message for the user
 *
 * Checks the identity number of a person. Leading zeros may be missing.
 *
 * Returns: whether there can be such a number
 */
gboolean
moked_israeli_id_validate (const char *id, GError **error)
{
  g_autofree char *digits = NULL;

  g_return_val_if_fail (id != NULL, FALSE);

  digits = moked_israeli_id_normalize (id);
  if (digits == NULL || strcmp (digits, "000000000") == 0)
    return fail (error, _("An identity number has nine digits, the check digit among them."));
  if (!check_digit_fits (digits))
    return fail (error, _("The check digit does not fit. Compare the identity number with the card."));
  return TRUE;
}

/**
 * moked_israeli_company_id_validate:
 * @id: a number as somebody wrote it
 * @error: return location for %MOKED_ERROR_INVALID, with a message for the user
 *
 * Checks the number of a company (51), a partnership (54, 55), an association (58) or another body in
 * the registers of Israel: nine digits that begin with 5.
 *
 * Returns: whether there can be such a number
 */
gboolean
moked_israeli_company_id_validate (const char *id, GError **error)
{
  g_autofree char *digits = NULL;

  g_return_val_if_fail (id != NULL, FALSE);

  digits = moked_israeli_id_normalize (id);
  if (digits == NULL || digits[0] != '5')
    return fail (error, _("A company number has nine digits and begins with 5."));
  if (!check_digit_fits (digits))
    return fail (error, _("The check digit does not fit. Compare the company number with its certificate."));
  return TRUE;
}
