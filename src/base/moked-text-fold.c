/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-text.h"

#include <string.h>

/* The two forms of a name that a database works on: one to search, one to sort. Both are made for a
 * million rows at a time, so Hebrew, ASCII and the usual punctuation go through tables byte by byte,
 * and only a text with other characters pays for Unicode normalisation. */

/* What a character becomes: one of these, an ASCII character, or the second byte of a Hebrew letter,
 * whose first is always 0xD7. */
enum
{
  DROP = 0,
  OTHER = 1,
  SPACE = ' ',
  HYPHEN = '-',
};

#define HEBREW_LEAD 0xD7
#define HEBREW_FIRST 0x90
#define HEBREW_LAST 0xAA
#define HEBREW_BLOCK 0x0590

/* U+0590 to U+05FF without the letters: points, accents and geresh are dropped, the maqaf is the
 * hyphen of old print. Letters lose their final form. */
static guint8
fold_hebrew (guint index)
{
  static const guint8 letters[] = {
    0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9B, 0x9B, 0x9C, 0x9E,
    0x9E, 0xA0, 0xA0, 0xA1, 0xA2, 0xA4, 0xA4, 0xA6, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA,
  };

  if (index >= 0x40 && index < 0x40 + G_N_ELEMENTS (letters))
    return letters[index - 0x40];
  if (index == 0x2E)
    return HYPHEN;
  if (index < 0x40 || index == 0x63 || index == 0x64)
    return DROP;
  return OTHER;
}

static guint8
fold_ascii (guint8 c)
{
  if (c >= 'A' && c <= 'Z')
    return c + ('a' - 'A');
  if (c > ' ' && c < 0x7F)
    return c == '"' || c == '\'' || c == '`' ? DROP : c;
  return g_ascii_isspace (c) ? SPACE : DROP;
}

/* U+2000 to U+206F */
static guint8
fold_general_punctuation (guint index)
{
  if (index <= 0x0A || index == 0x28 || index == 0x29 || index == 0x2F || index == 0x5F)
    return SPACE;
  if (index >= 0x10 && index <= 0x15)
    return HYPHEN;
  if (index <= 0x0F || (index >= 0x18 && index <= 0x1F) || (index >= 0x2A && index <= 0x2E)
      || index == 0x32 || index == 0x33 || index >= 0x60)
    return DROP;
  return OTHER;
}

/* Reads one character and says what it becomes; @n is its length in bytes. Of what isn't in the
 * tables nothing is known but that it is OTHER. */
static inline guint8
fold_char (const guint8 *p, guint *n)
{
  *n = 1;
  if (p[0] < 0x80)
    return fold_ascii (p[0]);

  *n = 2;
  if ((p[0] == 0xD6 || p[0] == HEBREW_LEAD) && (p[1] & 0xC0) == 0x80)
    {
      guint c = ((p[0] & 0x1Fu) << 6) | (p[1] & 0x3Fu);

      return c >= HEBREW_BLOCK ? fold_hebrew (c - HEBREW_BLOCK) : OTHER;
    }
  if (p[0] == 0xC2 && p[1] == 0xA0)
    return SPACE;
  if (p[0] == 0xC2 && (p[1] == 0xAB || p[1] == 0xBB || p[1] == 0xAD || p[1] == 0xB4))
    return DROP;

  *n = 3;
  if (p[0] == 0xE2 && (p[1] == 0x80 || p[1] == 0x81) && (p[2] & 0xC0) == 0x80)
    {
      guint index = ((p[1] & 1u) << 6) | (p[2] & 0x3Fu);

      return index <= 0x6F ? fold_general_punctuation (index) : OTHER;
    }
  if (p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
    return DROP;
  return OTHER;
}

static gboolean
is_dropped_mark (gunichar c)
{
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0xFE00 && c <= 0xFE0F);
}

/* Letters that are written in two ways beyond case. */
static const char *
long_form (gunichar c)
{
  switch (c)
    {
    case 0x05F0:
      return "וו";
    case 0x05F1:
      return "וי";
    case 0x05F2:
      return "יי";
    case 0x00DF:
      return "ss";
    case 0x03C2: /* the final sigma */
      return "σ";
    default:
      return NULL;
    }
}

/* Turns every other character into its plain one: presentation forms and wide letters into the usual,
 * accents away (é is searched as e, й as и), Yiddish digraphs into two letters, no case. Letter by
 * letter and not by g_utf8_casefold(), which turns Cherokee back and forth with every call. */
static char *
normalize_others (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *decomposed = g_utf8_normalize (valid, -1, G_NORMALIZE_NFKD);
  g_autoptr (GString) plain = g_string_sized_new (strlen (decomposed));

  for (const char *p = decomposed; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_unichar_tolower (g_utf8_get_char (p));
      guint n;

      if (is_dropped_mark (c) || fold_char ((const guint8 *) p, &n) == DROP)
        continue;
      if (long_form (c) != NULL)
        g_string_append (plain, long_form (c));
      else
        g_string_append_unichar (plain, c);
    }
  return g_utf8_normalize (plain->str, plain->len, G_NORMALIZE_NFC);
}

/* Returns FALSE on the first OTHER, unless those are copied as they are. */
static gboolean
fold_into (const char *text, gboolean copy_others, char *out)
{
  const guint8 *p = (const guint8 *) text;
  char *start = out;
  gboolean space = FALSE;
  guint n;

  for (; *p != '\0'; p += n)
    {
      guint8 folded = fold_char (p, &n);

      if (folded == SPACE || folded == DROP)
        {
          space |= folded == SPACE;
          continue;
        }
      if (folded == OTHER && !copy_others)
        return FALSE;

      if (space && out > start)
        *out++ = ' ';
      space = FALSE;
      if (folded == OTHER)
        {
          n = g_utf8_skip[*p];
          memcpy (out, p, n);
          out += n;
        }
      else
        {
          if (folded >= HEBREW_FIRST)
            *out++ = (char) HEBREW_LEAD;
          *out++ = (char) folded;
        }
    }
  *out = '\0';
  return TRUE;
}

