/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-form.h"

#include <string.h>

#include "base/moked-error.h"

/**
 * MokedForm:
 *
 * The body of a form (application/x-www-form-urlencoded, as in the URL standard of the WHATWG) with
 * its pairs in the order in which they came. It is read strictly, because a signature is checked over
 * what was understood: everything that two readers could understand in two ways is refused.
 *
 * All of a form is one block of memory, for thousands of them come in a second.
 */

typedef struct
{
  const char *key;
  const char *value;
} Pair;

struct _MokedForm
{
  guint n_pairs;
  Pair  pairs[];
};

typedef struct
{
  const guint8 *at;
  const guint8 *end;
  char         *out;
  GError      **error;
} Reader;

static gboolean
fail (Reader *reader, const char *message)
{
  g_set_error_literal (reader->error, MOKED_ERROR, MOKED_ERROR_FORMAT, message);
  return FALSE;
}

static guint
count_pairs (const char *data, gsize length)
{
  guint n = length > 0 ? 1 : 0;

  for (gsize i = 0; i < length; i++)
    n += data[i] == '&';
  return n;
}

static gboolean
read_escape (Reader *reader, guint8 *c)
{
  int high, low;

  if (reader->end - reader->at < 3)
    return fail (reader, "The form has an unfinished % escape");
  high = g_ascii_xdigit_value ((char) reader->at[1]);
  low = g_ascii_xdigit_value ((char) reader->at[2]);
  if (high < 0 || low < 0)
    return fail (reader, "The form has an invalid % escape");
  *c = (guint8) (high * 16 + low);
  reader->at += 3;
  if (*c == 0)
    return fail (reader, "The form has a NUL character");
  return TRUE;
}

static inline gboolean
read_byte (Reader *reader, guint8 *c)
{
  *c = *reader->at;
  if (*c == '%')
    return read_escape (reader, c);
  if (*c < 0x20 || *c == 0x7F)
    return fail (reader, "The form has a raw control character");
  if (*c == '+')
    *c = ' ';
  reader->at++;
  return TRUE;
}

/* Decodes up to @stop, to the '&' or to the end, and leaves the reader there. */
static gboolean
read_piece (Reader *reader, char stop, const char **piece)
{
  char *start = reader->out;
  guint8 seen = 0;

  while (reader->at < reader->end && *reader->at != '&' && *reader->at != stop)
    {
      guint8 c;

      if (!read_byte (reader, &c))
        return FALSE;
      seen |= c;
      *reader->out++ = (char) c;
    }
  if (seen >= 0x80 && !g_utf8_validate_len (start, reader->out - start, NULL))
    return fail (reader, "The form is not UTF-8");
  *reader->out++ = '\0';
  *piece = start;
  return TRUE;
}

static gboolean
read_pair (Reader *reader, Pair *pair)
{
  if (!read_piece (reader, '=', &pair->key))
    return FALSE;
  if (pair->key[0] == '\0')
    return fail (reader, "The form has a field without a name");
  if (reader->at == reader->end || *reader->at != '=')
    return fail (reader, "The form has a field without “=”");
  reader->at++;
  return read_piece (reader, '&', &pair->value);
}

/**
 * moked_form_parse:
 * @data: (array length=length) (element-type guint8): the body
 * @length: its length in bytes
 * @error: return location for %MOKED_ERROR_FORMAT or %MOKED_ERROR_TOO_LARGE
 *
 * Reads a form. An empty body is a form without fields. Refused are broken % escapes, text that isn't
 * UTF-8, NUL, raw control characters, fields without a name or without `=`, and more than 200 fields.
 *
 * Returns: (transfer full) (nullable): the form
 */
MokedForm *
moked_form_parse (const char *data, gsize length, GError **error)
{
  g_autofree MokedForm *self = NULL;
  guint n = count_pairs (data, length);
  Reader reader = { (const guint8 *) data, (const guint8 *) data + length, NULL, error };

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (n > MOKED_FORM_MAX_PAIRS)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_TOO_LARGE, "The form has more than %d fields",
                   MOKED_FORM_MAX_PAIRS);
      return NULL;
    }

  /* Decoding never grows a text. Each '=' and each '&' makes room for a NUL, and the last NUL is the
   * one byte more. */
  self = g_malloc (sizeof *self + n * sizeof (Pair) + length + 1);
  self->n_pairs = n;
  reader.out = (char *) (self->pairs + n);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        reader.at++;
      if (!read_pair (&reader, &self->pairs[i]))
        return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * moked_form_free:
 * @self: (transfer full) (nullable): a form
 */
void
moked_form_free (MokedForm *self)
{
  g_free (self);
}

/**
 * moked_form_get_n_pairs:
 *
 * Returns: the number of fields
 */
guint
moked_form_get_n_pairs (const MokedForm *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_pairs;
}

/**
 * moked_form_get_pair:
 * @index: from 0, in the order of the body
 * @key: (out) (transfer none): the name of the field
 * @value: (out) (transfer none): its value
 */
void
moked_form_get_pair (const MokedForm *self, guint index, const char **key, const char **value)
{
  g_return_if_fail (self != NULL && index < self->n_pairs);

  *key = self->pairs[index].key;
  *value = self->pairs[index].value;
}

/**
 * moked_form_get:
 * @key: the name of a field
 *
 * Returns: (nullable): the value of the first field of that name
 */
const char *
moked_form_get (const MokedForm *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  for (guint i = 0; i < self->n_pairs; i++)
    if (strcmp (self->pairs[i].key, key) == 0)
      return self->pairs[i].value;
  return NULL;
}

/**
 * moked_form_has:
 * @key: the name of a field
 *
 * Returns: whether there is one
 */
gboolean
moked_form_has (const MokedForm *self, const char *key)
{
  return moked_form_get (self, key) != NULL;
}

/**
 * moked_form_count:
 * @key: the name of a field
 *
 * Returns: how many there are; more than one is a reason to ask which one was meant
 */
guint
moked_form_count (const MokedForm *self, const char *key)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL && key != NULL, 0);

  for (guint i = 0; i < self->n_pairs; i++)
    n += strcmp (self->pairs[i].key, key) == 0;
  return n;
}
