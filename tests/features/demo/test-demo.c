/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../support/office-fixture.h"
#include "features/calls/moked-call.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"
#include "features/customers/moked-note.h"
#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message.h"
#include "features/moked-demo-bulk.h"
#include "features/moked-demo.h"
#include "features/moked-feature.h"
#include "store/moked-entity-store.h"

#define PEOPLE (store_engine_get () == &sqlite_engine ? 300 : 150) /* a server takes longer for each */

static void
progress (MokedDemo  *demo,
          const char *step,
          double      done)
{
  g_assert_cmpfloat (done, >=, 0);
  g_assert_cmpfloat (done, <=, 1);
}

static void
fill (OfficeFixture *f)
{
  const MokedFeature *const *features = moked_features_get ();
  const char *users[] = { f->user_id, NULL };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  MokedDemo demo = {
    .store = f->store, .business = f->business, .owner_id = f->user_id, .user_ids = users, .n_customers = PEOPLE,
    .now = moked_clock_get_real (f->clock), .rand = rand, .actor = { f->user_id, "demo", NULL }, .progress = progress,
  };

  for (guint i = 0; features[i] != NULL; i++)
    {
      g_assert_true (features[i]->demo == NULL || features[i]->demo (&demo, &error));
      g_assert_no_error (error);
    }
}

typedef struct
{
  const MokedEntityInfo *info;
  const char            *sql;
  GPtrArray             *records;
  char                  *text;
} Look;

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      data)
{
  Look *look = data;
  GError *error = NULL;

  look->records =
      moked_entity_store_list (session, look->info, &error, "WHERE e.business_id = $1 ORDER BY e.row_id", "");
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static GPtrArray *
list (OfficeFixture         *f,
      const MokedEntityInfo *info)
{
  Look look = { info };

  g_assert_true (dex_await (moked_store_read (f->store, f->business, list_in_session, &look, NULL), NULL));
  return look.records;
}

static DexFuture *
ask_in_session (MokedSession *session,
                gpointer      data)
{
  Look *look = data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, &error, look->sql, "");

  g_assert_no_error (error);
  g_assert_true (moked_cursor_next (cursor, NULL));
  look->text = moked_cursor_dup_text (cursor, 0);
  return dex_future_new_true ();
}

static char *
ask (OfficeFixture *f,
     const char    *sql)
{
  Look look = { .sql = sql };

  g_assert_true (dex_await (moked_store_read (f->store, f->business, ask_in_session, &look, NULL), NULL));
  return look.text;
}

