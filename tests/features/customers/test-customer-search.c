/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "customers-fixture.h"
#include "store/moked-row.h"
#include "store/moked-search-text.h"

/* What a person types, and who must come up, in the order of names. */
typedef struct
{
  const char *typed;
  const char *tag;
  const char *found;
} Case;

static const struct
{
  const char *name;
  const char *phone;
  const char *email;
  const char *tags;
} people[] = {
  { "שרון בן-דוד", "052-345-6789", "sharon@example.com", "חם\nVIP" },
  { "רבקה מזרחי", "050-111-2222", NULL, "VIP2" },
  { "אברהם כהן", "+44 20 7946 0958", "avi.cohen@example.org", "חם" },
  { "כהן ושות׳ בע״מ", "03-555-1234", NULL, NULL },
  { "Dana Levi", NULL, "dana-levi@example.net", NULL },
  { "ז׳קלין אוחיון", "04-838-0000", NULL, NULL },
};

static const Case cases[] = {
  { "כהן", NULL, "אברהם כהן, כהן ושות׳ בע״מ" },
  { "כהנ", NULL, "אברהם כהן, כהן ושות׳ בע״מ" },
  { "כֹּהֵן", NULL, "אברהם כהן, כהן ושות׳ בע״מ" },
  { "כהן אברהם", NULL, "אברהם כהן" },
  { "בעמ", NULL, "כהן ושות׳ בע״מ" },
  { "בע\"מ", NULL, "כהן ושות׳ בע״מ" },
  { "ז'קלין", NULL, "ז׳קלין אוחיון" },
  { "בן דוד", NULL, "שרון בן-דוד" },
  { "בן-דוד", NULL, "שרון בן-דוד" },
  { "דוד", NULL, "שרון בן-דוד" },
  { "DANA", NULL, "Dana Levi" },
  /* One or two letters: how words begin. */
  { "כ", NULL, "אברהם כהן, כהן ושות׳ בע״מ" },
  { "כה", NULL, "אברהם כהן, כהן ושות׳ בע״מ" },
  { "הן", NULL, "" },
  { "דו", NULL, "שרון בן-דוד" },
  { "א כ", NULL, "אברהם כהן" },
  { "כהן ו", NULL, "כהן ושות׳ בע״מ" },
  { "d", NULL, "Dana Levi" },
  { "vi", NULL, "רבקה מזרחי, שרון בן-דוד" },
  { "sh", NULL, "שרון בן-דוד" },
  /* Any part of a number, in either form. */
  { "052-345", NULL, "שרון בן-דוד" },
  { "0523456789", NULL, "שרון בן-דוד" },
  { "+972 52", NULL, "שרון בן-דוד" },
  { "972 (0)52-345", NULL, "שרון בן-דוד" },
  { "6789", NULL, "שרון בן-דוד" },
  { "345 67", NULL, "שרון בן-דוד" },
  { "03-5", NULL, "כהן ושות׳ בע״מ" },
  { "+44", NULL, "אברהם כהן" },
  { "7946", NULL, "אברהם כהן" },
  { "+9", NULL, "ז׳קלין אוחיון, כהן ושות׳ בע״מ, רבקה מזרחי, שרון בן-דוד" },
  { "972", NULL, "ז׳קלין אוחיון, כהן ושות׳ בע״מ, רבקה מזרחי, שרון בן-דוד" },
  { "7252", NULL, "שרון בן-דוד" },
  { "25234", NULL, "שרון בן-דוד" },
  { "25", NULL, "" },
  { "00972-52", NULL, "שרון בן-דוד" },
  { "442079", NULL, "אברהם כהן" },
  { "05", NULL, "רבקה מזרחי, שרון בן-דוד" },
  { "50", NULL, "רבקה מזרחי" },
  { "כהן 03", NULL, "כהן ושות׳ בע״מ" },
  /* Addresses and tags. */
  { "example.com", NULL, "שרון בן-דוד" },
  { "dana-levi@", NULL, "Dana Levi" },
  { "vip", NULL, "רבקה מזרחי, שרון בן-דוד" },
  { "", "VIP", "שרון בן-דוד" },
  { "", "חם", "אברהם כהן, שרון בן-דוד" },
  { "שרון", "חם", "שרון בן-דוד" },
  { "רבקה", "חם", "" },
  /* What is no name at all. */
  { "   ", NULL,
    "אברהם כהן, ז׳קלין אוחיון, כהן ושות׳ בע״מ, רבקה מזרחי, שרון בן-דוד, Dana Levi" },
  { "\"", NULL,
    "אברהם כהן, ז׳קלין אוחיון, כהן ושות׳ בע״מ, רבקה מזרחי, שרון בן-דוד, Dana Levi" },
  { "a\" OR \"b", NULL, "" },
  { "כהן*", NULL, "" },
  { "%%%", NULL, "" },
};

