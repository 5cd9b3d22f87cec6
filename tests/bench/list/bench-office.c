/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-office.h"

#include <glib/gstdio.h>

#include "base/moked-clock.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-customers.h"
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
      customer->email = g_strdup_printf ("person%u@example.com", i);
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

static const MokedSchemaPart *const parts[] = { &moked_change_log_schema, &moked_customers_schema, NULL };
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
count_rows (MokedSession *session,
            gpointer      data)
{
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, &error, "SELECT count(*) FROM customer WHERE business_id = $1", "");

  if (cursor == NULL || !moked_cursor_next (cursor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_int64 (moked_cursor_get_int (cursor, 0));
}

typedef struct
{
  MokedStore *store;
  guint       n_customers;
} Filling;

static DexFuture *
fill_fiber (gpointer data)
{
  Filling *filling = data;
  g_autoptr (GError) error = NULL;
  gint64 n;

  dex_await (moked_store_open (filling->store, &schema), &error);
  g_assert_no_error (error);
  n = dex_await_int64 (moked_store_read (filling->store, BENCH_BUSINESS, count_rows, NULL, NULL), &error);
  g_assert_no_error (error);
  for (guint i = (guint) n; i < filling->n_customers; i += ROWS_PER_COMMIT)
    {
      Batch batch = { i, MIN (i + ROWS_PER_COMMIT, filling->n_customers) };

      dex_await (moked_store_write (filling->store, MOKED_PRIORITY_URGENT, BENCH_BUSINESS, write_batch, &batch, NULL),
                 &error);
      g_assert_no_error (error);
      if (i % 100000 == 0)
        g_printerr ("%u of %u customers written\n", i, filling->n_customers);
    }
  while (dex_await_boolean (moked_store_write (filling->store, MOKED_PRIORITY_URGENT, NULL, index_batch, NULL, NULL),
                            &error))
    ;
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer store)
{
  dex_await (moked_store_close (store), NULL);
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

/* Opens the office in @directory, which is filled up to @n_customers first. */
MokedStore *
bench_office_open (const char *directory,
                   guint       n_customers)
{
  g_autofree char *name = g_strdup_printf ("list-%u.db", n_customers);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  Filling filling = { NULL, n_customers };

  g_mkdir_with_parents (directory, 0700);
  filling.store = moked_sqlite_store_new (path, N_READERS, clock);
  run (fill_fiber, &filling);
  return filling.store;
}

void
bench_office_close (MokedStore *store)
{
  run (close_fiber, store);
  g_object_unref (store);
}
