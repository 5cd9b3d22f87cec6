/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "sync/moked-sync-exchange.h"

/* Listing everything that the service has, page by page. It can break off anywhere and goes on with the page
 * that it missed. */

static gboolean
write_begin (MokedCacheState   *state,
             MokedSession      *session,
             const MokedSchema *schema,
             yyjson_val        *json,
             GError           **error)
{
  return moked_cache_state_begin_load (state, session, schema, error);
}

static gboolean
write_page (MokedCacheState   *state,
            MokedSession      *session,
            const MokedSchema *schema,
            yyjson_val        *json,
            GError           **error)
{
  return moked_cache_state_apply_page (state, session, schema, json, error);
}

static gboolean
write_finish (MokedCacheState   *state,
              MokedSession      *session,
              const MokedSchema *schema,
              yyjson_val        *json,
              GError           **error)
{
  return moked_cache_state_finish_load (state, session, schema, error);
}

static MokedCacheState *
copy_or_new_state (MokedSyncExchange *self,
                   yyjson_val        *service)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  MokedCacheState *copy;

  if (state != NULL)
    return moked_cache_state_copy (state);
  copy = g_new0 (MokedCacheState, 1);
  copy->business = g_strdup (yyjson_get_str (yyjson_obj_get (service, "business")));
  copy->user_id = g_strdup (yyjson_get_str (yyjson_obj_get (service, "user")));
  copy->client = moked_ulid_new (NULL);
  copy->schema = moked_schema_dup_fingerprint (moked_cache_get_schema (self->cache));
  return copy;
}

/* A cache belongs to one office for ever: rows of another are never mixed in. */
static gboolean
check_business (MokedSyncExchange *self,
                yyjson_val        *service,
                GError           **error)
{
  const char *business = yyjson_get_str (yyjson_obj_get (service, "business"));
  const MokedCacheState *state = moked_cache_get_state (self->cache);

  if (business != NULL && (state == NULL || g_strcmp0 (state->business, business) == 0))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "The service belongs to another office");
  return FALSE;
}

static gboolean
load_table (MokedSyncExchange *self,
            const char        *entity,
            GError           **error)
{
  do
    {
      const MokedCacheState *state = moked_cache_get_state (self->cache);
      gboolean resumes = g_strcmp0 (state->load_entity, entity) == 0 && state->load_before != NULL;
      g_autofree char *before = resumes ? g_uri_escape_string (state->load_before, NULL, FALSE) : NULL;
      const char *then = resumes ? "&before=" : NULL;
      g_autofree char *path = g_strconcat ("/api/sync/snapshot?entity=", entity, then, before, NULL);
      yyjson_doc *page = moked_sync_exchange_get (self, path, error);

      if (page == NULL)
        return FALSE;
      if (g_strcmp0 (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (page), "entity")), entity) != 0)
        {
          yyjson_doc_free (page);
          g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's page is not of ‘%s’", entity);
          return FALSE;
        }
      if (!moked_sync_exchange_commit (self, moked_cache_state_copy (state), write_page, page, error))
        return FALSE;
    }
  while (moked_cache_get_state (self->cache)->load_before != NULL);
  return TRUE;
}

/* An interrupted load goes on with the table that it was at; those before it are complete. */
static gboolean
load_tables (MokedSyncExchange *self,
             char             **names,
             GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *at = g_strdup (state->load_entity);
  gboolean at_is_done = at != NULL && state->load_before == NULL;

  for (; at != NULL && *names != NULL && !g_str_equal (*names, at); names++)
    ;
  if (at_is_done && *names != NULL)
    names++;
  for (; *names != NULL; names++)
    if (moked_schema_find_entity (moked_cache_get_schema (self->cache), *names) != NULL &&
        !load_table (self, *names, error))
      return FALSE;
  return TRUE;
}

/* The tables in the order in which the service names them. */
static char *
join_names (yyjson_val *service)
{
  GString *names = g_string_new (NULL);
  yyjson_arr_iter iter;
  yyjson_val *name;

  yyjson_arr_iter_init (yyjson_obj_get (service, "entities"), &iter);
  while ((name = yyjson_arr_iter_next (&iter)) != NULL)
    if (yyjson_is_str (name))
      g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", yyjson_get_str (name));
  return g_string_free (names, FALSE);
}

/* Goes on with a load of the same log and the same tables, and begins anew otherwise. */
static gboolean
begin (MokedSyncExchange *self,
       yyjson_val        *service,
       const char        *names,
       GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  MokedCacheState *fresh;
  const char *epoch;
  gint64 head;

  if (!moked_json_get_string (service, "epoch", 64, &epoch, error) ||
      !moked_json_get_int (service, "head", &head, error))
    return FALSE;
  if (state != NULL && g_strcmp0 (state->load_epoch, epoch) == 0 && g_strcmp0 (state->load_names, names) == 0)
    return TRUE;
  fresh = copy_or_new_state (self, service);
  g_set_str (&fresh->load_epoch, epoch);
  g_set_str (&fresh->load_names, names);
  fresh->load_head = head;
  return moked_sync_exchange_commit (self, fresh, write_begin, NULL, error);
}

gboolean
moked_sync_load (MokedSyncExchange *self,
                 GError           **error)
{
  g_autoptr (yyjson_doc) doc = moked_sync_exchange_get (self, "/api/sync/state", error);
  yyjson_val *service = doc != NULL ? yyjson_doc_get_root (doc) : NULL;
  g_autofree char *joined = NULL;
  g_auto (GStrv) names = NULL;

  if (doc == NULL || !check_business (self, service, error))
    return FALSE;
  self->tell (MOKED_SYNC_LOADING, self->user_data);
  joined = join_names (service);
  names = g_strsplit (joined, " ", -1);
  return begin (self, service, joined, error) && load_tables (self, names, error) &&
         moked_sync_exchange_commit (self, moked_cache_state_copy (moked_cache_get_state (self->cache)), write_finish,
                                     NULL, error);
}
