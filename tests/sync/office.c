/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office.h"

#include <glib/gstdio.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "transfer/moked-transfer-state.h"

/* Makes a sample that only the service can make, and counts how often it was asked. */
static gboolean
run_stamp (MokedSession     *session,
           yyjson_val       *args,
           const MokedActor *actor,
           GError          **error)
{
  const char *id = yyjson_get_str (yyjson_obj_get (args, "id"));
  g_autoptr (Sample) sample = NULL;

  if (yyjson_get_bool (yyjson_obj_get (args, "refuse")))
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_REJECTED, "The rule says no");
      return FALSE;
    }
  sample = moked_entity_store_load (session, &sample_info, id, NULL);
  if (sample == NULL)
    sample = sample_new (id, "stamped");
  sample->colour = SAMPLE_GREEN;
  sample->amount++;
  return moked_change_log_save (session, sample, actor, error);
}

static gboolean
run_broken (MokedSession     *session,
            yyjson_val       *args,
            const MokedActor *actor,
            GError          **error)
{
  return moked_session_exec (session, error, "INSERT INTO nowhere VALUES ($1)", "");
}

/* What its author saw must still be so: the title that goes with it. */
static gboolean
check_title (MokedSession *session,
             yyjson_val   *args,
             gint64        made_at,
             MokedHold    *hold,
             GError      **error)
{
  g_autoptr (MokedEntity) sample = NULL;
  const char *id = yyjson_get_str (yyjson_obj_get (args, "id"));

  if (!moked_entity_store_load_if_any (session, &sample_info, id, &sample, error))
    return FALSE;
  if (sample == NULL || yyjson_equals_str (yyjson_obj_get (args, "title"), ((Sample *) sample)->title))
    return TRUE;
  hold->code = "other-title";
  hold->detail = "The title is another one by now";
  hold->entity = sample_info.name;
  hold->id = g_strdup (id);
  return TRUE;
}

static const MokedCommand commands[] = {
  { "sample.stamp", run_stamp },
  { "sample.stamp-soon", run_stamp, G_TIME_SPAN_HOUR, "It waited for long", check_title },
  { "sample.broken", run_broken },
  { NULL },
};
static const MokedCommand *const all_commands[] = { commands, NULL };

static const MokedSchemaPart *service_parts[8];
static MokedSchema service_schema = { service_parts };

/* What a user sees from now on: `all`, `own`, or nothing: `gone`. */
void
office_set_sight (Office     *office,
                  const char *user_id,
                  const char *sees)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO sight (business_id, user_id, sees) VALUES ($1, '%s', '%s') "
                                          "ON CONFLICT (business_id, user_id) DO UPDATE SET sees = excluded.sees",
                                          user_id, sees);

  office_run_sql (office, sql);
}

/* Once a service was open. */
const MokedSchema *
office_get_schema (void)
{
  return &service_schema;
}

void
office_open_desk (Office     *office,
                  Desk       *desk,
                  const char *name)
{
  g_autofree char *path = g_build_filename (office->directory, name, NULL);
  GError *error = NULL;

  g_set_str (&desk->name, name);
  if (desk->clock == NULL)
    desk->clock = moked_clock_new_fake (moked_clock_get_real (office->clock));
  desk->cache = moked_cache_new_with_clock (path, &remark_schema, desk->clock);
  dex_await (moked_cache_open (desk->cache), &error);
  g_assert_no_error (error);
  desk->transport = direct_transport_new (office->store, office->server, "b1", name);
  desk->client = moked_sync_client_new (desk->cache, MOKED_SYNC_TRANSPORT (desk->transport), office->clock);
}

void
office_open (Office *office)
{
  GError *error = NULL;

  service_parts[0] = remark_schema.parts[0];
  service_parts[1] = remark_schema.parts[2];
  service_parts[2] = &moked_change_log_schema;
  service_parts[3] = &moked_sync_server_schema;
  service_parts[4] = &sight_schema;
  service_parts[5] = &moked_transfer_schema;
  office->store = office->database.engine->new_store (&office->database);
  dex_await (moked_store_open (office->store, &service_schema), &error);
  g_assert_no_error (error);
  office->server = moked_sync_server_new (&service_schema, all_commands, sight_load);
}

void
desk_close (Desk *desk)
{
  moked_sync_client_stop (desk->client);
  dex_await (moked_sync_client_await_stopped (desk->client), NULL);
  dex_await (moked_cache_close (desk->cache), NULL);
  g_clear_object (&desk->client);
  g_clear_object (&desk->transport);
  g_clear_object (&desk->cache);
  g_clear_object (&desk->clock);
  g_clear_pointer (&desk->name, g_free);
}

