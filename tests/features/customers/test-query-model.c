/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "customers-fixture.h"
#include "store/moked-known-order.h"
#include "store/moked-query-model.h"

#define N_PEOPLE 300

typedef struct
{
  CustomersFixture base;
  MokedQueryModel *model;
  GPtrArray       *seen; /* the list as somebody knows it who hears the signals only */
  guint            n_signals;
  GString         *story; /* the signals, such as "-3:1 +7:2 " */
} Fixture;

/* The list is known to its end, and is as long as it is to be. */
static gboolean
is_settled (Fixture *f)
{
  return moked_query_model_is_counted (f->model) &&
         g_list_model_get_n_items (G_LIST_MODEL (f->model)) == moked_query_model_get_n_rows (f->model);
}

static void
wait_until (gboolean (*done) (Fixture *f),
            Fixture *f)
{
  while (!done (f))
    g_main_context_iteration (NULL, TRUE);
}

static void
on_items_changed (GListModel *list,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Fixture    *f)
{
  g_assert_false (removed > 0 && added > 0);
  f->n_signals++;
  if (removed > 0)
    {
      g_ptr_array_remove_range (f->seen, position, removed);
      g_string_append_printf (f->story, "-%u:%u ", position, removed);
    }
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (f->seen, (int) (position + i), g_list_model_get_item (list, position + i));
  if (added > 0)
    g_string_append_printf (f->story, "+%u:%u ", position, added);
  g_assert_cmpuint (f->seen->len, ==, g_list_model_get_n_items (list));
  for (guint i = 0; i < f->seen->len; i++)
    {
      g_autoptr (MokedRow) row = g_list_model_get_item (list, i);

      g_assert_true (row == g_ptr_array_index (f->seen, i));
    }
}

static DexFuture *
add_people (MokedSession *session,
            gpointer      data)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      g_autofree char *id = g_strdup_printf ("%026u", i);
      g_autoptr (MokedCustomer) customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));
      GError *error = NULL;

      customer->name = g_strdup_printf ("לקוח %04u", i * 10);
      customer->city = g_strdup (i % 2 == 0 ? "חיפה" : "אילת");
      if (!moked_change_log_save (session, customer, &test_actor, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static DexFuture *
add_people_fiber (gpointer data)
{
  customers_fixture_write (data, add_people, NULL);
  customers_fixture_index (data);
  return dex_future_new_true ();
}

static void
setup (Fixture      *f,
       gconstpointer data)
{
  customers_fixture_setup (&f->base, data);
  test_fiber_run (add_people_fiber, f);
  f->model = moked_query_model_new (f->base.store, BUSINESS);
  f->seen = g_ptr_array_new_with_free_func (g_object_unref);
  f->story = g_string_new (NULL);
  g_signal_connect (f->model, "items-changed", G_CALLBACK (on_items_changed), f);
}

static void
teardown (Fixture      *f,
          gconstpointer data)
{
  g_clear_object (&f->model);
  g_ptr_array_unref (f->seen);
  g_string_free (f->story, TRUE);
  customers_fixture_teardown (&f->base, data);
}

static MokedQuery *
all_by_name (gboolean descending)
{
  MokedQuery *query = moked_query_new ("customer", (const char *const[]) { "e.name", "e.city", NULL });

  moked_query_set_order (query, (const char *const[]) { "sort_name", NULL }, descending);
  return query;
}

static void
show_all (Fixture *f)
{
  g_autoptr (MokedQuery) query = all_by_name (FALSE);

  moked_query_model_set_query (f->model, query);
  wait_until (is_settled, f);
  g_string_truncate (f->story, 0);
}

static MokedRow *
row_at (Fixture *f,
        guint    position)
{
  return g_ptr_array_index (f->seen, position);
}

static MokedCustomer *
person (guint number)
{
  g_autofree char *id = g_strdup_printf ("%026u", number / 10);
  MokedCustomer *customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));

  customer->name = g_strdup_printf ("לקוח %04u", number);
  customer->city = g_strdup ("לוד");
  return customer;
}

