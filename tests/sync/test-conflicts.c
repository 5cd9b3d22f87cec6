/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* Two desktops set the same field: the later wins, its person is told and can bring the other value back. */

static GPtrArray *
list_conflicts (Desk       *desk,
                const char *entity_id)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *list = dex_await_boxed (moked_cache_list_conflicts (desk->cache, entity_id), &error);

  g_assert_no_error (error);
  return list;
}

static MokedConflict *
only_conflict (Desk *desk)
{
  g_autoptr (GPtrArray) list = list_conflicts (desk, NULL);

  g_assert_cmpuint (list->len, ==, 1);
  return g_object_ref (g_ptr_array_index (list, 0));
}

/* Both know @sample; then a writes "from a" and b, who has not seen it, "from b". */
static void
collide (Office *office,
         Sample *sample)
{
  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_set_title (&office->a, sample, "from a");
  desk_set_title (&office->b, sample, "from b");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

static void
note_name (MokedCache *cache,
           GStrv       names,
           gboolean   *told)
{
  *told = *told || g_strv_contains ((const char *const *) names, "conflict");
}

/* Who, what, the old and the new value; and it survives the end of the program. */
static DexFuture *
told_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start"), other = new_sample ("other");
  g_autoptr (MokedConflict) conflict = NULL;
  g_autoptr (GPtrArray) of_a = NULL, of_other = NULL;
  gboolean told = FALSE;

  g_signal_connect (office->b.cache, "changed", G_CALLBACK (note_name), &told);
  collide (office, sample);
  g_assert_true (told);
  desk_close (&office->b);
  office_open_desk (office, &office->b, "desk-b");
  conflict = only_conflict (&office->b);
  g_assert_true (moked_conflict_get_info (conflict) == &sample_info);
  g_assert_cmpstr (moked_conflict_get_entity_id (conflict), ==, moked_entity_get_id (sample));
  g_assert_cmpstr (moked_conflict_get_field (conflict)->name, ==, "title");
  g_assert_cmpstr (moked_conflict_get_mine (conflict), ==, "from b");
  g_assert_cmpstr (moked_conflict_get_theirs (conflict), ==, "from a");
  g_assert_cmpstr (moked_conflict_get_by (conflict), ==, "desk-a");
  g_assert_cmpint (moked_conflict_get_theirs_at (conflict), ==, moked_clock_get_real (office->clock));
  of_a = list_conflicts (&office->a, NULL);
  g_assert_cmpuint (of_a->len, ==, 0);
  of_other = list_conflicts (&office->b, moked_entity_get_id (other));
  g_assert_cmpuint (of_other->len, ==, 0);
  return dex_future_new_true ();
}

/* One action brings the other value back, for everybody, and settles it. */
static DexFuture *
restore_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedConflict) conflict = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *mutation = NULL;

  collide (office, sample);
  conflict = only_conflict (&office->b);
  mutation = dex_await_string (moked_cache_restore_conflict (office->b.cache, moked_conflict_get_id (conflict), "back"),
                               &error);
  g_assert_no_error (error);
  g_assert_nonnull (mutation);
  desk_assert_title (&office->b, sample, "from a");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, sample, "from a");
  left = list_conflicts (&office->b, NULL);
  g_assert_cmpuint (left->len, ==, 0);
  g_assert_false (dex_await (moked_cache_restore_conflict (office->b.cache, moked_conflict_get_id (conflict), "back"),
                             &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND);
  return dex_future_new_true ();
}

/* What is put aside is listed no more, and the record stays as it is. */
static DexFuture *
dismiss_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedConflict) conflict = NULL;
  g_autoptr (GPtrArray) left = NULL;

  collide (office, sample);
  conflict = only_conflict (&office->b);
  g_assert_true (dex_await (moked_cache_dismiss_conflict (office->b.cache, moked_conflict_get_id (conflict)), NULL));
  left = list_conflicts (&office->b, moked_entity_get_id (sample));
  g_assert_cmpuint (left->len, ==, 0);
  desk_assert_title (&office->b, sample, "from b");
  return dex_future_new_true ();
}

/* Two edits of one person made offline overwrite the other's value once; the second overwrites only the first. */
static DexFuture *
own_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) sample = new_sample ("start");
  g_autoptr (MokedConflict) conflict = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_set_title (&office->a, sample, "from a");
  desk_sync_ok (&office->a);
  desk_set_title (&office->b, sample, "b once");
  desk_set_title (&office->b, sample, "b twice");
  office->b.transport->lose_answers = 1; /* the answer with the conflict comes the second time */
  g_assert_true (desk_sync_fails (&office->b));
  desk_sync_ok (&office->b);
  conflict = only_conflict (&office->b);
  g_assert_cmpstr (moked_conflict_get_theirs (conflict), ==, "from a");
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/conflicts/told", told_fiber);
  ADD ("/conflicts/restore", restore_fiber);
  ADD ("/conflicts/dismiss", dismiss_fiber);
  ADD ("/conflicts/own", own_fiber);
  return fixture_run_tests ();
}
