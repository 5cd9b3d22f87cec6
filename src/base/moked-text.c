/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-text.h"

#include <string.h>

#define FSI "\342\201\250" /* U+2068 */
#define LRI "\342\201\246" /* U+2066 */
#define PDI "\342\201\251" /* U+2069 */

static gboolean
is_bidi_mark (gunichar c)
{
  return c == 0x200E || c == 0x200F || c == 0x061C;
}

/* Embeddings, overrides and isolates: what opens or closes a range. */
static gboolean
is_bidi_range (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
is_isolate_start (gunichar c)
{
  return c >= 0x2066 && c <= 0x2068;
}

static gboolean
is_invisible (gunichar c)
{
  return c == 0x00AD || c == 0x200B || c == 0x2060 || c == 0xFEFF || is_bidi_mark (c) || is_bidi_range (c);
}

typedef gboolean (*CharTest) (gunichar c);

static char *
wrap_without (const char *start, const char *text, CharTest dropped, const char *end)
{
  g_autofree char *valid = NULL;
  GString *out = g_string_sized_new (strlen (text) + 8);

  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);

  g_string_append (out, start);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!dropped (g_utf8_get_char (p)))
      g_string_append_len (out, p, g_utf8_next_char (p) - p);
  g_string_append (out, end);
  return g_string_free_and_steal (out);
}

/**
 * moked_text_isolate:
 * @text: a text of a user, in any language
 *
 * Wraps @text so that it takes its own direction and cannot turn what stands around it (FSI … PDI).
 * Ranges that @text opens or closes itself are dropped, because they would end ours.
 *
 * Returns: (transfer full): the text for display, never for storing
 */
char *
moked_text_isolate (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return wrap_without (FSI, text, is_bidi_range, PDI);
}

/**
 * moked_text_isolate_ltr:
 * @text: a phone number, a sum or an id
 *
 * Wraps @text so that it reads from left to right inside Hebrew (LRI … PDI).
 *
 * Returns: (transfer full): the text for display, never for storing
 */
char *
moked_text_isolate_ltr (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return wrap_without (LRI, text, is_bidi_range, PDI);
}

static gboolean
is_unwanted_control (gunichar c)
{
  if (c == '\n' || c == '\t')
    return FALSE;
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || is_invisible (c);
}

/**
 * moked_text_strip_controls:
 * @text: a text from a stranger, such as the name of a WhatsApp profile
 *
 * Removes what is not seen and can lie about what is: control characters but the line end and the
 * tab, marks and ranges of direction, zero-width spaces. Joiners stay, for emoji and Persian need
 * them. Bytes that aren't UTF-8 become U+FFFD.
 *
 * Returns: (transfer full): the text for storing
 */
char *
moked_text_strip_controls (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return wrap_without ("", text, is_unwanted_control, "");
}

static gboolean
is_rtl_script (gunichar c)
{
  return (c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFF)
         || (c >= 0x10800 && c <= 0x10FFF) || (c >= 0x1E800 && c <= 0x1EFFF);
}

static MokedTextDirection
char_direction (gunichar c)
{
  if (c == 0x200E)
    return MOKED_TEXT_DIRECTION_LTR;
  if (c == 0x200F || c == 0x061C)
    return MOKED_TEXT_DIRECTION_RTL;
  /* Hebrew's maqaf, paseq, sof pasuq, geresh and gershayim are strong though no letters. */
  if (c == 0x05BE || c == 0x05C0 || c == 0x05C3 || c == 0x05C6 || c == 0x05F3 || c == 0x05F4)
    return MOKED_TEXT_DIRECTION_RTL;
  if (!g_unichar_isalpha (c))
    return MOKED_TEXT_DIRECTION_NEUTRAL;
  return is_rtl_script (c) ? MOKED_TEXT_DIRECTION_RTL : MOKED_TEXT_DIRECTION_LTR;
}

/**
 * moked_text_get_base_direction:
 * @text: (nullable): any text
 *
 * The direction of the first strong character outside isolates (rules P2 and P3 of the Unicode
 * Bidirectional Algorithm, UAX #9).
 *
 * Returns: the direction, neutral for a text of digits and signs only
 */
MokedTextDirection
moked_text_get_base_direction (const char *text)
{
  guint depth = 0;

  if (text == NULL)
    return MOKED_TEXT_DIRECTION_NEUTRAL;

  while (*text != '\0')
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          text++;
          continue;
        }
      if (is_isolate_start (c))
        depth++;
      else if (c == 0x2069 && depth > 0)
        depth--;
      else if (depth == 0 && char_direction (c) != MOKED_TEXT_DIRECTION_NEUTRAL)
        return char_direction (c);
      text = g_utf8_next_char (text);
    }
  return MOKED_TEXT_DIRECTION_NEUTRAL;
}

static gunichar
first_letter (const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word))
    if (g_unichar_isalnum (g_utf8_get_char (word)))
      return g_unichar_toupper (g_utf8_get_char (word));
  return 0;
}

/* "Ltd." says nothing about who it is. */
static gboolean
is_company_suffix (const char *word)
{
  g_autofree char *folded = moked_text_fold (word);

  return strcmp (folded, "בעמ") == 0 || strcmp (folded, "ltd") == 0 || strcmp (folded, "ltd.") == 0;
}

/**
 * moked_text_initials:
 * @text: a name
 *
 * The first letters of the first and the last word, for a round picture without a picture. A company's
 * בע״מ is left out.
 *
 * Returns: (transfer full): up to two letters; empty when there is none
 */
char *
moked_text_initials (const char *text)
{
  g_autofree char *clean = NULL;
  g_auto (GStrv) words = NULL;
  GString *initials = g_string_new (NULL);
  gunichar last = 0;

  g_return_val_if_fail (text != NULL, NULL);

  clean = moked_text_strip_controls (text);
  g_strdelimit (clean, "\n\t", ' ');
  words = g_strsplit (clean, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      gunichar c = first_letter (words[i]);

      if (c == 0 || (initials->len > 0 && is_company_suffix (words[i])))
        continue;
      if (initials->len == 0)
        g_string_append_unichar (initials, c);
      else
        last = c;
    }
  if (last != 0)
    g_string_append_unichar (initials, last);
  return g_string_free_and_steal (initials);
}

/**
 * moked_text_is_blank:
 * @text: (nullable): any text
 *
 * Whether a reader would see nothing at all.
 *
 * Returns: %TRUE for %NULL, and for spaces and invisible characters alone
 */
gboolean
moked_text_is_blank (const char *text)
{
  if (text == NULL)
    return TRUE;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        return FALSE;
      if (!g_unichar_isspace (c) && !is_invisible (c) && !g_unichar_iscntrl (c))
        return FALSE;
    }
  return TRUE;
}