/* When the first rows are here, nothing of the rest is. */
static void
on_loading (GObject    *model,
            GParamSpec *pspec,
            Fixture    *f)
{
  if (moked_query_model_is_loading (f->model))
    return;
  g_assert_false (moked_query_model_is_counted (f->model));
  g_assert_cmpuint (f->seen->len, ==, 32);
  for (guint i = 0; i < f->seen->len; i++)
    g_assert_true (moked_row_is_loaded (row_at (f, i)));
}

static void
test_first_rows_come_first (Fixture      *f,
                            gconstpointer data)
{
  g_autoptr (MokedQuery) query = all_by_name (FALSE);

  moked_query_model_set_query (f->model, query);
  g_assert_true (moked_query_model_is_loading (f->model));
  g_signal_connect (f->model, "notify::loading", G_CALLBACK (on_loading), f);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, N_PEOPLE);
  g_assert_cmpstr (moked_row_get_text (row_at (f, 0), 0), ==, "לקוח 0000");
  g_assert_cmpstr (moked_row_get_text (row_at (f, 255), 0), ==, "לקוח 2550");
  g_assert_cmpstr (f->story->str, ==,
                   "+0:32 +32:32 +64:32 +96:32 +128:32 +160:32 +192:32 +224:32 +256:44 ");
}

static gboolean
last_is_loaded (Fixture *f)
{
  return moked_row_is_loaded (row_at (f, N_PEOPLE - 1));
}

static void
test_rows_come_when_asked_for (Fixture      *f,
                               gconstpointer data)
{
  show_all (f);
  wait_until (last_is_loaded, f);
  g_assert_cmpstr (moked_row_get_text (row_at (f, N_PEOPLE - 1), 0), ==, "לקוח 2990");
  g_assert_cmpstr (moked_row_get_text (row_at (f, N_PEOPLE - 1), 1), ==, "אילת");
  g_assert_cmpstr (moked_row_get_id (row_at (f, N_PEOPLE - 1)), ==, "00000000000000000000000299");
  g_assert_cmpuint (moked_query_model_find_row_id (f->model, moked_row_get_row_id (row_at (f, 200))), ==, 200);
  g_assert_cmpuint (moked_query_model_find_row_id (f->model, 99999), ==, G_MAXUINT);
}

typedef struct
{
  Fixture *f;
  guint    number;
  gboolean remove;
} Edit;

static DexFuture *
edit_fiber (gpointer data)
{
  Edit *edit = data;
  g_autoptr (MokedCustomer) customer = person (edit->number);

  if (edit->remove)
    customers_fixture_delete (&edit->f->base, customer);
  else
    customers_fixture_save (&edit->f->base, customer);
  return dex_future_new_true ();
}

static gboolean
told_something (Fixture *f)
{
  return f->story->len > 0;
}

static const char *
story_of (Fixture *f,
          guint    number,
          gboolean remove)
{
  Edit edit = { f, number, remove };

  g_string_truncate (f->story, 0);
  test_fiber_run (edit_fiber, &edit);
  wait_until (told_something, f);
  return f->story->str;
}

static void
test_changes_are_told_one_by_one (Fixture      *f,
                                  gconstpointer data)
{
  show_all (f);
  g_assert_cmpstr (story_of (f, 3000, FALSE), ==, "+300:1 ");
  g_assert_cmpstr (story_of (f, 1000, TRUE), ==, "-100:1 ");
  /* 1005 is the deleted one, alive again at the same place, for 100 * 10 + 5 has its id. */
  g_assert_cmpstr (story_of (f, 1005, FALSE), ==, "+100:1 ");
  g_assert_cmpstr (moked_row_get_text (row_at (f, 100), 0), ==, "לקוח 1005");
}

static DexFuture *
rename_fiber (gpointer data)
{
  Fixture *f = data;
  g_autoptr (MokedCustomer) customer = person (2990);

  g_set_str (&customer->name, "אאא");
  customers_fixture_save (&f->base, customer);
  return dex_future_new_true ();
}