void
office_close (Office *office)
{
  dex_await (moked_store_close (office->store), NULL);
  g_clear_object (&office->store);
  g_clear_pointer (&office->server, moked_sync_server_free);
}

static char *
file_in (Office     *office,
         const char *name)
{
  return g_build_filename (office->directory, name, NULL);
}

void
office_back_up (Office *office)
{
  g_autofree char *copy = file_in (office, "backup.db");
  g_autoptr (GError) error = NULL;

  g_unlink (copy);
  dex_await (moked_store_backup (office->store, copy), &error);
  g_assert_no_error (error);
}

/* As somebody does who has a copy and a service that is not running. Its desktops are to be reconnected. */
void
office_put_back (Office *office)
{
  g_autofree char *copy = file_in (office, "backup.db");

  office_close (office);
  if (office->database.engine == &sqlite_engine)
    g_assert_cmpint (g_rename (copy, office->database.path), ==, 0);
  else
    office->database.engine->use_copy (&office->database, copy);
  office_open (office);
}

/* The way to the service has no faults any more. */
void
desk_heal (Desk *desk)
{
  DirectTransport *transport = desk->transport;

  transport->offline = transport->refuse_posts = transport->repeat_posts = FALSE;
  transport->lose_answers = 0;
  transport->requests_left = -1;
}

/* To the service that was opened last. */
void
desk_reconnect (Desk   *desk,
                Office *office)
{
  g_set_object (&desk->transport->store, office->store);
  desk->transport->server = office->server;
}

static DexFuture *
open_fiber (gpointer data)
{
  Office *office = data;

  office_open (office);
  office_open_desk (office, &office->a, "desk-a");
  office_open_desk (office, &office->b, "desk-b");
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer data)
{
  Office *office = data;

  desk_close (&office->a);
  desk_close (&office->b);
  office_close (office);
  return dex_future_new_true ();
}

void
office_make_database (Office *office)
{
  store_engine_make (&office->database, office->directory, office->clock);
}

void
office_forget_database (Office *office)
{
  store_engine_forget (&office->database);
}

/* For an office that has its folder. */
void
office_setup_in_directory (Office *office)
{
  office->clock = moked_clock_new_fake (1000000);
  office_make_database (office);
  test_fiber_run (open_fiber, office);
}

void
office_setup (Office       *office,
              gconstpointer data)
{
  office->directory = g_dir_make_tmp ("moked-sync-XXXXXX", NULL);
  office_setup_in_directory (office);
}

void
office_run (Office       *office,
            gconstpointer fiber)
{
  test_fiber_run ((DexFiberFunc) fiber, office);
}

void
office_remove_directory (Office *office)
{
  g_autoptr (GDir) dir = g_dir_open (office->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = file_in (office, name);

      g_unlink (path);
    }
  g_rmdir (office->directory);
}

void
office_teardown (Office       *office,
                 gconstpointer data)
{
  test_fiber_run (close_fiber, office);
  g_object_unref (office->clock);
  office_forget_database (office);
  office_remove_directory (office);
  g_free (office->directory);
}

DexFuture *
office_count_rows (MokedSession *session,
                   gpointer      sql)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, sql, "");

  g_assert_no_error (error);
  g_assert_true (moked_cursor_next (cursor, &error));
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

gint64
office_count (Office     *office,
              const char *sql)
{
  return dex_await_int64 (moked_store_read (office->store, "b1", office_count_rows, (gpointer) sql, NULL), NULL);
}

gint64
desk_count (Desk       *desk,
            const char *sql)
{
  return dex_await_int64 (moked_cache_read (desk->cache, office_count_rows, (gpointer) sql, NULL), NULL);
}

/* The number of what waits is counted again after each change, by either of two readers: what was true in the
 * database a moment ago may come a moment later. */
void
desk_assert_nothing_waits (Desk *desk)
{
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1"), ==, 0);
  while (moked_cache_get_waiting (desk->cache) > 0)
    desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1");
}

static DexFuture *
run_sql (MokedSession *session,
         gpointer      sql)
{
  GError *error = NULL;

  return moked_session_exec (session, &error, sql, "") ? dex_future_new_true () : dex_future_new_for_error (error);
}

void
office_run_sql (Office     *office,
                const char *sql)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_store_write (office->store, MOKED_PRIORITY_URGENT, "b1", run_sql, (gpointer) sql, NULL), &error);
  g_assert_no_error (error);
}

