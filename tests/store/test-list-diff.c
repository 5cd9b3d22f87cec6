/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-list-diff.h"

#define MANY 1000

/* Does to the old list what the changes say, and looks whether it is the new one. */
static GArray *
apply (const gint64 *old_ids,
       guint         n_old,
       const gint64 *new_ids,
       GArray       *changes)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint old_at = 0;

  for (guint i = 0; i < changes->len; i++)
    {
      MokedListChange *change = &g_array_index (changes, MokedListChange, i);

      g_assert_cmpuint (change->old_position, >=, old_at);
      g_assert_cmpuint (change->removed + change->added, >, 0);
      g_array_append_vals (list, old_ids + old_at, change->old_position - old_at);
      g_array_append_vals (list, new_ids + list->len, change->added);
      old_at = change->old_position + change->removed;
    }
  g_array_append_vals (list, old_ids + old_at, n_old - old_at);
  return list;
}

static guint
assert_diff (const gint64 *old_ids,
             guint         n_old,
             const gint64 *new_ids,
             guint         n_new,
             guint         max_changes)
{
  g_autoptr (GArray) changes = moked_list_diff (old_ids, n_old, new_ids, n_new, max_changes);
  g_autoptr (GArray) result = apply (old_ids, n_old, new_ids, changes);

  g_assert_cmpuint (changes->len, <=, max_changes);
  g_assert_cmpmem (result->data, result->len * sizeof (gint64), new_ids, n_new * sizeof (gint64));
  return changes->len;
}

static void
test_small (void)
{
  const gint64 list[] = { 1, 2, 3, 4, 5 };
  const gint64 without[] = { 1, 2, 4, 5 };
  const gint64 moved[] = { 5, 1, 2, 3, 4 };
  const gint64 other[] = { 9, 8, 7 };

  g_assert_cmpuint (assert_diff (list, 5, list, 5, 10), ==, 0);
  g_assert_cmpuint (assert_diff (list, 5, without, 4, 10), ==, 1);
  g_assert_cmpuint (assert_diff (without, 4, list, 5, 10), ==, 1);
  g_assert_cmpuint (assert_diff (list, 5, moved, 5, 10), ==, 2);
  g_assert_cmpuint (assert_diff (list, 5, other, 3, 10), ==, 1);
  g_assert_cmpuint (assert_diff (NULL, 0, list, 5, 10), ==, 1);
  g_assert_cmpuint (assert_diff (list, 5, NULL, 0, 10), ==, 1);
  g_assert_cmpuint (assert_diff (NULL, 0, NULL, 0, 10), ==, 0);
}

static void
test_far_ids (void)
{
  const gint64 old_ids[] = { 1, G_MAXINT64 / 2, 3 };
  const gint64 new_ids[] = { 3, G_MAXINT64 / 2, 1 };

  g_assert_cmpuint (assert_diff (old_ids, 3, new_ids, 3, 10), ==, 1);
}

static void
shuffle_some (GArray *list,
              GRand  *rand,
              guint   n_moves)
{
  for (guint i = 0; i < n_moves && list->len > 0; i++)
    {
      guint from = g_rand_int_range (rand, 0, list->len);
      gint64 id = g_array_index (list, gint64, from);

      g_array_remove_index (list, from);
      g_array_insert_val (list, g_rand_int_range (rand, 0, list->len + 1), id);
    }
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GArray) old_list = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autoptr (GArray) new_list = g_array_new (FALSE, FALSE, sizeof (gint64));
      guint n_moves = g_rand_int_range (rand, 0, 20), n_changes;

      for (gint64 id = 1; id <= MANY; id++)
        {
          if (g_rand_int_range (rand, 0, 50) != 0)
            g_array_append_val (old_list, id);
          if (g_rand_int_range (rand, 0, 50) != 0)
            g_array_append_val (new_list, id);
        }
      shuffle_some (new_list, rand, n_moves);
      n_changes = assert_diff ((gint64 *) old_list->data, old_list->len, (gint64 *) new_list->data,
                               new_list->len, MANY);
      g_assert_cmpuint (n_changes, <=, 80 + 2 * n_moves);
      assert_diff ((gint64 *) old_list->data, old_list->len, (gint64 *) new_list->data, new_list->len, 5);
      assert_diff ((gint64 *) old_list->data, old_list->len, (gint64 *) new_list->data, new_list->len, 1);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/list-diff/small", test_small);
  g_test_add_func ("/store/list-diff/far-ids", test_far_ids);
  g_test_add_func ("/store/list-diff/random", test_random);
  return g_test_run ();
}