static char *
join_names (GPtrArray *rows)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", moked_row_get_text (g_ptr_array_index (rows, i), 0));
  return g_string_free (names, FALSE);
}

static DexFuture *
search (MokedSession *session,
        gpointer      data)
{
  const Case *c = data;
  g_autoptr (MokedQuery) query = moked_query_new ("customer", (const char *const[]) { "e.name", NULL });
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  moked_query_set_order (query, (const char *const[]) { "sort_name", NULL }, FALSE);
  moked_query_add_search (query, &moked_customers_search, c->typed);
  if (c->tag != NULL)
    {
      g_autofree char *phrase = moked_search_text_dup_tag (c->tag);

      moked_query_add_match (query, moked_customers_search.index, (const char *const[]) { phrase, NULL });
    }
  rows = moked_query_list (query, session, &error);
  return rows != NULL ? dex_future_new_take_string (join_names (rows)) : dex_future_new_for_error (error);
}

static char *
found (CustomersFixture *f,
       const Case       *c)
{
  g_autoptr (GError) error = NULL;
  char *names = dex_await_string (moked_store_read (f->store, BUSINESS, search, (gpointer) c, NULL), &error);

  g_assert_no_error (error);
  return names;
}

static void
add_people (CustomersFixture *f)
{
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autoptr (MokedCustomer) customer = customers_fixture_add (f, people[i].name, people[i].phone);

      g_set_str (&customer->email, people[i].email);
      g_set_str (&customer->tags, people[i].tags);
      customers_fixture_save (f, customer);
    }
  customers_fixture_index (f);
}

static DexFuture *
forms_fiber (gpointer data)
{
  CustomersFixture *f = data;

  add_people (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *names = found (f, &cases[i]);

      if (g_strcmp0 (names, cases[i].found) != 0)
        g_test_message ("typed “%s”, tag %s", cases[i].typed, cases[i].tag);
      g_assert_cmpstr (names, ==, cases[i].found);
    }
  return dex_future_new_true ();
}

static void
test_forms (CustomersFixture *f,
            gconstpointer     data)
{
  test_fiber_run (forms_fiber, f);
}

static DexFuture *
follows_fiber (gpointer data)
{
  CustomersFixture *f = data;
  g_autoptr (MokedCustomer) customer = customers_fixture_add (f, "רחל אזולאי", "052-345-6789");
  Case by_old_name = { "אזולאי", NULL, NULL }, by_new_name = { "ברקוביץ", NULL, NULL };
  Case by_old_phone = { "6789", NULL, NULL }, by_new_phone = { "5551", NULL, NULL };
  g_autofree char *a = NULL, *b = NULL, *c = NULL, *d = NULL, *e = NULL;

  g_set_str (&customer->name, "רחל ברקוביץ");
  g_set_str (&customer->phone, "03-555-1234");
  customers_fixture_save (f, customer);
  customers_fixture_index (f);
  a = found (f, &by_old_name);
  b = found (f, &by_new_name);
  c = found (f, &by_old_phone);
  d = found (f, &by_new_phone);
  g_assert_cmpstr (a, ==, "");
  g_assert_cmpstr (b, ==, "רחל ברקוביץ");
  g_assert_cmpstr (c, ==, "רחל ברקוביץ"); /* the old number is still an identity */
  g_assert_cmpstr (d, ==, "רחל ברקוביץ");
  customers_fixture_delete (f, customer);
  e = found (f, &by_new_name);
  g_assert_cmpstr (e, ==, "");
  return dex_future_new_true ();
}

static void
test_index_follows (CustomersFixture *f,
                    gconstpointer     data)
{
  test_fiber_run (follows_fiber, f);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add ("/customers/search/forms", CustomersFixture, NULL, customers_fixture_setup, test_forms,
              customers_fixture_teardown);
  g_test_add ("/customers/search/index-follows", CustomersFixture, NULL, customers_fixture_setup, test_index_follows,
              customers_fixture_teardown);
  return fixture_run_tests ();
}
