/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <sys/resource.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "office.h"
#include "sync/moked-change-log-bulk.h"

/* An action of many steps is turned back as one, from the change log, by whoever did it; or not at all, with what
 * depends on it. */

#define N_SAMPLES 12
#define STEP 5 /* records in one mutation */

typedef struct
{
  Sample *samples[N_SAMPLES];
} Many;

static void
many_clear (Many *many)
{
  for (guint i = 0; i < N_SAMPLES; i++)
    g_clear_object (&many->samples[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Many, many_clear)

/* Both desktops know them. */
static void
share_many (Office *office,
            Many   *many)
{
  desk_sync_ok (&office->a);
  for (guint i = 0; i < N_SAMPLES; i++)
    {
      g_autofree char *title = g_strdup_printf ("sample %u", i);

      many->samples[i] = new_sample (title);
      many->samples[i]->amount = i;
      many->samples[i]->tags = g_strdup ("old");
      desk_save_ok (&office->a, many->samples[i]);
    }
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

static void
commit (Desk      *desk,
        MokedEdit *edit)
{
  g_autoptr (GError) error = NULL;

  g_free (dex_await_string (moked_cache_commit (desk->cache, edit), &error));
  g_assert_no_error (error);
}

/* As a change of many records: each gets the amount and the tag, in steps. Returns the action and its steps. */
static char *
change_many (Desk  *desk,
             Many  *many,
             gint64 amount,
             guint *out_steps)
{
  char *action = moked_ulid_new (NULL);

  *out_steps = 0;
  for (guint i = 0; i < N_SAMPLES; i += STEP, (*out_steps)++)
    {
      MokedEdit *edit = moked_edit_new ("change many");

      moked_edit_set_action (edit, action);
      for (guint k = i; k < MIN (i + STEP, N_SAMPLES); k++)
        {
          g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (many->samples[k]));

          seen->amount = amount;
          g_set_str (&seen->tags, "new");
          moked_edit_save (edit, seen);
        }
      commit (desk, edit);
    }
  return action;
}

static char *
undo (Desk       *desk,
      const char *action,
      guint       n_steps)
{
  g_autoptr (GError) error = NULL;
  char *mutation = dex_await_string (moked_cache_undo_action (desk->cache, action, n_steps, "undo"), &error);

  g_assert_no_error (error);
  return mutation;
}

static void
assert_amount (Desk  *desk,
               Many  *many,
               guint  i,
               gint64 expected)
{
  g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (many->samples[i]));

  g_assert_cmpint (seen->amount, ==, expected);
}

static void
assert_tags (Desk       *desk,
             Many       *many,
             guint       i,
             const char *expected)
{
  g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (many->samples[i]));

  g_assert_cmpstr (seen->tags, ==, expected);
}

/* Once, however often the request arrives; and the undo is turned back as any other action. */
static DexFuture *
many_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  guint n_steps;
  g_autofree char *action = NULL, *undone = NULL, *redone = NULL;

  share_many (office, &many);
  action = change_many (&office->a, &many, 99, &n_steps);
  desk_sync_ok (&office->a);
  undone = undo (&office->a, action, n_steps);
  office->a.transport->repeat_posts = TRUE;
  office->a.transport->lose_answers = 1;
  g_assert_true (desk_sync_fails (&office->a));
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  for (guint i = 0; i < N_SAMPLES; i++)
    {
      assert_amount (&office->a, &many, i, i);
      assert_amount (&office->b, &many, i, i);
      assert_tags (&office->b, &many, i, "old");
    }
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1 AND origin = 'undo'"), ==,
                   N_SAMPLES);
  redone = undo (&office->a, undone, 1);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  for (guint i = 0; i < N_SAMPLES; i++)
    assert_amount (&office->b, &many, i, 99);
  desk_assert_nothing_waits (&office->a);
  return dex_future_new_true ();
}

/* What never left is taken back here. */
static DexFuture *
unsent_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  guint n_steps;
  g_autofree char *action = NULL, *undone = NULL;

  share_many (office, &many);
  action = change_many (&office->a, &many, 99, &n_steps);
  undone = undo (&office->a, action, n_steps);
  g_assert_cmpstr (undone, ==, "");
  desk_assert_nothing_waits (&office->a);
  for (guint i = 0; i < N_SAMPLES; i++)
    assert_amount (&office->a, &many, i, i);
  return dex_future_new_true ();
}

