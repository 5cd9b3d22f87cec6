/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"

/* Desktop a sees everything and hands out records; desktop b's user may see less. A user is called as the desktop. */

static void
save (Desk    *desk,
      gpointer entity)
{
  MokedEdit *edit = moked_edit_new ("save");
  g_autoptr (GError) error = NULL;

  moked_edit_save (edit, entity);
  g_free (dex_await_string (moked_cache_commit (desk->cache, edit), &error));
  g_assert_no_error (error);
}

static Sample *
make (Desk       *desk,
      const char *title,
      const char *owner)
{
  Sample *sample = new_sample (title);

  sample->owner_id = g_strdup (owner);
  save (desk, sample);
  return sample;
}

static Remark *
remark (Desk       *desk,
        Sample     *sample,
        const char *text)
{
  Remark *self = remark_new (moked_entity_get_id (sample), text);

  save (desk, self);
  return self;
}

static void
reply (Desk       *desk,
       Remark     *to,
       const char *text)
{
  g_autoptr (Reply) self = reply_new (to->sample_id, text);

  save (desk, self);
}

static void
give (Desk       *desk,
      Sample     *sample,
      const char *owner)
{
  g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (sample));

  g_set_str (&seen->owner_id, owner);
  save (desk, seen);
}

static gint64
count (Desk       *desk,
       const char *kind)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE business_id = $1", kind);

  return desk_count (desk, sql);
}

static void
assert_holds (Desk  *desk,
              gint64 n_samples,
              gint64 n_remarks,
              gint64 n_replies)
{
  g_assert_cmpint (count (desk, "sample"), ==, n_samples);
  g_assert_cmpint (count (desk, "remark"), ==, n_remarks);
  g_assert_cmpint (count (desk, "reply"), ==, n_replies);
}

static void
sync_both (Office *office)
{
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
}

/* One sample of each owner, each with a remark, and that with a reply. */
static void
fill (Office  *office,
      Sample **out_of_a,
      Sample **out_of_b,
      Sample **out_nobodys)
{
  Sample *samples[] = { make (&office->a, "of a", "desk-a"), make (&office->a, "of b", "desk-b"),
                        make (&office->a, "nobody's", NULL) };

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (Remark) about = remark (&office->a, samples[i], "remark");

      reply (&office->a, about, "reply");
    }
  *out_of_a = samples[0];
  *out_of_b = samples[1];
  *out_nobodys = samples[2];
  sync_both (office);
}

#define FILL(office) \
  g_autoptr (Sample) of_a = NULL; \
  g_autoptr (Sample) of_b = NULL; \
  g_autoptr (Sample) nobodys = NULL; \
  desk_sync_ok (&(office)->a); \
  fill (office, &of_a, &of_b, &nobodys)

static void
count_told (MokedCache *cache,
            guint      *n)
{
  ++*n;
}

/* Kinto #467, Dotmim.Sync #1346, replicache #1000: what had been replicated stayed when the right to it was revoked. */
static DexFuture *
revoked_fiber (gpointer data)
{
  Office *office = data;
  guint told = 0;

  FILL (office);
  g_signal_connect (office->b.cache, "rights-changed", G_CALLBACK (count_told), &told);
  assert_holds (&office->b, 3, 3, 3);
  office_set_sight (office, "desk-b", "own");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->b);
  g_assert_cmpuint (told, ==, 1);
  assert_holds (&office->b, 2, 2, 2);
  g_assert_null (desk_see (&office->b, moked_entity_get_id (of_a)));
  desk_assert_title (&office->b, of_b, "of b");
  desk_assert_title (&office->b, nobodys, "nobody's");
  assert_holds (&office->a, 3, 3, 3);

  office_set_sight (office, "desk-b", "all");
  desk_sync_ok (&office->b);
  assert_holds (&office->b, 3, 3, 3);
  return dex_future_new_true ();
}

/* Its parts were not touched themselves. */
static DexFuture *
given_fiber (gpointer data)
{
  Office *office = data;

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  assert_holds (&office->b, 2, 2, 2);
  give (&office->a, of_a, "desk-b");
  sync_both (office);
  assert_holds (&office->b, 3, 3, 3);
  give (&office->a, of_a, "desk-a");
  give (&office->a, nobodys, "desk-a");
  sync_both (office);
  assert_holds (&office->b, 1, 1, 1);
  g_assert_null (desk_see (&office->b, moked_entity_get_id (nobodys)));
  return dex_future_new_true ();
}