static void
test_moved_row_stays_the_same (Fixture      *f,
                               gconstpointer data)
{
  g_autoptr (MokedRow) row = NULL;

  show_all (f);
  row = g_object_ref (row_at (f, N_PEOPLE - 1));
  test_fiber_run (rename_fiber, f);
  wait_until (told_something, f);
  g_assert_cmpstr (f->story->str, ==, "+0:1 -300:1 ");
  g_assert_true (row_at (f, 0) == row);
  g_assert_cmpstr (moked_row_get_text (row, 0), ==, "אאא");
}

static void
on_row_changed (MokedRow *row,
                gpointer  user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_contents_follow (Fixture      *f,
                      gconstpointer data)
{
  Edit edit = { f, 500, FALSE };
  gboolean changed = FALSE;
  MokedRow *row;

  show_all (f);
  row = row_at (f, 50);
  moked_row_watch (row, on_row_changed, &changed);
  test_fiber_run (edit_fiber, &edit);
  while (!changed)
    g_main_context_iteration (NULL, TRUE);
  moked_row_unwatch (row, on_row_changed, &changed);
  g_assert_cmpstr (moked_row_get_text (row, 1), ==, "לוד");
  g_assert_cmpstr (f->story->str, ==, "");
}

static void
test_stale_queries_never_arrive (Fixture      *f,
                                 gconstpointer data)
{
  g_autoptr (MokedQuery) query = all_by_name (FALSE);

  show_all (f);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (MokedQuery) stale = all_by_name (TRUE);

      moked_query_model_set_query (f->model, stale);
      if (i % 3 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  moked_query_add_filter (query, "e.city = ?", "t", "אילת");
  moked_query_model_set_query (f->model, query);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, N_PEOPLE / 2);
  for (guint i = 0; i < f->seen->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("לקוח %04u", 20 * i + 10);

      if (!moked_row_is_loaded (row_at (f, i)))
        continue;
      g_assert_cmpstr (moked_row_get_text (row_at (f, i), 0), ==, name);
      g_assert_cmpstr (moked_row_get_text (row_at (f, i), 1), ==, "אילת");
    }
  g_assert_true (moked_row_is_loaded (row_at (f, 149)));
}

static MokedQuery *
search (const char *word)
{
  MokedQuery *query = all_by_name (FALSE);

  moked_query_add_match (query, "customer_search", (const char *const[]) { word, NULL });
  return query;
}

static void
test_order_is_known_again_after_a_change (Fixture      *f,
                                          gconstpointer data)
{
  g_autoptr (MokedKnownOrder) order = moked_known_order_new (f->base.store, BUSINESS);
  g_autoptr (MokedQuery) all = all_by_name (FALSE);
  g_autoptr (MokedQuery) found = search ("לקוח");
  g_autoptr (GArray) row_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  Edit edit = { f, 3000, FALSE };
  GArray *known;

  show_all (f);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      gint64 row_id = moked_row_get_row_id (row_at (f, i));

      g_array_append_val (row_ids, row_id);
    }
  g_assert_null (moked_known_order_get (order, found));
  moked_known_order_keep (order, all, row_ids);
  g_assert_true (moked_known_order_get (order, found) == row_ids);
  g_assert_null (moked_known_order_get (order, all));

  test_fiber_run (edit_fiber, &edit);
  moked_known_order_changed (order);
  g_assert_null (moked_known_order_get (order, found));
  moked_known_order_renew (order);
  while ((known = moked_known_order_get (order, found)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (known->len, ==, N_PEOPLE + 1);
}

static DexFuture *
edit_and_index_fiber (gpointer data)
{
  Edit *edit = data;

  dex_unref (edit_fiber (data));
  customers_fixture_index (&edit->f->base);
  return dex_future_new_true ();
}

static void
test_search_after_a_change_while_searching (Fixture      *f,
                                            gconstpointer data)
{
  g_autoptr (MokedQuery) first = search ("לקוח");
  g_autoptr (MokedQuery) second = search ("קוח");
  Edit edit = { f, 3000, FALSE };

  show_all (f);
  moked_query_model_set_query (f->model, first);
  wait_until (is_settled, f);
  test_fiber_run (edit_and_index_fiber, &edit);
  moked_query_model_set_query (f->model, second);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, N_PEOPLE + 1);
}

static void
count_call (MokedRow *row,
            gpointer  user_data)
{
  ++*(guint *) user_data;
}

/* Rows that are on the screen keep their widgets: nothing comes or goes but the difference in length. */
static void
test_rows_outlive_queries (Fixture      *f,
                           gconstpointer data)
{
  g_autoptr (MokedQuery) few = all_by_name (FALSE);
  g_autoptr (MokedQuery) all = all_by_name (FALSE);
  g_autoptr (MokedRow) first = NULL;
  guint n_calls = 0;

  show_all (f);
  first = g_object_ref (row_at (f, 0));
  moked_row_watch (first, count_call, &n_calls);
  moked_query_add_filter (few, "e.name >= ?", "t", "לקוח 2900");
  moked_query_model_set_query (f->model, few);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, 10);
  g_assert_true (row_at (f, 0) == first);
  g_assert_cmpstr (moked_row_get_text (first, 0), ==, "לקוח 2900");
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_true (g_str_has_prefix (f->story->str, "-256:44 -224:32 -192:32 "));
  moked_query_model_set_query (f->model, all);
  wait_until (is_settled, f);
  g_assert_true (row_at (f, 0) == first);
  g_assert_cmpstr (moked_row_get_text (first, 0), ==, "לקוח 0000");
  g_assert_cmpuint (f->seen->len, ==, N_PEOPLE);
  moked_row_unwatch (first, count_call, &n_calls);
}

