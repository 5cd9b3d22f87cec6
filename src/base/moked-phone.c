/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-phone.h"

#include <string.h>

#include "moked-config.h"
#include <glib/gi18n-lib.h>

#include "base/moked-error.h"

/* Numbers are kept as E.164 and entered as people in Israel write them. The plan of Israel, after the
 * country code or the leading 0: mobile 5x and seven digits, other nationwide 7x and seven digits, an
 * area 2, 3, 4, 8 or 9 and seven digits, and free or shared-cost numbers 1-700, 1-800 and so on with
 * six, which can be dialled as +972 1800… and so have a form in E.164. */

#define ISRAEL "972"
#define MIN_DIGITS 8
#define MAX_DIGITS 15

typedef struct
{
  char     digits[MAX_DIGITS + 8];
  guint    n_digits;
  gboolean plus;
} Entered;

static gboolean
is_separator (gunichar c)
{
  return c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || g_unichar_isspace (c)
         || c == 0x05BE || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 /* hyphens and dashes */
         || (c >= 0x200B && c <= 0x200F) || c == 0x061C || (c >= 0x202A && c <= 0x202E)
         || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0x00AD;
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
read_char (Entered *entered, gunichar c, GError **error)
{
  if (c == '+' && entered->n_digits == 0 && !entered->plus)
    {
      entered->plus = TRUE;
      return TRUE;
    }
  if (c == '*' || c == '#')
    return fail (error, _("A star number works only inside Israel. Enter the full phone number."));
  if (c > 0x7F || !g_ascii_isdigit (c))
    return fail (error, _("A phone number can hold only digits, spaces and dashes."));
  if (entered->n_digits == sizeof entered->digits - 1)
    return fail (error, _("The phone number is too long."));
  entered->digits[entered->n_digits++] = (char) c;
  return TRUE;
}

static gboolean
read_entered (const char *input, Entered *entered, GError **error)
{
  if (g_ascii_strncasecmp (input, "tel:", 4) == 0)
    input += 4;

  for (const char *p = input; *p != '\0'; p = g_utf8_next_char (p))
    {
      /* "+44 (0)20": the zero is for callers inside the country. */
      if (g_str_has_prefix (p, "(0)") && entered->n_digits > 0)
        {
          p += 2;
          continue;
        }
      if (!is_separator (g_utf8_get_char (p)) && !read_char (entered, g_utf8_get_char (p), error))
        return FALSE;
    }

  if (entered->n_digits == 0)
    return fail (error, _("The phone number is empty."));
  return TRUE;
}

static void
skip_digits (Entered *entered, guint n)
{
  memmove (entered->digits, entered->digits + n, entered->n_digits - n + 1);
  entered->n_digits -= n;
}

/* 012 to 019 are the carriers' own 00; 015 is shared by several with further digits and stays out. */
static void
read_international_prefix (Entered *entered)
{
  const char *digits = entered->digits;

  if (g_str_has_prefix (digits, "00"))
    skip_digits (entered, 2);
  else if (digits[0] == '0' && digits[1] == '1' && entered->n_digits >= 3 + MIN_DIGITS
           && digits[2] != '\0' && strchr ("2346789", digits[2]) != NULL)
    skip_digits (entered, 3);
  else
    return;
  entered->plus = TRUE;
}

static gboolean
is_special (const char *national, guint n)
{
  static const char *const prefixes[] = { "1599", "1700", "1800", "1801", "1809" };

  for (guint i = 0; n == 10 && i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (national, prefixes[i]))
      return TRUE;
  return FALSE;
}

/* @national is without the country code and without the leading 0. */
static gboolean
is_israeli (const char *national)
{
  gsize n = strlen (national);

  if (national[0] == '5' || national[0] == '7')
    return n == 9;
  if (national[0] != '\0' && strchr ("23489", national[0]) != NULL)
    return n == 8;
  return is_special (national, n);
}

static char *
israeli (const char *national, GError **error)
{
  if (national[0] == '0')
    national++;
  if (is_israeli (national))
    return g_strconcat ("+" ISRAEL, national, NULL);

  if (strlen (national) < 8)
    fail (error, _("The phone number is too short. A mobile number has ten digits, such as 052-345-6789."));
  else
    fail (error, _("This is not a phone number in Israel. Begin a number abroad with + and the country code."));
  return NULL;
}

static char *
foreign (const char *digits, GError **error)
{
  gsize n = strlen (digits);

  if (digits[0] == '0')
    fail (error, _("No country code begins with 0."));
  else if (n < MIN_DIGITS)
    fail (error, _("The phone number is too short."));
  else if (n > MAX_DIGITS)
    fail (error, _("The phone number is too long."));
  else
    return g_strconcat ("+", digits, NULL);
  return NULL;
}

/**
 * moked_phone_normalize:
 * @input: a number as somebody wrote it
 * @error: return location for %MOKED_ERROR_INVALID, with a message for the user
 *
 * Reads a phone number. Without + or 00 (or a carrier's 012, 013, 014, 016 to 019) it is a number in
 * Israel: with its leading 0, or with 972. A mobile number may lack its 0, since spreadsheets eat it.
 * Spaces, dashes, dots, slashes, brackets and marks of direction are passed over.
 *
 * Star numbers, three- and four-digit services and digits of other scripts are refused: they have no
 * form that a message could be sent to.
 *
 * Returns: (transfer full) (nullable): E.164, such as `+972523456789`
 */
char *
moked_phone_normalize (const char *input, GError **error)
{
  Entered entered = { 0 };

  g_return_val_if_fail (input != NULL, NULL);

  if (!g_utf8_validate (input, -1, NULL))
    {
      fail (error, _("A phone number can hold only digits, spaces and dashes."));
      return NULL;
    }
  if (!read_entered (input, &entered, error))
    return NULL;
  if (!entered.plus)
    read_international_prefix (&entered);

  if (g_str_has_prefix (entered.digits, ISRAEL) && (entered.plus || entered.n_digits > 10))
    return israeli (entered.digits + strlen (ISRAEL), error);
  if (entered.plus)
    return foreign (entered.digits, error);
  if (entered.digits[0] == '0' || is_special (entered.digits, entered.n_digits)
      || (entered.digits[0] == '5' && entered.n_digits == 9))
    return israeli (entered.digits, error);

  if (entered.n_digits < MIN_DIGITS)
    fail (error, _("The phone number is too short. A mobile number has ten digits, such as 052-345-6789."));
  else
    fail (error, _("This is not a phone number in Israel. Begin a number abroad with + and the country code."));
  return NULL;
}

/* How many digits the country code has: one for North America and Russia, two for these, else three. */
static guint
country_code_length (const char *digits)
{
  static const char two[] = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62"
                            " 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
  char code[] = { ' ', digits[0], digits[1], ' ', '\0' };

  if (digits[0] == '1' || digits[0] == '7')
    return 1;
  return strstr (two, code) != NULL ? 2 : 3;
}

static char *
format_israeli (const char *national)
{
  switch (strlen (national))
    {
    case 8:
      return g_strdup_printf ("0%.1s-%.3s-%s", national, national + 1, national + 4);
    case 9:
      return g_strdup_printf ("0%.2s-%.3s-%s", national, national + 2, national + 5);
    default:
      return g_strdup_printf ("%.1s-%.3s-%.3s-%s", national, national + 1, national + 4, national + 7);
    }
}

static char *
format_foreign (const char *digits)
{
  guint code = country_code_length (digits);
  const char *rest = digits + code;
  gsize n = strlen (rest);
  gsize first = n % 4 != 0 ? n % 4 : 4;
  GString *out = g_string_new ("+");

  g_string_append_len (out, digits, code);
  if (digits[0] == '1' && n == 10)
    {
      g_string_append_printf (out, " %.3s %.3s %s", rest, rest + 3, rest + 6);
      return g_string_free_and_steal (out);
    }
  for (gsize at = 0, size = first; at < n; at += size, size = 4)
    {
      g_string_append_c (out, ' ');
      g_string_append_len (out, rest + at, size);
    }
  return g_string_free_and_steal (out);
}

static gboolean
is_e164 (const char *text)
{
  gsize n = strlen (text);

  return text[0] == '+' && n > MIN_DIGITS && n <= 1 + MAX_DIGITS && strspn (text + 1, "0123456789") == n - 1;
}

/**
 * moked_phone_format:
 * @e164: a number from moked_phone_normalize()
 *
 * The number as people read it: `052-345-6789` in Israel, `+44 20 7946 0958` abroad. Show it through
 * moked_text_isolate_ltr(), or Hebrew around it turns its parts about.
 *
 * Returns: (transfer full): the number for display; a text that isn't E.164 comes back as it is
 */
char *
moked_phone_format (const char *e164)
{
  g_return_val_if_fail (e164 != NULL, NULL);

  if (!is_e164 (e164))
    return g_strdup (e164);
  if (g_str_has_prefix (e164, "+" ISRAEL) && is_israeli (e164 + 1 + strlen (ISRAEL)))
    return format_israeli (e164 + 1 + strlen (ISRAEL));
  return format_foreign (e164 + 1);
}

/**
 * moked_phone_digits:
 * @text: any text
 *
 * Returns: (transfer full): the digits 0 to 9 of @text, in their order
 */
char *
moked_phone_digits (const char *text)
{
  char *digits, *out;

  g_return_val_if_fail (text != NULL, NULL);

  digits = out = g_malloc (strlen (text) + 1);
  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      *out++ = *text;
  *out = '\0';
  return digits;
}

/**
 * moked_phone_search_form:
 * @e164: a number from moked_phone_normalize()
 *
 * The digits of the number in every form that somebody may type a part of, so that a fragment of
 * moked_phone_search_fragment() is a substring: `972523456789 0523456789`.
 *
 * Returns: (transfer full): digits, with a space between the forms
 */
char *
moked_phone_search_form (const char *e164)
{
  g_autofree char *digits = NULL;
  const char *national;

  g_return_val_if_fail (e164 != NULL, NULL);

  digits = moked_phone_digits (e164);
  national = digits + strlen (ISRAEL);
  if (!g_str_has_prefix (digits, ISRAEL) || !is_israeli (national))
    return g_steal_pointer (&digits);
  return g_strconcat (digits, is_special (national, strlen (national)) ? " " : " 0", national, NULL);
}

/* The last four digits are what people remember, so "00" counts as dialling abroad only when more is
 * typed; and the 0 of "+972 (0)52" is never part of the full form. */
static char *
without_dialling_zeros (const char *digits, gboolean international)
{
  if (!international && strlen (digits) > 4 && g_str_has_prefix (digits, "00"))
    {
      digits += 2;
      international = TRUE;
    }
  if (international && g_str_has_prefix (digits, ISRAEL "0"))
    return g_strconcat (ISRAEL, digits + strlen (ISRAEL "0"), NULL);
  return g_strdup (digits);
}

/**
 * moked_phone_search_fragment:
 * @typed: what somebody typed into a search field
 *
 * Reads a part of a phone number in any writing: `052-34`, `+972 52`, `972 (0)52`, `3456`.
 *
 * Returns: (transfer full) (nullable): the digits to look for in moked_phone_search_form(), or %NULL
 *   when @typed isn't part of a phone number
 */
char *
moked_phone_search_fragment (const char *typed)
{
  g_autofree char *digits = NULL;
  gboolean plus = FALSE;

  g_return_val_if_fail (typed != NULL, NULL);

  if (!g_utf8_validate (typed, -1, NULL))
    return NULL;
  digits = moked_phone_digits (typed);
  if (digits[0] == '\0')
    return NULL;

  for (const char *p = typed; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '+' && !plus)
        plus = TRUE;
      else if (!(c < 0x80 && g_ascii_isdigit (c)) && !is_separator (c))
        return NULL;
    }

  return without_dialling_zeros (digits, plus || strstr (typed, "(0") != NULL);
}