/**
 * moked_text_fold:
 * @text: any text
 *
 * The form of @text in which things are found: without points and accents, quotation marks, geresh,
 * case, final letters, marks of direction and doubled spaces, and with one kind of hyphen. Fold what
 * is stored and what is typed, and compare. Folding twice changes nothing.
 *
 * Returns: (transfer full): valid UTF-8, in NFC
 */
char *
moked_text_fold (const char *text)
{
  g_autofree char *out = NULL;
  g_autofree char *normalized = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  out = g_malloc (strlen (text) + 1);
  if (fold_into (text, FALSE, out))
    return g_steal_pointer (&out);

  normalized = normalize_others (text);
  g_free (out);
  out = g_malloc (strlen (normalized) + 1);
  fold_into (normalized, TRUE, out);
  return g_steal_pointer (&out);
}

/* Sort keys are printable text that any database compares byte by byte (SQLite's BINARY, PostgreSQL's
 * "C"): digits as they are, then the 22 Hebrew letters as A to V, then Latin in lower case, then other
 * scripts as UTF-8. Words are parted by '-', the tie-break begins at ' '; both are below the digits,
 * so a shorter name comes before the longer ones that begin with it. */
#define WORD_BREAK '-'
#define LEVEL_BREAK ' '

static char
sort_hebrew (guint8 folded)
{
  static const char order[] = "ABCDEFGHIJ?KL?M?NOP?Q?RSTUV";

  G_STATIC_ASSERT (sizeof order == HEBREW_LAST - HEBREW_FIRST + 2);
  return order[folded - HEBREW_FIRST];
}

/* Other scripts' letters sort as they are; their signs are passed over like all signs. */
static guint
sort_other (const guint8 *p, char *out)
{
  gunichar c = g_utf8_get_char ((const char *) p);

  if (g_unichar_ispunct (c) || !g_unichar_isdefined (c) || g_unichar_iscntrl (c))
    return 0;
  if (g_unichar_isdigit (c))
    {
      *out = (char) ('0' + g_unichar_digit_value (c));
      return 1;
    }
  return g_unichar_to_utf8 (c, out);
}

static gboolean
sort_is_break (guint8 folded)
{
  return folded == SPACE || folded == HYPHEN || folded == '/' || folded == '_';
}

/* Returns the end of what was written, NULL on the first OTHER unless those are taken. */
static char *
sort_into (const char *text, gboolean take_others, char *out)
{
  const guint8 *p = (const guint8 *) text;
  char *start = out;
  gboolean word_break = FALSE;
  guint n;

  for (; *p != '\0'; p += n)
    {
      guint8 folded = fold_char (p, &n);
      char *at = out;

      if (sort_is_break (folded))
        {
          word_break = TRUE;
          continue;
        }
      if (folded == OTHER && !take_others)
        return NULL;
      if (word_break && out > start)
        *at++ = WORD_BREAK;

      if (folded == OTHER)
        {
          guint written;

          n = g_utf8_skip[*p];
          written = sort_other (p, at);
          if (written == 0)
            continue;
          at += written;
        }
      else if (folded >= HEBREW_FIRST)
        *at++ = sort_hebrew (folded);
      else if (g_ascii_isalnum (folded))
        *at++ = (char) folded;
      else
        continue;

      word_break = FALSE;
      out = at;
    }
  return out;
}

/* The text itself tells names with the same key apart. In Unicode a final letter stands before its
 * base; here the two change places, so that כ comes before ך. */
static char *
append_tie_break (const char *text, char *out)
{
  guint8 previous = 0;

  *out++ = LEVEL_BREAK;
  for (const guint8 *p = (const guint8 *) text; *p != '\0'; p++)
    {
      guint8 c = *p;

      if (previous == HEBREW_LEAD)
        {
          if (c == 0x9A || c == 0x9D || c == 0x9F || c == 0xA3 || c == 0xA5)
            c++;
          else if (c == 0x9B || c == 0x9E || c == 0xA0 || c == 0xA4 || c == 0xA6)
            c--;
        }
      *out++ = (char) c;
      previous = *p;
    }
  *out++ = '\0';
  return out;
}

/**
 * moked_text_sort_key:
 * @text: a name
 *
 * A key whose plain order of bytes is the order of a Hebrew dictionary: digits, Hebrew, Latin without
 * case, other scripts. Points, quotation marks and punctuation don't count, a hyphen counts as a
 * space, and a final letter counts as its letter and comes after it when all else is equal (so כהן is
 * before כהנא). Different names have different keys.
 *
 * Returns: (transfer full): valid UTF-8, about one and a half times as long as @text
 */
char *
moked_text_sort_key (const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *normalized = NULL;
  gsize length;
  char *out, *end;

  g_return_val_if_fail (text != NULL, NULL);

  length = strlen (text);
  out = g_malloc (2 * length + 2);
  end = sort_into (text, FALSE, out);
  if (end == NULL)
    {
      g_free (out);
      text = valid = g_utf8_make_valid (text, length);
      normalized = normalize_others (text);
      out = g_malloc (strlen (normalized) + strlen (text) + 2);
      end = sort_into (normalized, TRUE, out);
    }
  end = append_tie_break (text, end);
  return g_realloc (out, end - out);
}
