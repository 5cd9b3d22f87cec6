/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/sqlite/moked-sqlite-salvage.h"
#include "sync/moked-cache-private.h"
#include "sync/moked-outbox-private.h"

/* When the cache's file is damaged. Nearly all of it is the service's, which still has it. What waits is taken from
 * the journal, and from the file itself as far as it can be read; the journal has all of that before the file is put
 * aside, so that this can break off anywhere. A cache that begins empty, with a journal beside it, takes it over. */

/* More than that has a cause that a new file does not mend. */
#define MAX_RESCUES 3

static const char *const states[] = { "waiting", "sending", "cancelled", "rejected", "held", NULL };

/* --- putting the file aside --- */

/* A database knows no checksums: what was read must make sense. */
static gboolean
is_mutation (yyjson_val *row)
{
  const char *id = yyjson_get_str (yyjson_obj_get (row, "id"));
  const char *state = yyjson_get_str (yyjson_obj_get (row, "state"));
  const char *json = yyjson_get_str (yyjson_obj_get (row, "ops"));
  g_autoptr (yyjson_doc) ops = json != NULL ? yyjson_read (json, strlen (json), 0) : NULL;

  return id != NULL && moked_ulid_is_valid (id) && state != NULL && g_strv_contains (states, state) &&
         yyjson_is_arr (yyjson_doc_get_root (ops)) && yyjson_is_int (yyjson_obj_get (row, "position"));
}

static void
add_from_file (const char *path,
               GHashTable *rows,
               GHashTable *dropped)
{
  g_autoptr (GPtrArray) found = moked_sqlite_salvage_rows (path, "outbox");

  for (guint i = 0; i < found->len; i++)
    {
      const char *json = g_ptr_array_index (found, i);
      g_autoptr (yyjson_doc) doc = yyjson_read (json, strlen (json), 0);
      yyjson_val *row = yyjson_doc_get_root (doc);
      const char *id = yyjson_get_str (yyjson_obj_get (row, "id"));

      if (is_mutation (row) && !g_hash_table_contains (rows, id) && !g_hash_table_contains (dropped, id))
        g_hash_table_insert (rows, g_strdup (id), g_strdup (json));
    }
}

static char *
dup_owner_from_file (const char *path)
{
  g_autoptr (GPtrArray) found = moked_sqlite_salvage_rows (path, "cache_state");
  g_autoptr (yyjson_doc) doc = NULL;
  yyjson_val *row;

  if (found->len == 0)
    return NULL;
  doc = yyjson_read (g_ptr_array_index (found, 0), strlen (g_ptr_array_index (found, 0)), 0);
  row = yyjson_doc_get_root (doc);
  if (!yyjson_is_str (yyjson_obj_get (row, "business_id")) || !yyjson_is_str (yyjson_obj_get (row, "client")) ||
      !moked_ulid_is_valid (yyjson_get_str (yyjson_obj_get (row, "client"))))
    return NULL;
  if (!yyjson_is_str (yyjson_obj_get (row, "user_id")))
    return g_strdup_printf ("{\"business\":\"%s\",\"client\":\"%s\"}",
                            yyjson_get_str (yyjson_obj_get (row, "business_id")),
                            yyjson_get_str (yyjson_obj_get (row, "client")));
  return g_strdup_printf ("{\"business\":\"%s\",\"user\":\"%s\",\"client\":\"%s\"}",
                          yyjson_get_str (yyjson_obj_get (row, "business_id")),
                          yyjson_get_str (yyjson_obj_get (row, "user_id")),
                          yyjson_get_str (yyjson_obj_get (row, "client")));
}

static gint64
get_position (const char *json)
{
  g_autoptr (yyjson_doc) doc = yyjson_read (json, strlen (json), 0);

  return yyjson_get_sint (yyjson_obj_get (yyjson_doc_get_root (doc), "position"));
}

static int
compare_positions (gconstpointer a,
                   gconstpointer b)
{
  gint64 one = get_position (*(const char *const *) a), other = get_position (*(const char *const *) b);

  return one < other ? -1 : one > other;
}

static GPtrArray *
list_in_order (GHashTable *rows)
{
  GPtrArray *list = g_hash_table_get_values_as_ptr_array (rows);

  g_ptr_array_sort (list, compare_positions);
  return list;
}

/* Only the last damaged file is kept. */
static void
remove_older (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  g_autofree char *beginning = g_strconcat (name, ".damaged-", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, entry, NULL);

      if (g_str_has_prefix (entry, beginning))
        g_unlink (file);
    }
}

