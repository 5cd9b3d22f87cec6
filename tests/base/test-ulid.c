/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/moked-ulid.h"

#define N_THREADS 4
#define N_IDS 5000

static void
test_shape (void)
{
  g_autofree char *ulid = moked_ulid_new (NULL);
  gint64 age = g_get_real_time () - moked_ulid_get_time_us (ulid);

  g_assert_cmpuint (strlen (ulid), ==, MOKED_ULID_LENGTH);
  g_assert_true (moked_ulid_is_valid (ulid));
  g_assert_cmpint (age, >=, 0);
  g_assert_cmpint (age, <, 60 * G_USEC_PER_SEC);
}

static void
test_time (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (G_GINT64_CONSTANT (1469918176385999));
  g_autofree char *ulid = moked_ulid_new (clock);

  /* The example of the specification: 1469918176385 ms. */
  g_assert_true (g_str_has_prefix (ulid, "01ARYZ6S41"));
  g_assert_cmpint (moked_ulid_get_time_us (ulid), ==, G_GINT64_CONSTANT (1469918176385000));
}

static void
test_monotonic (void)
{
  g_autoptr (MokedClock) clock = moked_clock_new_fake (1000000);
  g_autofree char *previous = moked_ulid_new (clock);

  for (int i = 0; i < 100000; i++)
    {
      char *next = moked_ulid_new (clock);

      g_assert_cmpstr (previous, <, next);
      g_free (previous);
      previous = next;
    }
  g_assert_cmpint (moked_ulid_get_time_us (previous), ==, 1000000);
}

static void
test_not_predictable (void)
{
  g_autoptr (MokedClock) one = moked_clock_new_fake (1000000), two = moked_clock_new_fake (1000000);
  g_autofree char *a = moked_ulid_new (one), *b = moked_ulid_new (two);

  g_assert_cmpstr (a, !=, b);
}

static gpointer
make_many (gpointer data)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < N_IDS; i++)
    g_ptr_array_add (ids, moked_ulid_new (NULL));
  return ids;
}

static void
test_threads (void)
{
  GThread *threads[N_THREADS];
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int t = 0; t < N_THREADS; t++)
    threads[t] = g_thread_new ("ulid", make_many, NULL);
  for (int t = 0; t < N_THREADS; t++)
    {
      g_autoptr (GPtrArray) ids = g_thread_join (threads[t]);

      for (guint i = 0; i < ids->len; i++)
        {
          if (i > 0)
            g_assert_cmpstr (ids->pdata[i - 1], <, ids->pdata[i]);
          g_hash_table_add (all, g_strdup (ids->pdata[i]));
        }
    }
  g_assert_cmpuint (g_hash_table_size (all), ==, N_THREADS * N_IDS);
}

static void
test_invalid (void)
{
  static const char *const bad[] = {
    "", "01ARYZ6S41", "01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41TSV4RRFFQ69G5FAVX",
    "81ARYZ6S41TSV4RRFFQ69G5FAV", "01ARYZ6S41TSV4RRFFQ69G5FAI", "01aryz6s41tsv4rrffq69g5fav",
    "01ARYZ6S41TSV4RRFFQ69G5F'V", "אבגדהוזחטיכלמ",
  };

  g_assert_true (moked_ulid_is_valid ("01ARYZ6S41TSV4RRFFQ69G5FAV"));
  g_assert_false (moked_ulid_is_valid (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (moked_ulid_is_valid (bad[i]));
      g_assert_cmpint (moked_ulid_get_time_us (bad[i]), ==, -1);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ulid/shape", test_shape);
  g_test_add_func ("/ulid/time", test_time);
  g_test_add_func ("/ulid/monotonic", test_monotonic);
  g_test_add_func ("/ulid/not-predictable", test_not_predictable);
  g_test_add_func ("/ulid/threads", test_threads);
  g_test_add_func ("/ulid/invalid", test_invalid);
  return g_test_run ();
}
