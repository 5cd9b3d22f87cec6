/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "office-fixture.h"

#include <glib/gstdio.h>

#include "features/moked-feature.h"
#include "features/office/moked-office-service.h"
#include "jobs/moked-job-queue.h"
#include "server/moked-auth.h"
#include "store/moked-entity-store.h"

const MokedActor office_actor = { NULL, "test", NULL };

static const MokedSchemaPart *parts[16];
static const MokedSchema schema = { parts };

static void
collect_parts (void)
{
  const MokedSchema *features = moked_features_get_schema ();
  guint n = 0;

  parts[n++] = &moked_change_log_schema;
  parts[n++] = &moked_auth_schema;
  parts[n++] = &moked_job_queue_schema;
  for (guint i = 0; features->parts[i] != NULL; i++)
    {
      g_assert_cmpuint (n, <, G_N_ELEMENTS (parts) - 1);
      parts[n++] = features->parts[i];
    }
}

typedef struct
{
  OfficeFunc func;
  gpointer   data;
} Work;

static DexFuture *
run_work (MokedSession *session,
          gpointer      data)
{
  Work *work = data;
  GError *error = NULL;

  return work->func (session, work->data, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

static gboolean
run (OfficeFixture *f,
     const char    *business,
     OfficeFunc     func,
     gpointer       data,
     GError       **error)
{
  Work work = { func, data };

  return dex_await (moked_store_write (f->store, MOKED_PRIORITY_URGENT, business, run_work, &work, NULL), error);
}

static gboolean
create_office (MokedSession *session,
               gpointer      data,
               GError      **error)
{
  OfficeFixture *f = data;
  g_autofree char *token = NULL;
  const MokedOfficeSetup setup = {
    .name = "משרד לדוגמה", .phone = OFFICE_PHONE, .user_name = "שי", .device_name = "test",
  };

  return moked_office_service_create (session, &setup, &f->business, &f->user_id, &token, error);
}

static DexFuture *
open_fiber (gpointer data)
{
  OfficeFixture *f = data;
  GError *error = NULL;

  f->store = f->database.engine->new_store (&f->database);
  dex_await (moked_store_open (f->store, &schema), &error);
  g_assert_no_error (error);
  run (f, NULL, create_office, f, &error);
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer data)
{
  OfficeFixture *f = data;

  dex_await (moked_store_close (f->store), NULL);
  return dex_future_new_true ();
}

void
office_fixture_setup (OfficeFixture *f,
                      gconstpointer  data)
{
  collect_parts ();
  f->directory = g_dir_make_tmp ("moked-office-XXXXXX", NULL);
  f->clock = moked_clock_new_fake (G_GINT64_CONSTANT (1700000000000000));
  store_engine_make (&f->database, f->directory, f->clock);
  test_fiber_run (open_fiber, f);
}

void
office_fixture_teardown (OfficeFixture *f,
                         gconstpointer  data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  test_fiber_run (close_fiber, f);
  g_clear_object (&f->store);
  dir = g_dir_open (f->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->directory);
  g_free (f->business);
  g_free (f->user_id);
  store_engine_forget (&f->database);
  g_free (f->directory);
  g_object_unref (f->clock);
}

/* In a session of the office. */
void
office_fixture_write (OfficeFixture *f,
                      OfficeFunc     func,
                      gpointer       data)
{
  g_autoptr (GError) error = NULL;

  run (f, f->business, func, data, &error);
  g_assert_no_error (error);
}

/* The same, where a rule says no. */
GError *
office_fixture_refused (OfficeFixture *f,
                        OfficeFunc     func,
                        gpointer       data)
{
  GError *error = NULL;

  g_assert_false (run (f, f->business, func, data, &error));
  return error;
}

/* In a session without a business, as a vendor's request is applied. */
void
office_fixture_arrive (OfficeFixture *f,
                       OfficeFunc     func,
                       gpointer       data)
{
  g_autoptr (GError) error = NULL;

  run (f, NULL, func, data, &error);
  g_assert_no_error (error);
}

typedef struct
{
  const char            *table;
  const MokedEntityInfo *info;
  const char            *where;
  gint64                 count;
  gpointer               found;
} Look;

static DexFuture *
look (MokedSession *session,
      gpointer      data)
{
  Look *self = data;
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE business_id = $1", self->table);
  g_autoptr (MokedCursor) cursor = NULL;
  GError *error = NULL;

  if (self->info != NULL)
    self->found = moked_entity_store_find (session, self->info, &error, self->where, "");
  g_assert_no_error (error);
  cursor = moked_session_query (session, &error, sql, "");
  g_assert_no_error (error);
  g_assert_true (moked_cursor_next (cursor, NULL));
  self->count = moked_cursor_get_int (cursor, 0);
  return dex_future_new_true ();
}

gint64
office_fixture_count (OfficeFixture *f,
                      const char    *table)
{
  Look self = { table };

  g_assert_true (dex_await (moked_store_read (f->store, f->business, look, &self, NULL), NULL));
  return self.count;
}

gpointer
office_fixture_find (OfficeFixture         *f,
                     const MokedEntityInfo *info,
                     const char            *where)
{
  Look self = { info->name, info, where };

  g_assert_true (dex_await (moked_store_read (f->store, f->business, look, &self, NULL), NULL));
  return self.found;
}

void
office_fixture_run (OfficeFixture *f,
                    gconstpointer  fiber)
{
  test_fiber_run ((DexFiberFunc) fiber, f);
}
