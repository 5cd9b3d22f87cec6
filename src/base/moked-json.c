/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-json.h"

#include <string.h>

#include "base/moked-error.h"

/* Strict reading of JSON from elsewhere. A getter either gives a value of the asked kind or an error
 * that names the key, so that who sent it can see what to change. The optional getters take a missing
 * key and null as absent. */

/* Within the depth the recursion is bounded by it. */
static gboolean
depth_fits (yyjson_val *value, gsize left)
{
  gsize index, max;
  yyjson_val *key, *child;

  if (!yyjson_is_ctn (value))
    return TRUE;
  if (left == 0)
    return FALSE;
  if (yyjson_is_arr (value))
    {
      yyjson_arr_foreach (value, index, max, child)
        if (!depth_fits (child, left - 1))
          return FALSE;
      return TRUE;
    }
  yyjson_obj_foreach (value, index, max, key, child)
    if (!depth_fits (child, left - 1))
      return FALSE;
  return TRUE;
}

/* Counting opening brackets is much faster than walking, and nearly always enough. */
static gboolean
may_be_deeper (const char *data, gsize length, gsize depth)
{
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    n += (data[i] & ~0x20) == '[';
  return n > depth;
}

/**
 * moked_json_parse:
 * @data: (array length=length) (element-type guint8): JSON text; it need not end with NUL
 * @length: its length in bytes, or -1 when it ends with NUL
 * @max_depth: how deep arrays and objects may nest; %MOKED_JSON_MAX_DEPTH unless there is a reason
 * @error: return location for %MOKED_ERROR_FORMAT
 *
 * Parses one value of RFC 8259 in UTF-8: no comments, no trailing commas, no second value.
 *
 * Returns: (transfer full) (nullable): the document
 */
yyjson_doc *
moked_json_parse (const char *data, gssize length, gsize max_depth, GError **error)
{
  g_autoptr (yyjson_doc) doc = NULL;
  yyjson_read_err problem = { 0 };
  gsize n;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  n = length < 0 ? strlen (data) : (gsize) length;
  /* Only the in-situ flag would let yyjson write to its input. */
  doc = yyjson_read_opts ((char *) data, n, YYJSON_READ_NOFLAG, NULL, &problem);
  if (doc == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "Not valid JSON at byte %" G_GSIZE_FORMAT ": %s",
                   problem.pos, problem.msg);
      return NULL;
    }
  if (may_be_deeper (data, n, max_depth) && !depth_fits (yyjson_doc_get_root (doc), max_depth))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The JSON is nested deeper than %" G_GSIZE_FORMAT,
                   max_depth);
      return NULL;
    }
  return g_steal_pointer (&doc);
}

static gboolean
wrong_kind (const char *key, const char *kind, GError **error)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘%s’ must be %s", key, kind);
  return FALSE;
}

/* Sets @value to NULL for what is missing or null. Of a key that stands twice the readers of the world
 * take different ones, so it is refused. */
static gboolean
find (yyjson_val *object, const char *key, yyjson_val **value, GError **error)
{
  gsize index, max;
  yyjson_val *name, *child;

  *value = NULL;
  if (!yyjson_is_obj (object))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "An object with ‘%s’ was expected", key);
      return FALSE;
    }
  yyjson_obj_foreach (object, index, max, name, child)
    if (yyjson_equals_str (name, key))
      {
        if (*value != NULL)
          {
            g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘%s’ is given twice", key);
            return FALSE;
          }
        *value = child;
      }
  if (yyjson_is_null (*value))
    *value = NULL;
  return TRUE;
}

static gboolean
require (yyjson_val *object, const char *key, yyjson_val **value, GError **error)
{
  if (!find (object, key, value, error))
    return FALSE;
  if (*value != NULL)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘%s’ is missing", key);
  return FALSE;
}

static gboolean
read_string (yyjson_val *value, const char *key, gsize max_length, const char **out, GError **error)
{
  if (!yyjson_is_str (value))
    return wrong_kind (key, "a string", error);
  if (yyjson_get_len (value) > max_length)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘%s’ is longer than %" G_GSIZE_FORMAT " bytes", key,
                   max_length);
      return FALSE;
    }
  if (strlen (yyjson_get_str (value)) != yyjson_get_len (value))
    return wrong_kind (key, "a string without NUL", error);
  *out = yyjson_get_str (value);
  return TRUE;
}

/**
 * moked_json_get_string:
 * @object: (nullable): an object; anything else is an error
 * @key: the key
 * @max_length: the most bytes that are taken
 * @out: (out) (transfer none): the string, which lives as long as the document
 * @error: return location for %MOKED_ERROR_INVALID
 *
 * Returns: whether there is a string that fits
 */
gboolean
moked_json_get_string (yyjson_val *object, const char *key, gsize max_length, const char **out, GError **error)
{
  yyjson_val *value;

  return require (object, key, &value, error) && read_string (value, key, max_length, out, error);
}