static gint64
count (OfficeFixture *f,
       const char    *sql)
{
  g_autofree char *text = ask (f, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

static void
assert_valid (OfficeFixture         *f,
              const MokedEntityInfo *info)
{
  g_autoptr (GPtrArray) records = list (f, info);
  gint64 now = moked_clock_get_real (f->clock);

  g_assert_cmpuint (records->len, >, 0);
  for (guint i = 0; i < records->len; i++)
    {
      gpointer record = g_ptr_array_index (records, i);
      g_autoptr (GError) error = NULL;

      moked_entity_validate (record, &error);
      g_assert_no_error (error);
      g_assert_cmpint (moked_entity_get_created_at (record), <=, now);
      g_assert_cmpint (moked_entity_get_created_at (record), >, now - 500 * G_TIME_SPAN_DAY);
    }
}

static DexFuture *
valid_fiber (gpointer data)
{
  OfficeFixture *f = data;

  fill (f);
  assert_valid (f, &moked_customer_info);
  assert_valid (f, &moked_identity_info);
  assert_valid (f, &moked_note_info);
  assert_valid (f, &moked_conversation_info);
  assert_valid (f, &moked_message_info);
  assert_valid (f, &moked_call_info);
  g_assert_cmpint (office_fixture_count (f, "customer"), ==, PEOPLE);
  g_assert_cmpint (count (f, "SELECT count(DISTINCT value) FROM identity WHERE business_id = $1 AND kind = 'phone'"), ==,
                   count (f, "SELECT count(*) FROM identity WHERE business_id = $1 AND kind = 'phone'"));
  return dex_future_new_true ();
}

/* Every record's version is a change, the newest of that record, and no number is left out. */
static DexFuture *
history_fiber (gpointer data)
{
  OfficeFixture *f = data;

  fill (f);
  g_assert_cmpint (count (f, "SELECT seq FROM business_seq WHERE business_id = $1"), ==,
                   count (f, "SELECT count(*) FROM change WHERE business_id = $1"));
  g_assert_cmpint (count (f, "SELECT count(*) FROM message m WHERE business_id = $1 AND version IS DISTINCT FROM "
                             "(SELECT max(seq) FROM change c WHERE c.business_id = m.business_id AND c.entity_id = m.id)"),
                   ==, 0);
  g_assert_cmpint (count (f, "SELECT count(*) FROM customer r WHERE business_id = $1 AND version IS DISTINCT FROM "
                             "(SELECT max(seq) FROM change c WHERE c.business_id = r.business_id AND c.entity_id = r.id)"),
                   ==, 0);
  g_assert_cmpint (count (f, "SELECT count(*) FROM message m WHERE business_id = $1 AND body IS DISTINCT FROM "
                             "(SELECT new FROM change_field x WHERE x.business_id = m.business_id AND x.seq = m.version "
                             "AND x.field = 'body')"),
                   ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
last_activity_fiber (gpointer data)
{
  OfficeFixture *f = data;

  fill (f);
  g_assert_cmpint (count (f, "SELECT count(*) FROM customer c JOIN (SELECT customer_id, max(at) AS at FROM ("
                             "SELECT customer_id, started_at AS at FROM call UNION ALL "
                             "SELECT customer_id, last_message_at FROM conversation UNION ALL "
                             "SELECT customer_id, created_at FROM note) every GROUP BY customer_id) x ON x.customer_id = c.id "
                             "WHERE c.business_id = $1 AND c.last_activity_at IS DISTINCT FROM x.at"),
                   ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
today_fiber (gpointer data)
{
  OfficeFixture *f = data;
  gint64 unread;

  fill (f);
  unread = count (f, "SELECT count(*) FROM conversation WHERE business_id = $1 AND unread > 0");
  g_assert_cmpint (unread, >=, 4);
  g_assert_cmpint (count (f, "SELECT count(*) FROM conversation WHERE business_id = $1 AND unread > 0 AND "
                             "last_direction = 'out'"),
                   ==, 0);
  g_assert_cmpint (count (f, "SELECT count(*) FROM message WHERE business_id = $1 AND state = 'failed' AND error IS NOT NULL"),
                   ==, 1);
  g_assert_cmpint (count (f, "SELECT count(*) FROM message_send s JOIN message m ON m.id = s.message_id "
                             "WHERE s.business_id = $1 AND m.state = 'queued' AND s.job_id IS NOT NULL"),
                   ==, 1);
  g_assert_cmpint (count (f, "SELECT count(*) FROM call WHERE business_id = $1 AND direction = 'in' AND user_id IS NULL"), >=,
                   2);
  return dex_future_new_true ();
}

static DexFuture *
filled_texts_fiber (gpointer data)
{
  OfficeFixture *f = data;

  fill (f);
  g_assert_cmpint (count (f, "SELECT count(*) FROM message WHERE business_id = $1 AND (body LIKE '%{%' OR body LIKE '%[%' "
                             "OR body LIKE '%|%')"),
                   ==, 0);
  g_assert_cmpint (count (f, "SELECT count(*) FROM customer WHERE business_id = $1 AND notes LIKE '%{%'"), ==, 0);
  return dex_future_new_true ();
}

static DexFuture *
fingerprint_fiber (gpointer data)
{
  OfficeFixture *f = data;
  GString *fingerprint = g_string_new (NULL);
  g_autoptr (GPtrArray) customers = NULL;

  fill (f);
  customers = list (f, &moked_customer_info);
  for (guint i = 0; i < customers->len; i++)
    {
      MokedCustomer *customer = g_ptr_array_index (customers, i);

      g_string_append_printf (fingerprint, "%s%s%s%s", moked_entity_get_id (customer), customer->name,
                              customer->phone != NULL ? customer->phone : "",
                              customer->notes != NULL ? customer->notes : "");
    }
  return dex_future_new_take_string (g_string_free (fingerprint, FALSE));
}

static char *
dup_fingerprint (void)
{
  OfficeFixture f = { NULL };
  g_autoptr (DexFuture) future = NULL;
  char *fingerprint;

  office_fixture_setup (&f, NULL);
  future = dex_scheduler_spawn (NULL, 0, fingerprint_fiber, &f, NULL);
  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  fingerprint = g_value_dup_string (dex_future_get_value (future, NULL));
  office_fixture_teardown (&f, NULL);
  return fingerprint;
}

static void
test_same_seed (void)
{
  g_autofree char *one = dup_fingerprint ();
  g_autofree char *two = dup_fingerprint ();

  g_assert_cmpuint (strlen (one), >, 10000);
  g_assert_cmpstr (one, ==, two);
}

static DexFuture *
indexes_fiber (gpointer data)
{
  OfficeFixture *f = data;
  const char *names = "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND $1 <> '' "
                      "ORDER BY name)";
  g_autofree char *before = ask (f, names);
  g_autofree char *without = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) statements = moked_demo_drop_indexes (f->store, &error);

  g_assert_no_error (error);
  without = ask (f, names);
  g_assert_cmpstr (without, !=, before);
  fill (f);
  g_assert_true (moked_demo_make_indexes (f->store, statements, &error));
  after = ask (f, names);
  g_assert_cmpstr (after, ==, before);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  OFFICE_TEST ("/demo/valid", valid_fiber);
  OFFICE_TEST ("/demo/history", history_fiber);
  OFFICE_TEST ("/demo/last-activity", last_activity_fiber);
  OFFICE_TEST ("/demo/today", today_fiber);
  OFFICE_TEST ("/demo/filled-texts", filled_texts_fiber);
  g_test_add_func ("/demo/same-seed", test_same_seed);
  if (store_engine_get () == &sqlite_engine)
    OFFICE_TEST ("/demo/indexes", indexes_fiber);
  return fixture_run_tests ();
}