/* Some of it had arrived when the connection broke. */
static DexFuture *
half_sent_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  guint n_steps;
  g_autofree char *action = NULL, *undone = NULL;

  share_many (office, &many);
  action = change_many (&office->a, &many, 99, &n_steps);
  office->a.transport->lose_answers = 1;
  g_assert_true (desk_sync_fails (&office->a));
  undone = undo (&office->a, action, n_steps);
  g_assert_cmpstr (undone, !=, "");
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  for (guint i = 0; i < N_SAMPLES; i++)
    assert_amount (&office->a, &many, i, i);
  return dex_future_new_true ();
}

/* One field of one record was changed again: nothing is turned back, and it is said by whom. */
static DexFuture *
dependent_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  guint n_steps;
  g_autofree char *action = NULL, *undone = NULL;
  g_autoptr (Sample) later = NULL;
  g_autoptr (MokedMutation) refused = NULL;
  const GPtrArray *fields;

  share_many (office, &many);
  action = change_many (&office->a, &many, 99, &n_steps);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  later = desk_see (&office->b, moked_entity_get_id (many.samples[7]));
  later->amount = 1000;
  desk_save_ok (&office->b, later);
  desk_sync_ok (&office->b);
  undone = undo (&office->a, action, n_steps);
  desk_sync_ok (&office->a);
  refused = desk_only_waiting (&office->a);
  g_assert_cmpint (moked_mutation_get_state (refused), ==, MOKED_MUTATION_REJECTED);
  g_assert_cmpstr (moked_mutation_get_code (refused), ==, "conflict");
  g_assert_cmpstr (moked_mutation_get_by (refused), ==, "desk-b");
  g_assert_cmpstr (moked_mutation_get_title (refused), ==, "sample 7");
  fields = moked_mutation_get_fields (refused);
  g_assert_cmpuint (fields->len, ==, 1);
  g_assert_cmpstr (((const MokedField *) fields->pdata[0])->name, ==, "amount");
  for (guint i = 0; i < N_SAMPLES; i++)
    assert_amount (&office->a, &many, i, i == 7 ? 1000 : 99);
  return dex_future_new_true ();
}

/* Another field, or another tag, is other work: it stays. */
static DexFuture *
independent_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  guint n_steps;
  g_autofree char *action = NULL, *undone = NULL;
  g_autoptr (Sample) later = NULL;

  share_many (office, &many);
  action = change_many (&office->a, &many, 99, &n_steps);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  later = desk_see (&office->b, moked_entity_get_id (many.samples[7]));
  g_set_str (&later->title, "renamed");
  g_set_str (&later->tags, "new\nof b");
  desk_save_ok (&office->b, later);
  desk_sync_ok (&office->b);
  undone = undo (&office->a, action, n_steps);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_amount (&office->a, &many, 7, 7);
  assert_tags (&office->a, &many, 7, "of b\nold");
  desk_assert_title (&office->a, many.samples[7], "renamed");
  return dex_future_new_true ();
}

static void
assert_living (Office *office,
               gint64  expected)
{
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NULL"),
                   ==, expected);
}

/* What was deleted is back; what was made is deleted, unless somebody worked on it. */
static DexFuture *
made_and_deleted_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  g_autoptr (Sample) made = new_sample ("made"), worked_on = NULL;
  g_autofree char *action = moked_ulid_new (NULL), *undone = NULL, *redone = NULL, *again = NULL;
  g_autoptr (MokedMutation) refused = NULL;
  MokedEdit *edit = moked_edit_new ("merge");

  share_many (office, &many);
  moked_edit_set_action (edit, action);
  moked_edit_save (edit, made);
  for (guint i = 0; i < 3; i++)
    moked_edit_delete (edit, &sample_info, moked_entity_get_id (many.samples[i]));
  commit (&office->a, edit);
  desk_sync_ok (&office->a);
  assert_living (office, N_SAMPLES - 3 + 1);
  undone = undo (&office->a, action, 1);
  desk_sync_ok (&office->a);
  assert_living (office, N_SAMPLES);
  redone = undo (&office->a, undone, 1);
  desk_sync_ok (&office->a);
  assert_living (office, N_SAMPLES - 3 + 1);
  desk_sync_ok (&office->b);
  desk_set_title (&office->b, made, "worked on");
  desk_sync_ok (&office->b);
  again = undo (&office->a, redone, 1);
  desk_sync_ok (&office->a);
  refused = desk_only_waiting (&office->a);
  g_assert_cmpstr (moked_mutation_get_code (refused), ==, "conflict");
  g_assert_cmpstr (moked_mutation_get_title (refused), ==, "worked on");
  assert_living (office, N_SAMPLES - 3 + 1);
  return dex_future_new_true ();
}

