/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-late-index.h"
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

static gboolean
write_front (MokedCacheState   *state,
             MokedSession      *session,
             const MokedSchema *schema,
             yyjson_val        *json,
             GError           **error)
{
  return moked_cache_state_apply_front (state, session, schema, json, error);
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

/* One transaction, or several where much is here that the service has not. */
static gboolean
apply_page (MokedSyncExchange *self,
            yyjson_doc        *page,
            GError           **error)
{
  do
    {
      MokedCacheState *state = moked_cache_state_copy (moked_cache_get_state (self->cache));

      if (!moked_sync_exchange_commit (self, MOKED_PRIORITY_BULK, state, write_page, page, error))
        return FALSE;
    }
  while (moked_cache_get_state (self->cache)->load_sweep != NULL);
  return TRUE;
}

/* A service that was put back between two answers would seem to have deleted what it lost. */
static gboolean
check_page (MokedSyncExchange *self,
            yyjson_val        *page,
            const char        *entity,
            GError           **error)
{
  const char *epoch;

  if (!moked_json_get_string (page, "epoch", 64, &epoch, error))
    return FALSE;
  if (strcmp (epoch, moked_cache_get_state (self->cache)->load_epoch) != 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_GONE, "The change log began anew while it was listed");
      return FALSE;
    }
  if (g_strcmp0 (yyjson_get_str (yyjson_obj_get (page, "entity")), entity) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_FORMAT, "The service's page is not of ‘%s’", entity);
  return FALSE;
}

static DexFuture *
ask_page (MokedSyncExchange *self,
          const char        *entity,
          const char        *before)
{
  g_autofree char *escaped = before != NULL ? g_uri_escape_string (before, NULL, FALSE) : NULL;
  const char *then = before != NULL ? "&before=" : NULL;
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  const char *because = state->epoch != NULL ? "&because=sum" : ""; /* the copy was complete */
  g_autofree char *scope = moked_sync_exchange_dup_scope (state->load_scope);
  g_autofree char *path = g_strconcat ("/api/sync/snapshot?entity=", entity, scope, because, then, escaped, NULL);

  return moked_sync_transport_get (self->transport, path);
}

/* The service reads the next page while this one is written. */
static gboolean
take_page (MokedSyncExchange *self,
           yyjson_doc        *page,
           const char        *entity,
           DexFuture        **out_next,
           GError           **error)
{
  yyjson_val *root = yyjson_doc_get_root (page);
  const char *next = yyjson_get_str (yyjson_obj_get (root, "next"));

  if (!check_page (self, root, entity, error))
    return FALSE;
  if (next != NULL)
    *out_next = ask_page (self, entity, next);
  return apply_page (self, page, error);
}