static void
test_order_can_turn (Fixture      *f,
                     gconstpointer data)
{
  g_autoptr (MokedQuery) query = all_by_name (TRUE);

  show_all (f);
  moked_query_model_set_query (f->model, query);
  wait_until (is_settled, f);
  g_assert_cmpstr (moked_row_get_text (row_at (f, 0), 0), ==, "לקוח 2990");
  g_assert_cmpstr (f->story->str, ==, "-256:44 +256:44 ");
}

static void
test_search_and_limit (Fixture      *f,
                       gconstpointer data)
{
  MokedSearch search = moked_customers_search;
  g_autoptr (MokedQuery) all = all_by_name (FALSE);
  g_autoptr (MokedQuery) few = all_by_name (FALSE);

  search.short_limit = 10;
  moked_query_add_search (all, &search, "לקוח");
  moked_query_model_set_query (f->model, all);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, N_PEOPLE);
  g_assert_false (moked_query_model_is_capped (f->model));
  moked_query_add_search (few, &search, "לק");
  moked_query_model_set_query (f->model, few);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, 10);
  g_assert_true (moked_query_model_is_capped (f->model));
}

static void
test_search_follows_the_index (Fixture      *f,
                               gconstpointer data)
{
  g_autoptr (MokedQuery) query = all_by_name (FALSE);

  moked_query_add_search (query, &moked_customers_search, "אאא");
  moked_query_model_set_query (f->model, query);
  wait_until (is_settled, f);
  g_assert_cmpuint (f->seen->len, ==, 0);
  test_fiber_run (rename_fiber, f);
  wait_until (told_something, f);
  g_assert_cmpstr (f->story->str, ==, "+0:1 ");
}

#define ADD(path, func) g_test_add ("/store/query-model/" path, Fixture, NULL, setup, func, teardown)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("first-rows", test_first_rows_come_first);
  ADD ("on-demand", test_rows_come_when_asked_for);
  ADD ("changes", test_changes_are_told_one_by_one);
  ADD ("moved", test_moved_row_stays_the_same);
  ADD ("contents", test_contents_follow);
  ADD ("stale", test_stale_queries_never_arrive);
  ADD ("rows-outlive-queries", test_rows_outlive_queries);
  ADD ("turn", test_order_can_turn);
  ADD ("search", test_search_and_limit);
  ADD ("index", test_search_follows_the_index);
  ADD ("known-order", test_order_is_known_again_after_a_change);
  ADD ("change-while-searching", test_search_after_a_change_while_searching);
  return g_test_run ();
}
