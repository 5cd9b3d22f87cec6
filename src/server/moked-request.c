/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-request-private.h"

#include <libsoup/soup.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"

/**
 * MokedRequest:
 *
 * One request as it arrived. It belongs to the serving thread; what a store thread needs of it is copied
 * or referenced (the body) before.
 */

/* Takes @data, the head with space for the body behind it, in any case. */
MokedRequest *
moked_request_new (char       *data,
                   gsize       head_length,
                   const char *address,
                   guint      *status)
{
  MokedRequest *self = g_new (MokedRequest, 1);

  memset (self, 0, G_STRUCT_OFFSET (MokedRequest, head.fields));
  self->ref_count = 1;
  self->data = data;
  self->head_length = head_length;
  self->started_at = g_get_monotonic_time ();
  g_strlcpy (self->address, address, sizeof self->address);
  *status = moked_http_head_parse (&self->head, data, head_length);
  return self;
}

MokedRequest *
moked_request_ref (MokedRequest *self)
{
  self->ref_count++;
  return self;
}

void
moked_request_unref (MokedRequest *self)
{
  if (--self->ref_count > 0)
    return;
  moked_http_head_clear (&self->head);
  g_clear_pointer (&self->form, moked_form_free);
  g_clear_pointer (&self->json, yyjson_doc_free);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->device, moked_device_unref);
  for (guint i = 0; i < MOKED_REQUEST_MAX_PARAMS; i++)
    g_free (self->params[i]);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->data);
  g_free (self);
}

/* Takes @data, which has head.content_length bytes and a NUL behind them. */
void
moked_request_take_body (MokedRequest *self,
                         char         *data)
{
  self->body = g_bytes_new_take (data, self->head.content_length);
}

void
moked_request_set_param (MokedRequest *self,
                         const char   *name,
                         char         *value)
{
  guint i = 0;

  while (self->param_names[i] != NULL)
    i++;
  g_assert (i < MOKED_REQUEST_MAX_PARAMS);
  self->param_names[i] = name;
  self->params[i] = value;
}

const char *
moked_request_get_method (MokedRequest *self)
{
  return self->head.method;
}

/**
 * moked_request_get_path:
 *
 * Returns: the path, decoded, without the query
 */
const char *
moked_request_get_path (MokedRequest *self)
{
  return self->head.path;
}

/**
 * moked_request_get_target:
 *
 * Returns: path and query as they came
 */
const char *
moked_request_get_target (MokedRequest *self)
{
  return self->head.target;
}

/**
 * moked_request_get_header:
 * @name: in any case
 *
 * Returns: (nullable): the value of the first header of that name
 */
const char *
moked_request_get_header (MokedRequest *self,
                          const char   *name)
{
  return moked_http_head_get (&self->head, name);
}

/**
 * moked_request_get_param:
 * @name: a part in braces of the route's pattern
 *
 * Returns: that segment of the path, decoded; never empty
 */
const char *
moked_request_get_param (MokedRequest *self,
                         const char   *name)
{
  for (guint i = 0; i < MOKED_REQUEST_MAX_PARAMS && self->param_names[i] != NULL; i++)
    if (g_str_equal (self->param_names[i], name))
      return self->params[i];
  g_return_val_if_reached ("");
}

/**
 * moked_request_get_query:
 * @name: the name in the query
 *
 * Returns: (nullable): its value, decoded
 */
const char *
moked_request_get_query (MokedRequest *self,
                         const char   *name)
{
  if (self->head.query == NULL)
    return NULL;
  if (self->query == NULL)
    self->query = soup_form_decode (self->head.query);
  return g_hash_table_lookup (self->query, name);
}

/**
 * moked_request_get_query_int:
 * @fallback: when it is missing or no number
 */
gint64
moked_request_get_query_int (MokedRequest *self,
                             const char   *name,
                             gint64        fallback)
{
  const char *text = moked_request_get_query (self, name);
  gint64 value;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value, NULL))
    return fallback;
  return value;
}

/**
 * moked_request_get_remote_address:
 *
 * Returns: who called, for rate limits and the log. Behind a trusted proxy it is the proxy's client.
 */
const char *
moked_request_get_remote_address (MokedRequest *self)
{
  return self->address;
}

/**
 * moked_request_get_body:
 *
 * Returns: the bytes as they arrived; empty when there were none. A NUL follows them.
 */
GBytes *
moked_request_get_body (MokedRequest *self)
{
  if (self->body == NULL)
    self->body = g_bytes_new_static ("", 0);
  return self->body;
}

static gboolean
has_content_type (MokedRequest *self,
                  const char   *type)
{
  const char *given = moked_request_get_header (self, "Content-Type");
  gsize length = strlen (type);

  return given != NULL && g_ascii_strncasecmp (given, type, length) == 0 && strchr ("; \t", given[length]);
}

/**
 * moked_request_get_form:
 * @error: %MOKED_ERROR_FORMAT when the body is no well-formed form
 *
 * Returns: (nullable): the fields of an `application/x-www-form-urlencoded` body
 */
MokedForm *
moked_request_get_form (MokedRequest *self,
                        GError      **error)
{
  gsize length;
  const char *data = g_bytes_get_data (moked_request_get_body (self), &length);

  if (self->form != NULL)
    return self->form;
  if (!has_content_type (self, "application/x-www-form-urlencoded"))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The body is not a form");
      return NULL;
    }
  self->form = moked_form_parse (data, length, error);
  return self->form;
}

/**
 * moked_request_get_json:
 * @error: %MOKED_ERROR_FORMAT when the body is no JSON object
 *
 * Returns: (nullable): the body's object
 */
yyjson_val *
moked_request_get_json (MokedRequest *self,
                        GError      **error)
{
  gsize length;
  const char *text = g_bytes_get_data (moked_request_get_body (self), &length);

  if (self->json == NULL && !has_content_type (self, "application/json"))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The body is not JSON");
      return NULL;
    }
  if (self->json == NULL && (self->json = moked_json_parse (text, length, MOKED_JSON_MAX_DEPTH, error)) == NULL)
    return NULL;
  if (!yyjson_is_obj (yyjson_doc_get_root (self->json)))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The body is not a JSON object");
      return NULL;
    }
  return yyjson_doc_get_root (self->json);
}

/**
 * moked_request_get_business:
 *
 * Returns: (nullable): the business of the device that asks; %NULL on a public route
 */
const char *
moked_request_get_business (MokedRequest *self)
{
  return self->device != NULL ? self->device->business : NULL;
}

/**
 * moked_request_get_user_id:
 *
 * Returns: (nullable): the user of the device that asks
 */
const char *
moked_request_get_user_id (MokedRequest *self)
{
  return self->device != NULL ? self->device->user_id : NULL;
}

/**
 * moked_request_get_device_id:
 *
 * Returns: (nullable): the device that asks
 */
const char *
moked_request_get_device_id (MokedRequest *self)
{
  return self->device != NULL ? self->device->id : NULL;
}