static gboolean
load_table (MokedSyncExchange *self,
            const char        *entity,
            GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  gboolean resumes = g_strcmp0 (state->load_entity, entity) == 0;
  g_autoptr (DexFuture) answer = ask_page (self, entity, resumes ? state->load_before : NULL);

  while (answer != NULL)
    {
      yyjson_doc *page = moked_sync_exchange_await (self, g_steal_pointer (&answer), error);
      gboolean done = page != NULL && take_page (self, page, entity, &answer, error);

      moked_sync_exchange_free_doc (self, page);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

/* --- what people see first --- */

/* A copy that is still empty has it in an instant, and can be used while the rest comes. */
static gboolean
load_front (MokedSyncExchange *self,
            GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  g_autofree char *scope = moked_sync_exchange_dup_scope (state->load_scope);
  g_autofree char *path = g_strconcat ("/api/sync/front?", *scope != '\0' ? scope + 1 : "", NULL);
  yyjson_doc *front;
  gboolean done;

  if (state->past_epoch != NULL || state->load_entity != NULL)
    return TRUE;
  front = moked_sync_exchange_get (self, path, error);
  done = front != NULL &&
         moked_sync_exchange_commit (self, MOKED_PRIORITY_URGENT, moked_cache_state_copy (state), write_front, front,
                                     error);
  moked_sync_exchange_free_doc (self, front);
  return done;
}

/* --- indexes --- */

static DexFuture *
put_off_indexes (MokedSession *session,
                 gpointer      schema)
{
  GError *error = NULL;

  return moked_late_index_put_off (session, schema, &error) ? dex_future_new_true ()
                                                            : dex_future_new_for_error (error);
}

static DexFuture *
make_index (MokedSession *session,
            gpointer      entity)
{
  GError *error = NULL;
  gboolean made;

  return moked_late_index_make_one (session, entity, &made, &error) ? dex_future_new_for_boolean (made)
                                                                    : dex_future_new_for_error (error);
}

static gboolean
put_off (MokedSyncExchange *self,
         GError           **error)
{
  return dex_await (moked_store_write (moked_cache_get_store (self->cache), MOKED_PRIORITY_BULK, NULL, put_off_indexes,
                                       (gpointer) moked_cache_get_schema (self->cache), NULL),
                    error);
}

/* Of one kind of records, or with %NULL all that are not made yet. */
static gboolean
make_indexes (MokedSyncExchange *self,
              const char        *entity,
              GError           **error)
{
  MokedStore *store = moked_cache_get_store (self->cache);
  g_autoptr (GError) local_error = NULL;

  while (dex_await_boolean (moked_store_write (store, MOKED_PRIORITY_BULK, NULL, make_index, g_strdup (entity), g_free),
                            &local_error))
    ;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* --- all tables --- */

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
        (!load_table (self, *names, error) || !make_indexes (self, *names, error)))
      return FALSE;
  return make_indexes (self, NULL, error);
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

/* Whether the service was put back from a backup since this copy was made, and what it still has of it. */
static void
compare_lives (MokedCacheState *state,
               yyjson_val      *service,
               const char      *epoch)
{
  yyjson_val *ended = yyjson_obj_get (service, "ended"), *end;
  gboolean met = FALSE;
  yyjson_arr_iter iter;

  /* Where a load broke off, what it brought is of that life. */
  if (state->past_epoch == NULL && g_strcmp0 (state->load_epoch, epoch) != 0)
    state->past_epoch = g_strdup (state->load_epoch);
  state->restored = state->past_epoch != NULL && strcmp (state->past_epoch, epoch) != 0 && yyjson_arr_size (ended) > 0;
  state->kept_seq = G_MAXINT64;
  yyjson_arr_iter_init (ended, &iter);
  while ((end = yyjson_arr_iter_next (&iter)) != NULL)
    {
      met = met || g_strcmp0 (yyjson_get_str (yyjson_obj_get (end, "epoch")), state->past_epoch) == 0;
      if (met)
        state->kept_seq = MIN (state->kept_seq, yyjson_get_sint (yyjson_obj_get (end, "seq")));
    }
}

/* Goes on with a load of the same log, the same rights and the same tables, and begins anew otherwise. */
static gboolean
begin (MokedSyncExchange *self,
       yyjson_val        *service,
       const char        *names,
       GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  MokedCacheState *fresh;
  const char *epoch, *scope = yyjson_get_str (yyjson_obj_get (service, "scope"));
  gint64 head;

  if (!moked_json_get_string (service, "epoch", 64, &epoch, error) ||
      !moked_json_get_int (service, "head", &head, error))
    return FALSE;
  fresh = copy_or_new_state (self, service);
  compare_lives (fresh, service, epoch);
  if (state != NULL && g_strcmp0 (state->load_epoch, epoch) == 0 && g_strcmp0 (state->load_names, names) == 0 &&
      g_strcmp0 (state->load_scope, scope) == 0)
    {
      moked_cache_set_state (self->cache, fresh);
      return TRUE;
    }
  g_set_str (&fresh->load_epoch, epoch);
  g_set_str (&fresh->load_names, names);
  g_set_str (&fresh->load_scope, scope);
  fresh->load_head = head;
  return moked_sync_exchange_commit (self, MOKED_PRIORITY_URGENT, fresh, write_begin, NULL, error);
}

/* The service learns how far this copy has seen its log: it may know less. */
static yyjson_doc *
ask_state (MokedSyncExchange *self,
           GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  const char *past = state != NULL ? state->past_epoch : NULL;
  g_autofree char *epoch = past != NULL ? g_uri_escape_string (past, NULL, FALSE) : NULL;
  g_autofree char *path = NULL;

  if (epoch == NULL)
    return moked_sync_exchange_get (self, "/api/sync/state", error);
  path = g_strdup_printf ("/api/sync/state?epoch=%s&cursor=%" G_GINT64_FORMAT, epoch, state->cursor);
  return moked_sync_exchange_get (self, path, error);
}

static gboolean
finish (MokedSyncExchange *self,
        GError           **error)
{
  const MokedCacheState *state = moked_cache_get_state (self->cache);
  gboolean others = moked_cache_state_has_new_rights (state);

  if (!moked_sync_exchange_commit (self, MOKED_PRIORITY_URGENT, moked_cache_state_copy (state), write_finish, NULL,
                                   error))
    return FALSE;
  if (others)
    moked_cache_tell_rights (self->cache);
  return TRUE;
}

gboolean
moked_sync_load (MokedSyncExchange *self,
                 GError           **error)
{
  g_autoptr (yyjson_doc) doc = ask_state (self, error);
  yyjson_val *service = doc != NULL ? yyjson_doc_get_root (doc) : NULL;
  g_autofree char *joined = NULL;
  g_auto (GStrv) names = NULL;
  gboolean done;

  if (doc == NULL || !check_business (self, service, error))
    return FALSE;
  self->tell (MOKED_SYNC_LOADING, self->user_data);
  joined = join_names (service);
  names = g_strsplit (joined, " ", -1);
  moked_cache_hold_index (self->cache);
  done = begin (self, service, joined, error) && put_off (self, error) && load_front (self, error) &&
         load_tables (self, names, error) && finish (self, error);
  moked_cache_release_index (self->cache);
  return done;
}

/* Lists one kind of record of a copy that is complete. The copy stands where it stood before: what happened since comes
 * with the next pull. */
gboolean
moked_sync_load_again (MokedSyncExchange *self,
                       const char        *entity,
                       GError           **error)
{
  MokedCacheState *state = moked_cache_state_copy (moked_cache_get_state (self->cache));
  gboolean done;

  g_set_str (&state->load_epoch, state->epoch);
  g_set_str (&state->load_scope, state->scope);
  g_set_str (&state->load_names, entity);
  state->load_head = state->cursor;
  moked_cache_hold_index (self->cache);
  done = moked_sync_exchange_commit (self, MOKED_PRIORITY_URGENT, state, write_begin, NULL, error) &&
         load_table (self, entity, error) && finish (self, error);
  moked_cache_release_index (self->cache);
  return done;
}