void
desk_run_sql (Desk       *desk,
              const char *sql)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_cache_write_local (desk->cache, run_sql, (gpointer) sql, NULL), &error);
  g_assert_no_error (error);
}

void
desk_sync_ok (Desk *desk)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_sync_client_sync_now (desk->client), &error);
  g_assert_no_error (error);
}

gboolean
desk_sync_fails (Desk *desk)
{
  return !dex_await (moked_sync_client_sync_now (desk->client), NULL);
}

static DexFuture *
load_in_session (MokedSession *session,
                 gpointer      id)
{
  GError *error = NULL;
  gpointer found = moked_entity_store_load (session, &sample_info, id, &error);

  return found != NULL ? dex_future_new_take_object (found) : dex_future_new_for_error (error);
}

Sample *
desk_see (Desk       *desk,
          const char *id)
{
  return dex_await_object (moked_cache_read (desk->cache, load_in_session, g_strdup (id), g_free), NULL);
}

char *
desk_save (Desk    *desk,
           Sample  *sample,
           GError **error)
{
  MokedEdit *edit = moked_edit_new ("save");

  moked_edit_save (edit, sample);
  return dex_await_string (moked_cache_commit (desk->cache, edit), error);
}

void
desk_save_ok (Desk   *desk,
              Sample *sample)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = desk_save (desk, sample, &error);

  g_assert_no_error (error);
}

/* As a person who sees the record now; returns the mutation. */
char *
desk_edit_title (Desk       *desk,
                 Sample     *sample,
                 const char *title)
{
  g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (sample));
  g_autoptr (GError) error = NULL;
  char *mutation;

  g_set_str (&seen->title, title);
  mutation = desk_save (desk, seen, &error);
  g_assert_no_error (error);
  return mutation;
}

void
desk_set_title (Desk       *desk,
                Sample     *sample,
                const char *title)
{
  g_free (desk_edit_title (desk, sample, title));
}

char *
desk_delete (Desk   *desk,
             Sample *sample)
{
  MokedEdit *edit = moked_edit_new ("delete");

  moked_edit_delete (edit, &sample_info, moked_entity_get_id (sample));
  return dex_await_string (moked_cache_commit (desk->cache, edit), NULL);
}

char *
desk_stamp (Desk    *desk,
            Sample  *overlay,
            gboolean refuse)
{
  MokedEdit *edit = moked_edit_new ("stamp");
  g_autofree char *args = g_strdup_printf ("{\"id\":\"%s\",\"refuse\":%s}", moked_entity_get_id (overlay),
                                           refuse ? "true" : "false");
  GError *error = NULL;
  char *id;

  moked_edit_command (edit, "sample.stamp", args);
  moked_edit_overlay (edit, overlay);
  id = dex_await_string (moked_cache_commit (desk->cache, edit), &error);
  g_assert_no_error (error);
  return id;
}

/* As desk_stamp(), for what is asked about after an hour, or when @title is not the sample's by then. */
char *
desk_stamp_soon (Desk       *desk,
                 Sample     *sample,
                 const char *title)
{
  MokedEdit *edit = moked_edit_new ("stamp soon");
  g_autofree char *args = g_strdup_printf ("{\"id\":\"%s\",\"title\":\"%s\"}", moked_entity_get_id (sample), title);
  GError *error = NULL;
  char *id;

  moked_edit_command (edit, "sample.stamp-soon", args);
  id = dex_await_string (moked_cache_commit (desk->cache, edit), &error);
  g_assert_no_error (error);
  return id;
}

void
desk_confirm (Desk          *desk,
              MokedMutation *mutation)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_cache_confirm (desk->cache, moked_mutation_get_id (mutation)), &error);
  g_assert_no_error (error);
}

void
desk_drop (Desk          *desk,
           MokedMutation *mutation)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_cache_drop (desk->cache, moked_mutation_get_id (mutation)), &error);
  g_assert_no_error (error);
}

gboolean
desk_cancel (Desk       *desk,
             const char *mutation)
{
  return dex_await (moked_cache_cancel (desk->cache, mutation), NULL);
}

GPtrArray *
desk_list_waiting (Desk *desk)
{
  return dex_await_boxed (moked_cache_list_waiting (desk->cache), NULL);
}

MokedMutation *
desk_only_waiting (Desk *desk)
{
  g_autoptr (GPtrArray) list = desk_list_waiting (desk);

  g_assert_cmpuint (list->len, ==, 1);
  return g_object_ref (g_ptr_array_index (list, 0));
}

Sample *
new_sample (const char *title)
{
  g_autofree char *id = moked_ulid_new (NULL);

  return sample_new (id, title);
}
