/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-router-private.h"

#include <string.h>

#include "server/moked-request-private.h"

/* Paths without parameters are found by hash; patterns by walking the few that there are. */
struct _MokedRouter
{
  GPtrArray  *endpoints;
  GHashTable *fixed; /* path → GPtrArray of MokedEndpoint */
  GPtrArray  *patterns;
};

MokedRouter *
moked_router_new (void)
{
  MokedRouter *self = g_new0 (MokedRouter, 1);

  self->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_endpoint_free);
  self->fixed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->patterns = g_ptr_array_new ();
  return self;
}

void
moked_router_free (MokedRouter *self)
{
  g_ptr_array_unref (self->patterns);
  g_hash_table_unref (self->fixed);
  g_ptr_array_unref (self->endpoints);
  g_free (self);
}

static void
add (MokedRouter   *self,
     MokedEndpoint *endpoint)
{
  GPtrArray *same;

  g_ptr_array_add (self->endpoints, endpoint);
  if (strchr (endpoint->pattern, '{') != NULL)
    {
      g_ptr_array_add (self->patterns, endpoint);
      return;
    }
  same = g_hash_table_lookup (self->fixed, endpoint->pattern);
  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (self->fixed, (char *) endpoint->pattern, same);
    }
  g_ptr_array_add (same, endpoint);
}

/**
 * moked_router_add_routes:
 * @routes: (array zero-terminated=1): static
 */
void
moked_router_add_routes (MokedRouter      *self,
                         const MokedRoute *routes)
{
  for (; routes != NULL && routes->pattern != NULL; routes++)
    add (self, moked_endpoint_new_for_route (routes));
}

/**
 * moked_router_add_webhooks:
 * @webhooks: (array zero-terminated=1): static
 */
void
moked_router_add_webhooks (MokedRouter        *self,
                           const MokedWebhook *webhooks)
{
  for (; webhooks != NULL && webhooks->path != NULL; webhooks++)
    add (self, moked_endpoint_new_for_webhook (webhooks));
}

static gboolean
is_param (const char *segment)
{
  return segment[0] == '{';
}

static gboolean
matches (const MokedEndpoint *endpoint,
         char               **segments)
{
  guint i;

  for (i = 0; endpoint->segments[i] != NULL && segments[i] != NULL; i++)
    if (is_param (endpoint->segments[i]) ? segments[i][0] == '\0' : !g_str_equal (endpoint->segments[i], segments[i]))
      return FALSE;
  return endpoint->segments[i] == NULL && segments[i] == NULL;
}

static gboolean
has_method (const MokedEndpoint *endpoint,
            const char          *method)
{
  return g_str_equal (endpoint->method, method) ||
         (g_str_equal (method, "HEAD") && g_str_equal (endpoint->method, "GET"));
}

static void
take_params (MokedRequest  *request,
             MokedEndpoint *endpoint,
             char         **segments)
{
  for (guint i = 0; endpoint->segments[i] != NULL; i++)
    if (is_param (endpoint->segments[i]))
      {
        const char *name = endpoint->segments[i] + 1;
        g_autofree char *bare = g_strndup (name, strcspn (name, "}"));

        moked_request_set_param (request, g_intern_string (bare), g_strdup (segments[i]));
      }
}

static MokedEndpoint *
choose (GPtrArray  *candidates,
        const char *method,
        char      **segments,
        GString    *allow)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      MokedEndpoint *endpoint = g_ptr_array_index (candidates, i);

      if (segments != NULL && !matches (endpoint, segments))
        continue;
      if (has_method (endpoint, method))
        return endpoint;
      g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", endpoint->method);
    }
  return NULL;
}

/**
 * moked_router_find:
 * @request: gets its endpoint and parameters
 * @out_allow: (out) (transfer full): the methods that the path has, with a 405
 *
 * Returns: 0, 404 or 405
 */
guint
moked_router_find (MokedRouter  *self,
                   MokedRequest *request,
                   char        **out_allow)
{
  g_autoptr (GString) allow = g_string_new (NULL);
  const char *method = moked_request_get_method (request);
  const char *path = moked_request_get_path (request);
  GPtrArray *same = g_hash_table_lookup (self->fixed, path);
  g_auto (GStrv) segments = NULL;

  if (same != NULL)
    request->endpoint = choose (same, method, NULL, allow);
  if (request->endpoint == NULL && self->patterns->len > 0)
    {
      segments = g_strsplit (path + 1, "/", -1);
      request->endpoint = choose (self->patterns, method, segments, allow);
      if (request->endpoint != NULL)
        take_params (request, request->endpoint, segments);
    }
  if (request->endpoint != NULL)
    return 0;
  if (allow->len == 0)
    return 404;
  *out_allow = g_string_free (g_steal_pointer (&allow), FALSE);
  return 405;
}

/**
 * moked_router_get_endpoints:
 *
 * Returns: (transfer none) (element-type MokedEndpoint): all of them, in the order they were added
 */
GPtrArray *
moked_router_get_endpoints (MokedRouter *self)
{
  return self->endpoints;
}
