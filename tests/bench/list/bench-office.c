/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-office.h"

#include <glib/gstdio.h>

#include "base/moked-clock.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-customers.h"
#include "features/office/moked-user.h"
#include "store/moked-entity-store.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "sync/moked-change-log.h"

/* An office of any number of made-up people, written to a database file once and used again. */

#define ROWS_PER_COMMIT 5000
#define INDEX_ROWS 20000
#define N_READERS 2

static const char *const first_names[] = {
  "דנה", "יוסי", "רונית", "אברהם", "מיכל", "שלמה", "נועה", "איתן", "תמר", "גלעד", "שירה", "עמית", "הדס", "אורי",
  "יעל", "משה", "רחל", "דוד", "שרה", "יעקב", "לאה", "נתן", "מאיה", "עומר", "טל", "גיא", "ליאור", "ענת", "קרן", "זאב",
};
static const char *const last_names[] = {
  "כהן", "לוי", "מזרחי", "פרץ", "ביטון", "דהן", "אברהמי", "פרידמן", "שפירא", "אזולאי", "בן-דוד", "גולן", "הורוביץ",
  "וייס", "זילברמן", "חדד", "טל", "יוסף", "ליבוביץ", "מלכה", "נחום", "סויסה", "עמר", "פישר", "צור", "קליין", "רוזן",
  "שמעוני", "תורג׳מן", "אוחיון", "בלום", "גבאי", "דיין", "הראל", "ואקנין", "זוהר", "חן", "טובול", "ירון", "לביא",
};
static const char *const first_latin[] = {
  "dana", "yossi", "ronit", "avi",   "michal", "shlomo", "noa",  "eitan", "tamar", "gilad", "shira", "amit", "hadas",
  "uri",  "yael",  "moshe", "rachel", "david",  "sara",   "yaakov", "leah", "natan", "maya",  "omer",  "tal",  "guy",
  "lior", "anat",  "keren", "zeev",
};
static const char *const last_latin[] = {
  "cohen", "levi", "mizrahi", "peretz", "biton", "dahan", "avrahami", "friedman", "shapira", "azulay", "bendavid",
  "golan", "horowitz", "weiss", "zilberman", "hadad", "tal", "yosef", "leibowitz", "malka", "nahum", "swisa", "amar",
  "fischer", "zur", "klein", "rozen", "shimoni", "turjeman", "ohayon", "blum", "gabay", "dayan", "harel", "vaknin",
  "zohar", "chen", "tubul", "yaron", "lavi",
};
static const char *const domains[] = { "mail.example.com", "example.co.il", "post.example.net", "example.org" };
static const char *const cities[] = {
  "תל אביב", "ירושלים", "חיפה", "באר שבע", "ראשון לציון", "פתח תקווה", "נתניה", "אשדוד", "רמת גן", "הרצליה",
};
static const char *const tags[] = { NULL, "קונה", "מוכר", "חם\nקונה", "VIP", "שוכר", "משכיר\nחוזר" };

static guint
mix (guint number,
     guint salt)
{
  guint64 x = ((guint64) number + 1) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15) + salt * 0x85EBCA6Bu;

  x ^= x >> 29;
  x *= G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  return (guint) (x >> 33);
}

char *
bench_office_name (guint number)
{
  return g_strdup_printf ("%s %s", first_names[mix (number, 1) % G_N_ELEMENTS (first_names)],
                          last_names[mix (number, 2) % G_N_ELEMENTS (last_names)]);
}

char *
bench_office_phone (guint number)
{
  return g_strdup_printf ("+9725%u%07u", mix (number, 3) % 10, mix (number, 4) % 10000000);
}

static char *
dup_email (guint number)
{
  return g_strdup_printf ("%s.%s%u@%s", first_latin[mix (number, 1) % G_N_ELEMENTS (first_latin)],
                          last_latin[mix (number, 2) % G_N_ELEMENTS (last_latin)], number % 1000,
                          domains[mix (number, 9) % G_N_ELEMENTS (domains)]);
}

const char *
bench_office_city (guint number)
{
  return cities[mix (number, 5) % G_N_ELEMENTS (cities)];
}

typedef struct
{
  guint begin;
  guint end;
} Batch;