/* A change of many passes over what somebody deleted or worked on meanwhile, and does the rest. */
static DexFuture *
passes_over_fiber (gpointer data)
{
  Office *office = data;
  g_auto (Many) many = { { NULL } };
  guint n_steps;
  g_autofree char *changed = NULL, *deleted = NULL, *action = moked_ulid_new (NULL);
  MokedEdit *edit = moked_edit_new ("delete many");

  share_many (office, &many);
  deleted = desk_delete (&office->b, many.samples[0]);
  desk_set_title (&office->b, many.samples[1], "later work");
  desk_sync_ok (&office->b);
  changed = change_many (&office->a, &many, 99, &n_steps);
  moked_edit_set_action (edit, action);
  for (guint i = 0; i < N_SAMPLES; i++)
    moked_edit_delete (edit, &sample_info, moked_entity_get_id (many.samples[i]));
  commit (&office->a, edit);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_living (office, 1);
  desk_assert_title (&office->a, many.samples[1], "later work");
  return dex_future_new_true ();
}

/* An import, as the service does one: one action of very many records. */

static gint64 n_imported;

static DexFuture *
import_in_session (MokedSession *session,
                   gpointer      data)
{
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (g_object_unref);
  const char *action = data;
  MokedActor actor = { "desk-a", "api", action };
  GError *error = NULL;
  gint64 head = moked_change_log_get_head (session, NULL, &error);

  for (gint64 i = 0; i < n_imported; i++)
    g_ptr_array_add (samples, new_sample ("imported"));
  if (!moked_change_log_create_all (session, samples, &actor, &error) ||
      !moked_session_exec (session, &error,
                           "INSERT INTO mutation (business_id, id, client, n, user_id, status, received_at, first_seq, "
                           "last_seq) VALUES ($1, $2, 'import', 1, 'desk-a', 'applied', 1, $3, $4)",
                           "tii", action, head + 1, head + n_imported))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* Of the processor, whatever else the machine does. */
static double
get_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

/* Of a second exchange the push is the first request: what came of it is not fetched yet. */
static void
push_only (Desk *desk)
{
  double started = get_seconds ();

  desk->transport->requests_left = 1;
  dex_await (moked_sync_client_sync_now (desk->client), NULL);
  desk->transport->requests_left = -1;
  g_test_message ("%" G_GINT64_FORMAT " records turned back in %.2f s", n_imported, get_seconds () - started);
}

static DexFuture *
import_fiber (gpointer data)
{
  Office *office = data;
  g_autofree char *action = moked_ulid_new (NULL), *undone = NULL, *redone = NULL;
  const char *count = g_getenv ("MOKED_UNDO_RECORDS");
  g_autoptr (GError) error = NULL;

  n_imported = count != NULL ? atoi (count) : 3000;
  desk_sync_ok (&office->a);
  dex_await (moked_store_write (office->store, MOKED_PRIORITY_BULK, "b1", import_in_session, action, NULL), &error);
  g_assert_no_error (error);
  desk_sync_ok (&office->a);
  undone = undo (&office->a, action, 1);
  push_only (&office->a);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->a);
  assert_living (office, 0);
  redone = undo (&office->a, undone, 1);
  push_only (&office->a);
  desk_sync_ok (&office->a);
  assert_living (office, n_imported);
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/undo/many", many_fiber);
  ADD ("/undo/unsent", unsent_fiber);
  ADD ("/undo/half-sent", half_sent_fiber);
  ADD ("/undo/dependent", dependent_fiber);
  ADD ("/undo/independent", independent_fiber);
  ADD ("/undo/made-and-deleted", made_and_deleted_fiber);
  ADD ("/undo/passes-over", passes_over_fiber);
  ADD ("/undo/import", import_fiber);
  return fixture_run_tests ();
}