/* What came and went between two pulls. */
static DexFuture *
passed_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Remark) late = NULL;

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  give (&office->a, of_b, "desk-a");
  desk_sync_ok (&office->a);
  late = remark (&office->a, of_b, "while it was away");
  give (&office->a, of_b, "desk-b");
  give (&office->a, of_a, "desk-b");
  desk_sync_ok (&office->a);
  give (&office->a, of_a, "desk-a");
  sync_both (office);
  assert_holds (&office->b, 2, 3, 2);
  return dex_future_new_true ();
}

/* A part goes from one sample to another. */
static DexFuture *
moved_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Remark) moved = NULL;
  g_autoptr (Remark) back = NULL;

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  moved = remark (&office->a, of_b, "moves");
  reply (&office->a, moved, "stays");
  sync_both (office);
  assert_holds (&office->b, 2, 3, 3);
  g_set_str (&moved->sample_id, moked_entity_get_id (of_a));
  save (&office->a, moved);
  /* Lost together with what it was a part of until then. */
  give (&office->a, of_b, "desk-a");
  sync_both (office);
  assert_holds (&office->b, 1, 1, 1);
  back = moked_entity_copy (moved);
  g_set_str (&back->sample_id, moked_entity_get_id (nobodys));
  save (&office->a, back);
  sync_both (office);
  assert_holds (&office->b, 1, 2, 1);
  return dex_future_new_true ();
}

/* Rights that went and came back between a push and the next pull: nothing is answered for others than the copy has. */
static DexFuture *
forth_and_back_fiber (gpointer data)
{
  Office *office = data;

  FILL (office);
  desk_set_title (&office->b, of_a, "written offline");
  office_set_sight (office, "desk-b", "own");
  office->b.transport->requests_left = 2;
  desk_sync_fails (&office->b);
  office->b.transport->requests_left = -1;
  office_set_sight (office, "desk-b", "all");
  desk_sync_ok (&office->b);
  assert_holds (&office->b, 3, 3, 3);
  return dex_future_new_true ();
}

/* A desktop that comes later lists what its user sees, and no more. */
static DexFuture *
listed_fiber (gpointer data)
{
  Office *office = data;

  office_set_sight (office, "desk-b", "own");
  desk_sync_ok (&office->a);
  g_object_unref (make (&office->a, "of a", "desk-a"));
  g_object_unref (make (&office->a, "of b", "desk-b"));
  sync_both (office);
  assert_holds (&office->b, 1, 0, 0);
  return dex_future_new_true ();
}

/* The rights change while everything is listed, at every request of it. */
static DexFuture *
meanwhile_fiber (gpointer data)
{
  Office *office = data;

  FILL (office);
  for (int requests = 0; requests < 6; requests++)
    {
      office_set_sight (office, "desk-b", "own");
      office->b.transport->requests_left = requests;
      desk_sync_fails (&office->b);
      office_set_sight (office, "desk-b", "all");
      office->b.transport->requests_left = requests;
      desk_sync_fails (&office->b);
      office_set_sight (office, "desk-b", "own");
      office->b.transport->requests_left = -1;
      desk_sync_ok (&office->b);
      assert_holds (&office->b, 2, 2, 2);
      office_set_sight (office, "desk-b", "all");
      desk_sync_ok (&office->b);
      assert_holds (&office->b, 3, 3, 3);
    }
  return dex_future_new_true ();
}

/* An edit of what one sees no more is refused; what the person wrote is still there to be read. */
static DexFuture *
unsent_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (MokedMutation) mutation = NULL;

  FILL (office);
  desk_set_title (&office->b, of_a, "written offline");
  office_set_sight (office, "desk-b", "own");
  desk_sync_ok (&office->b);
  mutation = desk_only_waiting (&office->b);
  g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_REJECTED);
  g_assert_cmpstr (moked_mutation_get_code (mutation), ==, "forbidden");
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM outbox WHERE business_id = $1 "
                                           "AND ops LIKE '%written offline%'"),
                   ==, 1);
  assert_holds (&office->b, 2, 2, 2);
  desk_assert_title (&office->a, of_a, "of a");

  /* The right is back: it is tried again. */
  office_set_sight (office, "desk-b", "all");
  desk_sync_ok (&office->b);
  dex_await (moked_cache_retry (office->b.cache, moked_mutation_get_id (mutation)), NULL);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, of_a, "written offline");
  return dex_future_new_true ();
}