static DexFuture *
write_batch (MokedSession *session,
             gpointer      data)
{
  Batch *batch = data;

  for (guint i = batch->begin; i < batch->end; i++)
    {
      g_autofree char *id = g_strdup_printf ("01C%023u", i);
      g_autoptr (MokedCustomer) customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));
      GError *error = NULL;

      customer->name = bench_office_name (i);
      customer->phone = bench_office_phone (i);
      customer->email = dup_email (i);
      customer->city = g_strdup (bench_office_city (i));
      customer->tags = g_strdup (tags[mix (i, 6) % G_N_ELEMENTS (tags)]);
      customer->status = (int) (mix (i, 7) % 4);
      customer->last_activity_at = G_GINT64_CONSTANT (1790000000000000) + (gint64) mix (i, 8) * 10000;
      moked_entity_set_created_at (customer, G_GINT64_CONSTANT (1780000000000000) + i);
      if (!moked_entity_store_put (session, customer, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static const MokedEntityInfo *const office_entities[] = { &moked_user_info, NULL };
static const MokedSchemaPart office_part = { "office", office_entities, NULL, NULL };
static const MokedSchemaPart *const parts[] = { &moked_change_log_schema, &office_part, &moked_customers_schema, NULL };
static const MokedSchema schema = { parts };

static DexFuture *
index_batch (MokedSession *session,
             gpointer      data)
{
  GError *error = NULL;
  gboolean more;

  if (!moked_schema_index_step (&schema, session, INDEX_ROWS, &more, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_boolean (more);
}

static DexFuture *
mark_all (MokedSession *session,
          gpointer      data)
{
  GError *error = NULL;

  if (!moked_session_exec (session, &error, "INSERT INTO customer_search_dirty SELECT row_id FROM customer", ""))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static DexFuture *
enlarge_memory (MokedSession *session,
                gpointer      data)
{
  GError *error = NULL;

  if (!moked_session_exec (session, &error, "PRAGMA cache_size = -400000", ""))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

typedef struct
{
  MokedStore        *store;
  const MokedSchema *schema;
  guint              n_customers;
} Office;

static void
write_in (Office          *office,
          const char      *business,
          MokedSessionFunc func,
          gpointer         data)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_store_write (office->store, MOKED_PRIORITY_URGENT, business, func, data, NULL), &error);
  g_assert_no_error (error);
}

static DexFuture *
open_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (GError) error = NULL;

  dex_await (moked_store_open (office->store, office->schema), &error);
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static DexFuture *
write_fiber (gpointer data)
{
  Office *office = data;

  for (guint i = 0; i < office->n_customers; i += ROWS_PER_COMMIT)
    {
      Batch batch = { i, MIN (i + ROWS_PER_COMMIT, office->n_customers) };

      write_in (office, BENCH_BUSINESS, write_batch, &batch);
      if (i % 100000 == 0)
        g_printerr ("%u of %u customers written\n", i, office->n_customers);
    }
  return dex_future_new_true ();
}

static DexFuture *
index_fiber (gpointer data)
{
  Office *office = data;
  g_autoptr (GError) error = NULL;

  write_in (office, NULL, enlarge_memory, NULL);
  write_in (office, NULL, mark_all, NULL);
  while (dex_await_boolean (moked_store_write (office->store, MOKED_PRIORITY_URGENT, NULL, index_batch, NULL, NULL),
                            &error))
    ;
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer data)
{
  Office *office = data;

  dex_await (moked_store_close (office->store), NULL);
  g_clear_object (&office->store);
  return dex_future_new_true ();
}

static void
run (DexFiberFunc func,
     gpointer     data)
{
  g_autoptr (DexFuture) future = dex_scheduler_spawn (NULL, 0, func, data, NULL);

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
}

static void
open_office (Office            *office,
             const char        *path,
             const MokedSchema *with_schema)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();

  office->schema = with_schema;
  office->store = moked_sqlite_store_new (path, N_READERS, clock);
  run (open_fiber, office);
}

/* Rows first, indexes afterwards: an index on a million rows takes a second then, and minutes otherwise. */
static void
make_office (const char *path,
             guint       n_customers)
{
  const MokedSchemaPart bare = { moked_customers_schema.name, moked_customers_schema.entities, NULL, NULL };
  const MokedSchemaPart *const bare_parts[] = { &moked_change_log_schema, &office_part, &bare, NULL };
  const MokedSchema bare_schema = { bare_parts };
  Office office = { NULL, NULL, n_customers };

  open_office (&office, path, &bare_schema);
  run (write_fiber, &office);
  run (close_fiber, &office);
  open_office (&office, path, &schema);
  run (index_fiber, &office);
  run (close_fiber, &office);
}

/* The store's copy before the migration is not wanted here. */
static void
remove_copies (const char *directory,
               const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autofree char *prefix = g_strconcat (name, ".before-", NULL);
  const char *found;

  while (dir != NULL && (found = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (found, prefix))
      {
        g_autofree char *path = g_build_filename (directory, found, NULL);

        g_unlink (path);
      }
}

/* Opens the office of @n_customers in @directory; it is made when it is not there. */
MokedStore *
bench_office_open (const char *directory,
                   guint       n_customers)
{
  g_autofree char *name = g_strdup_printf ("list-%u.db", n_customers);
  g_autofree char *new_name = g_strconcat (name, ".new", NULL);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *new_path = g_build_filename (directory, new_name, NULL);
  Office office = { 0 };

  g_mkdir_with_parents (directory, 0700);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_unlink (new_path);
      make_office (new_path, n_customers);
      remove_copies (directory, new_name);
      g_assert_no_errno (g_rename (new_path, path));
    }
  open_office (&office, path, &schema);
  return office.store;
}

void
bench_office_close (MokedStore *store)
{
  Office office = { store };

  run (close_fiber, &office);
}