/**
 * moked_json_get_optional_string:
 * @out: (out) (transfer none) (nullable): the string, or %NULL when it is absent
 *
 * As [func@json_get_string] for a key that may be absent.
 *
 * Returns: %FALSE when there is something, and no string that fits
 */
gboolean
moked_json_get_optional_string (yyjson_val  *object,
                                const char  *key,
                                gsize        max_length,
                                const char **out,
                                GError     **error)
{
  yyjson_val *value;

  if (!find (object, key, &value, error))
    return FALSE;
  *out = NULL;
  return value == NULL || read_string (value, key, max_length, out, error);
}

static gboolean
read_int (yyjson_val *value, const char *key, gint64 *out, GError **error)
{
  if (!yyjson_is_int (value))
    return wrong_kind (key, "a whole number", error);
  if (yyjson_is_uint (value) && yyjson_get_uint (value) > G_MAXINT64)
    return wrong_kind (key, "a whole number of 64 bits", error);
  *out = yyjson_get_sint (value);
  return TRUE;
}

/**
 * moked_json_get_int:
 * @out: (out): the number
 * @error: return location for %MOKED_ERROR_INVALID
 *
 * Numbers with a fraction or an exponent are refused, also `1.0`.
 *
 * Returns: whether there is a whole number
 */
gboolean
moked_json_get_int (yyjson_val *object, const char *key, gint64 *out, GError **error)
{
  yyjson_val *value;

  return require (object, key, &value, error) && read_int (value, key, out, error);
}

/**
 * moked_json_get_optional_int:
 * @fallback: what @out becomes when the key is absent
 * @out: (out): the number
 *
 * Returns: %FALSE when there is something, and no whole number
 */
gboolean
moked_json_get_optional_int (yyjson_val *object, const char *key, gint64 fallback, gint64 *out, GError **error)
{
  yyjson_val *value;

  if (!find (object, key, &value, error))
    return FALSE;
  *out = fallback;
  return value == NULL || read_int (value, key, out, error);
}

static gboolean
read_bool (yyjson_val *value, const char *key, gboolean *out, GError **error)
{
  if (!yyjson_is_bool (value))
    return wrong_kind (key, "true or false", error);
  *out = yyjson_get_bool (value);
  return TRUE;
}

/**
 * moked_json_get_bool:
 * @out: (out): the value
 * @error: return location for %MOKED_ERROR_INVALID
 *
 * Returns: whether there is `true` or `false`
 */
gboolean
moked_json_get_bool (yyjson_val *object, const char *key, gboolean *out, GError **error)
{
  yyjson_val *value;

  return require (object, key, &value, error) && read_bool (value, key, out, error);
}

/**
 * moked_json_get_optional_bool:
 * @fallback: what @out becomes when the key is absent
 * @out: (out): the value
 *
 * Returns: %FALSE when there is something, and neither `true` nor `false`
 */
gboolean
moked_json_get_optional_bool (yyjson_val *object, const char *key, gboolean fallback, gboolean *out, GError **error)
{
  yyjson_val *value;

  if (!find (object, key, &value, error))
    return FALSE;
  *out = fallback;
  return value == NULL || read_bool (value, key, out, error);
}

/**
 * moked_json_get_optional_object:
 * @out: (out) (transfer none) (nullable): the object, or %NULL when it is absent
 *
 * Returns: %FALSE when there is something, and no object
 */
gboolean
moked_json_get_optional_object (yyjson_val *object, const char *key, yyjson_val **out, GError **error)
{
  return find (object, key, out, error)
         && (*out == NULL || yyjson_is_obj (*out) || wrong_kind (key, "an object", error));
}

/**
 * moked_json_get_object:
 * @out: (out) (transfer none): the object
 * @error: return location for %MOKED_ERROR_INVALID
 *
 * Returns: whether there is an object
 */
gboolean
moked_json_get_object (yyjson_val *object, const char *key, yyjson_val **out, GError **error)
{
  return require (object, key, out, error) && (yyjson_is_obj (*out) || wrong_kind (key, "an object", error));
}

/**
 * moked_json_get_optional_array:
 * @out: (out) (transfer none) (nullable): the array, or %NULL when it is absent
 *
 * Returns: %FALSE when there is something, and no array
 */
gboolean
moked_json_get_optional_array (yyjson_val *object, const char *key, yyjson_val **out, GError **error)
{
  return find (object, key, out, error)
         && (*out == NULL || yyjson_is_arr (*out) || wrong_kind (key, "an array", error));
}

/**
 * moked_json_get_array:
 * @out: (out) (transfer none): the array
 * @error: return location for %MOKED_ERROR_INVALID
 *
 * Returns: whether there is an array
 */
gboolean
moked_json_get_array (yyjson_val *object, const char *key, yyjson_val **out, GError **error)
{
  return require (object, key, out, error) && (yyjson_is_arr (*out) || wrong_kind (key, "an array", error));
}