/* Also when it was given away, and the edit had no answer yet. */
static DexFuture *
unsent_given_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Remark) mine = NULL;
  g_autoptr (GPtrArray) list = NULL;

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  desk_set_title (&office->b, of_b, "written offline");
  mine = remark (&office->b, of_b, "a remark");
  give (&office->a, of_b, "desk-a");
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  list = desk_list_waiting (&office->b);
  g_assert_cmpuint (list->len, ==, 2);
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpstr (moked_mutation_get_code (g_ptr_array_index (list, i)), ==, "forbidden");
  assert_holds (&office->b, 1, 1, 1);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM remark WHERE business_id = $1"), ==, 3);
  return dex_future_new_true ();
}

/* In one action: given away, and written further. Afterwards it is gone. */
static DexFuture *
hand_over_fiber (gpointer data)
{
  Office *office = data;
  MokedEdit *edit = moked_edit_new ("hand over");
  g_autoptr (Sample) seen = NULL;
  g_autoptr (Sample) fresh = new_sample ("for a");
  g_autoptr (Remark) word = NULL;
  g_autoptr (Remark) other_word = remark_new (moked_entity_get_id (fresh), "a new one");

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  seen = desk_see (&office->b, moked_entity_get_id (of_b));
  g_set_str (&seen->owner_id, "desk-a");
  g_set_str (&fresh->owner_id, "desk-a");
  word = remark_new (moked_entity_get_id (of_b), "please take over");
  moked_edit_save (edit, seen);
  moked_edit_save (edit, word);
  moked_edit_save (edit, fresh);
  moked_edit_save (edit, other_word);
  g_free (dex_await_string (moked_cache_commit (office->b.cache, edit), NULL));
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  desk_assert_nothing_waits (&office->b);
  assert_holds (&office->b, 1, 1, 1);
  assert_holds (&office->a, 4, 5, 3);
  return dex_future_new_true ();
}

/* The conflict's values go with the record. */
static DexFuture *
conflict_fiber (gpointer data)
{
  Office *office = data;

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  desk_set_title (&office->a, of_b, "the secret of a");
  desk_set_title (&office->b, of_b, "from b");
  sync_both (office);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM edit_conflict WHERE business_id = $1"), ==, 1);
  desk_sync_ok (&office->a);
  give (&office->a, of_b, "desk-a");
  sync_both (office);
  g_assert_cmpint (desk_count (&office->b, "SELECT count(*) FROM edit_conflict WHERE business_id = $1"), ==, 0);
  return dex_future_new_true ();
}

/* Who does not work here any more is told so, and nothing else. */
static DexFuture *
gone_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (GError) error = NULL;

  FILL (office);
  desk_set_title (&office->b, nobodys, "from b");
  office_set_sight (office, "desk-b", "gone");
  g_assert_false (dex_await (moked_sync_client_sync_now (office->b.client), &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED);
  desk_sync_ok (&office->a);
  desk_assert_title (&office->a, nobodys, "nobody's");
  return dex_future_new_true ();
}

/* After a restore from a backup: who sees all gives everything back, also what others may not see. */
static DexFuture *
restored_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (Sample) later = NULL;

  office_set_sight (office, "desk-b", "own");
  FILL (office);
  office_back_up (office);
  later = make (&office->a, "of a, later", "desk-a");
  give (&office->a, of_a, "desk-b");
  sync_both (office);
  desk_set_title (&office->b, of_a, "b had it by then");
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  office_put_back (office);
  desk_reconnect (&office->a, office);
  desk_reconnect (&office->b, office);
  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  assert_holds (&office->a, 4, 3, 3);
  assert_holds (&office->b, 3, 3, 3);
  desk_assert_title (&office->a, of_a, "b had it by then");
  desk_assert_title (&office->b, of_a, "b had it by then");
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/scope/right-revoked-rows-stay", revoked_fiber);
  ADD ("/scope/given", given_fiber);
  ADD ("/scope/passed-through", passed_fiber);
  ADD ("/scope/part-moved", moved_fiber);
  ADD ("/scope/forth-and-back", forth_and_back_fiber);
  ADD ("/scope/listed", listed_fiber);
  ADD ("/scope/meanwhile", meanwhile_fiber);
  ADD ("/scope/unsent", unsent_fiber);
  ADD ("/scope/unsent-given", unsent_given_fiber);
  ADD ("/scope/hand-over", hand_over_fiber);
  ADD ("/scope/conflict", conflict_fiber);
  ADD ("/scope/gone", gone_fiber);
  ADD ("/scope/restored", restored_fiber);
  return fixture_run_tests ();
}