static gboolean
move_file (const char *path,
           const char *aside,
           const char *suffix,
           GError    **error)
{
  g_autofree char *from = g_strconcat (path, suffix, NULL), *to = g_strconcat (aside, suffix, NULL);

  if (g_rename (from, to) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", from, g_strerror (errno));
  return FALSE;
}

static gboolean
keep_mutations (MokedCache *self,
                GError    **error)
{
  g_autoptr (GHashTable) rows = NULL, dropped = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *owner = NULL;

  rows = moked_outbox_journal_read (self->journal, &dropped, &owner);
  add_from_file (self->path, rows, dropped);
  if (owner == NULL)
    owner = dup_owner_from_file (self->path);
  list = list_in_order (rows);
  return moked_outbox_journal_replace (self->journal, owner, list, error);
}

static DexFuture *
put_aside_on_thread (gpointer user_data)
{
  MokedCache *self = user_data;
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, self->path, g_get_real_time ());
  GError *error = NULL;

  if (!keep_mutations (self, &error))
    return dex_future_new_for_error (error);
  remove_older (self->path);
  /* The log first: what is left behind if it breaks off here must not meet another file. */
  if (!move_file (self->path, aside, "-wal", &error) || !move_file (self->path, aside, "-shm", &error) ||
      !move_file (self->path, aside, "", &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* --- taking over what waits --- */

/* One row as the file had it, of the columns that there are. Nobody knows whether it arrived. */
static gboolean
insert_mutation (MokedSession *session,
                 yyjson_val   *row,
                 const char   *json,
                 GError      **error)
{
  g_auto (GStrv) columns = moked_session_list_columns (session, "outbox", error);
  g_autoptr (GString) names = g_string_new ("business_id"), values = g_string_new ("$1");
  g_autofree char *sql = NULL;

  if (columns == NULL)
    return FALSE;
  for (guint i = 0; columns[i] != NULL; i++)
    if (strcmp (columns[i], "business_id") != 0 && yyjson_obj_get (row, columns[i]) != NULL)
      {
        g_string_append_printf (names, ", %s", columns[i]);
        g_string_append_printf (values, strcmp (columns[i], "state") == 0
                                            ? ", replace (json_extract ($2, '$.%s'), 'waiting', 'sending')"
                                            : ", json_extract ($2, '$.%s')",
                                columns[i]);
      }
  sql = g_strdup_printf ("INSERT INTO outbox (%s) VALUES (%s) ON CONFLICT DO NOTHING", names->str, values->str);
  return moked_session_exec (session, error, sql, "t", json);
}

static gboolean
take_mutation (MokedSession      *session,
               const MokedSchema *schema,
               const char        *json,
               GError           **error)
{
  g_autoptr (yyjson_doc) doc = yyjson_read (json, strlen (json), 0);
  yyjson_val *row = yyjson_doc_get_root (doc);
  const char *id = yyjson_get_str (yyjson_obj_get (row, "id"));
  const char *ops_json = yyjson_get_str (yyjson_obj_get (row, "ops"));
  g_autoptr (yyjson_doc) ops = ops_json != NULL ? yyjson_read (ops_json, strlen (ops_json), 0) : NULL;
  yyjson_val *state = yyjson_obj_get (row, "state");
  gboolean answered = yyjson_equals_str (state, "rejected") || yyjson_equals_str (state, "held");
  g_autoptr (GPtrArray) records = NULL;

  if (id == NULL || ops == NULL)
    return TRUE;
  if (!insert_mutation (session, row, json, error) ||
      !moked_outbox_note_ops (session, schema, id, ops, answered, error))
    return FALSE;
  records = moked_outbox_list_records (session, schema, id, error);
  return records != NULL && moked_outbox_rebuild_all (session, records, error);
}

typedef struct
{
  MokedCache      *cache;
  MokedCacheState *state;
  GPtrArray       *rows;
} Takeover;

static void
free_takeover (gpointer data)
{
  Takeover *takeover = data;

  g_object_unref (takeover->cache);
  moked_cache_state_free (takeover->state);
  g_ptr_array_unref (takeover->rows);
  g_free (takeover);
}

static DexFuture *
take_over_in_session (MokedSession *session,
                      gpointer      user_data)
{
  Takeover *takeover = user_data;
  GError *error = NULL;

  for (guint i = 0; i < takeover->rows->len; i++)
    if (!take_mutation (session, &takeover->cache->schema, g_ptr_array_index (takeover->rows, i), &error))
      return dex_future_new_for_error (error);
  if (!moked_cache_state_write (takeover->state, session, &error))
    return dex_future_new_for_error (error);
  moked_session_mark_changed (session, "outbox");
  return dex_future_new_take_boxed (MOKED_TYPE_CACHE_STATE, moked_cache_state_copy (takeover->state));
}

static MokedCacheState *
new_state (MokedCache *self,
           const char *owner)
{
  g_autoptr (yyjson_doc) doc = yyjson_read (owner, strlen (owner), 0);
  yyjson_val *root = yyjson_doc_get_root (doc);
  MokedCacheState *state = g_new0 (MokedCacheState, 1);

  state->business = g_strdup (yyjson_get_str (yyjson_obj_get (root, "business")));
  state->user_id = g_strdup (yyjson_get_str (yyjson_obj_get (root, "user")));
  state->client = g_strdup (yyjson_get_str (yyjson_obj_get (root, "client")));
  state->schema = moked_schema_dup_fingerprint (&self->schema);
  return state;
}

/* In a fiber, with a cache that is empty. Returns (transfer full) (nullable) where it stands then; NULL without an
 * error when there is nothing to take over. */
static MokedCacheState *
take_over (MokedCache *self,
           GError    **error)
{
  g_autoptr (GHashTable) rows = NULL, dropped = NULL;
  g_autofree char *owner = NULL;
  Takeover *takeover;

  rows = moked_outbox_journal_read (self->journal, &dropped, &owner);
  if (owner == NULL || (g_hash_table_size (rows) == 0 && self->n_rescues == 0))
    return NULL;
  takeover = g_new (Takeover, 1);
  *takeover = (Takeover) { g_object_ref (self), new_state (self, owner), list_in_order (rows) };
  return dex_await_boxed (moked_store_write (self->store, MOKED_PRIORITY_URGENT, takeover->state->business,
                                             take_over_in_session, takeover, free_takeover),
                          error);
}

/* --- opening --- */

static DexFuture *
read_state (MokedSession *session,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  MokedCacheState *state = moked_cache_state_read (session, &error);

  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_take_boxed (MOKED_TYPE_CACHE_STATE, state);
}

static gboolean
open_once (MokedCache *self,
           GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCacheState) state = NULL;

  if (!dex_await (moked_store_open (self->store, &self->schema), error))
    return FALSE;
  state = dex_await_boxed (moked_store_read (self->store, NULL, read_state, NULL, NULL), &local_error);
  if (state == NULL && local_error == NULL)
    state = take_over (self, &local_error);
  if (local_error == NULL)
    {
      g_clear_pointer (&self->state, moked_cache_state_free);
      self->state = g_steal_pointer (&state);
      return TRUE;
    }
  dex_await (moked_store_close (self->store), NULL);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
put_aside (MokedCache *self,
           GError    **error)
{
  self->n_rescues++;
  return dex_await (moked_worker_run (self->journal_worker, put_aside_on_thread, g_object_ref (self), g_object_unref),
                    error);
}

/**
 * moked_cache_open_store: (skip)
 *
 * Opens the file, or another one when it is damaged, and reads where the copy stands. Awaits.
 */
gboolean
moked_cache_open_store (MokedCache *self,
                        GError    **error)
{
  g_autoptr (GError) local_error = NULL;

  if (open_once (self, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, MOKED_ERROR, MOKED_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_message ("The cache is damaged and is put aside: %s", local_error->message);
  return put_aside (self, error) && open_once (self, error);
}

/* --- while it is open --- */

void
moked_cache_tell_all_changed (MokedCache *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_ptr_array_add (names, (gpointer) "outbox");
  for (guint p = 0; self->schema.parts[p] != NULL; p++)
    for (guint e = 0; self->schema.parts[p]->entities != NULL && self->schema.parts[p]->entities[e] != NULL; e++)
      g_ptr_array_add (names, (gpointer) self->schema.parts[p]->entities[e]->name);
  moked_store_emit_changed (self->store, moked_cache_get_business (self), names);
}

/* Nobody exchanges anything meanwhile: what an answer means depends on what was there. */
static gboolean
rescue_alone (MokedCache *self,
              GError    **error)
{
  if (self->journaling != NULL)
    dex_await (dex_ref (self->journaling), NULL);
  dex_await (moked_store_close (self->store), NULL);
  return put_aside (self, error) && open_once (self, error);
}

static DexFuture *
rescue_fiber (gpointer user_data)
{
  MokedCache *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!moked_cache_begin_exchange (self, NULL))
    return dex_future_new_true ();
  g_message ("The cache turned out to be damaged and is put aside");
  done = rescue_alone (self, &error);
  moked_cache_end_exchange (self);
  if (done)
    moked_cache_begin_anew (self);
  else
    g_message ("The damaged cache could not be put aside: %s", error->message);
  return dex_future_new_true ();
}

/* Whether it is about to be put aside. */
gboolean
moked_cache_is_damaged (MokedCache *self)
{
  return self->rescue != NULL && dex_future_is_pending (self->rescue);
}

/**
 * moked_cache_rescue: (skip)
 *
 * The file turned out to be damaged.
 */
void
moked_cache_rescue (MokedCache *self)
{
  if (self->closed || self->n_rescues >= MAX_RESCUES || moked_cache_is_damaged (self))
    return;
  dex_clear (&self->rescue);
  self->rescue = dex_scheduler_spawn (NULL, 0, rescue_fiber, g_object_ref (self), g_object_unref);
}
