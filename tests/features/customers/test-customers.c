/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "customers-fixture.h"
#include "store/moked-entity-store.h"

static MokedCustomer *
customer_named (const char *name)
{
  MokedCustomer *customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, "01A"));

  customer->name = g_strdup (name);
  return customer;
}

/* Rules */

static void
assert_refused (MokedCustomer *customer)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (moked_customer_normalize (customer, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_assert_cmpstr (error->message, !=, "");
}

static void
test_name_is_needed (void)
{
  g_autoptr (MokedCustomer) none = customer_named (NULL);
  g_autoptr (MokedCustomer) blank = customer_named (" \t ");
  g_autoptr (MokedCustomer) unseen = customer_named ("\342\200\217");
  g_autoptr (MokedCustomer) padded = customer_named ("  דנה \n כהן ");

  assert_refused (none);
  assert_refused (blank);
  assert_refused (unseen);
  g_assert_true (moked_customer_normalize (padded, NULL));
  g_assert_cmpstr (padded->name, ==, "דנה   כהן");
}

static void
test_phone_and_email_get_one_form (void)
{
  g_autoptr (MokedCustomer) customer = customer_named ("דנה כהן");
  g_autoptr (GError) error = NULL;

  customer->phone = g_strdup ("052-345 67 89");
  customer->email = g_strdup (" Dana.Cohen@Example.COM ");
  g_assert_true (moked_customer_normalize (customer, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (customer->phone, ==, "+972523456789");
  g_assert_cmpstr (customer->email, ==, "dana.cohen@example.com");
  g_set_str (&customer->phone, "052-34");
  assert_refused (customer);
  g_set_str (&customer->phone, " ");
  g_assert_true (moked_customer_normalize (customer, NULL));
  g_assert_null (customer->phone);
}

static void
test_email_shape (void)
{
  static const char *const good[] = { "a@b.co", "dana+crm@mail.example.co.il", "דנה@דוגמה.קום" };
  static const char *const bad[] = {
    "dana", "dana@", "@example.com", "dana@example", "dana@@example.com", "da na@example.com", "dana@example..com",
    "dana@.com", "dana@example.c", ".dana@example.com", "dana,x@example.com", "<dana@example.com>", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *normal = moked_identity_normalize (MOKED_IDENTITY_EMAIL, good[i], NULL);

      g_assert_cmpstr (normal, ==, good[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (moked_identity_normalize (MOKED_IDENTITY_EMAIL, bad[i], NULL));
}

static void
test_id_number_of_each_kind (void)
{
  g_autoptr (MokedCustomer) person = customer_named ("דנה כהן");
  g_autoptr (MokedCustomer) company = customer_named ("שי דירות בע״מ");

  company->kind = MOKED_CUSTOMER_ORGANISATION;
  person->id_number = g_strdup ("12345678-2");
  g_assert_true (moked_customer_normalize (person, NULL));
  g_assert_cmpstr (person->id_number, ==, "123456782");
  g_set_str (&person->id_number, "123456783");
  assert_refused (person);
  company->id_number = g_strdup ("510000003");
  g_assert_true (moked_customer_normalize (company, NULL));
  g_set_str (&company->id_number, "510000004");
  assert_refused (company);
  g_set_str (&company->id_number, "123456782");
  assert_refused (company);
}

static void
test_identity_must_be_in_stored_form (void)
{
  g_autoptr (MokedIdentity) identity = MOKED_IDENTITY (moked_entity_new (&moked_identity_info, "01I"));
  g_autoptr (GError) error = NULL;

  g_set_str (&identity->customer_id, "01A");
  g_set_str (&identity->value, "052-345-6789");
  g_assert_false (moked_entity_validate (identity, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_set_str (&identity->value, "+972523456789");
  g_assert_true (moked_entity_validate (identity, NULL));
}

/* Find or create */

static DexFuture *
receive (MokedSession *session,
         gpointer      contact)
{
  GError *error = NULL;
  MokedCustomer *customer = moked_customer_service_find_or_create (session, contact, &test_actor, NULL, &error);

  return customer != NULL ? dex_future_new_take_object (customer) : dex_future_new_for_error (error);
}

static MokedCustomer *
received (CustomersFixture *f,
          const char       *phone,
          const char       *profile_name)
{
  MokedContact contact = { MOKED_IDENTITY_PHONE, phone, "whatsapp", profile_name };

  return customers_fixture_write (f, receive, &contact);
}

static DexFuture *
unknown_fiber (gpointer data)
{
  CustomersFixture *f = data;
  g_autoptr (MokedCustomer) by_profile = received (f, "+972523456789", "דנה\n\342\200\256כהן");
  g_autoptr (MokedCustomer) by_number = received (f, "+972501112222", "  ");
  g_autoptr (MokedCustomer) again = received (f, "+972523456789", "מישהי אחרת");

  g_assert_cmpstr (by_profile->name, ==, "דנה כהן");
  g_assert_cmpstr (by_profile->source, ==, "whatsapp");
  g_assert_cmpint (by_profile->status, ==, MOKED_CUSTOMER_LEAD);
  g_assert_cmpstr (by_number->name, ==, "050-111-2222");
  g_assert_cmpstr (by_number->phone, ==, "+972501112222");
  g_assert_cmpstr (moked_entity_get_id (again), ==, moked_entity_get_id (by_profile));
  g_assert_cmpstr (again->name, ==, "דנה כהן");
  return dex_future_new_true ();
}

static void
test_unknown_person_is_created_once (CustomersFixture *f,
                                     gconstpointer     data)
{
  test_fiber_run (unknown_fiber, f);
}

static DexFuture *
named_later_fiber (gpointer data)
{
  CustomersFixture *f = data;
  g_autoptr (MokedCustomer) caller = received (f, "+972501112222", NULL);
  g_autoptr (MokedCustomer) writer = received (f, "+972501112222", "רונית לוי");

  g_assert_cmpstr (moked_entity_get_id (writer), ==, moked_entity_get_id (caller));
  g_assert_cmpstr (writer->name, ==, "רונית לוי");
  return dex_future_new_true ();
}

static void
test_number_gets_a_name_later (CustomersFixture *f,
                               gconstpointer     data)
{
  test_fiber_run (named_later_fiber, f);
}

static DexFuture *
second_number_fiber (gpointer data)
{
  CustomersFixture *f = data;
  g_autoptr (MokedCustomer) customer = customers_fixture_add (f, "יוסי מזרחי", "052-345-6789");
  g_autoptr (MokedCustomer) by_new = NULL;
  g_autoptr (MokedCustomer) by_old = NULL;

  g_set_str (&customer->phone, "03-555-1234");
  customers_fixture_save (f, customer);
  by_new = received (f, "+97235551234", NULL);
  by_old = received (f, "+972523456789", NULL);
  g_assert_cmpstr (moked_entity_get_id (by_new), ==, moked_entity_get_id (customer));
  g_assert_cmpstr (moked_entity_get_id (by_old), ==, moked_entity_get_id (customer));
  return dex_future_new_true ();
}

static void
test_every_number_finds_the_person (CustomersFixture *f,
                                    gconstpointer     data)
{
  test_fiber_run (second_number_fiber, f);
}

static DexFuture *
deleted_fiber (gpointer data)
{
  CustomersFixture *f = data;
  g_autoptr (MokedCustomer) before = received (f, "+972523456789", "דנה כהן");
  g_autoptr (MokedCustomer) after = NULL;

  customers_fixture_delete (f, before);
  after = received (f, "+972523456789", "דנה כהן");
  g_assert_cmpstr (moked_entity_get_id (after), !=, moked_entity_get_id (before));
  return dex_future_new_true ();
}

static void
test_deleted_person_is_somebody_new (CustomersFixture *f,
                                     gconstpointer     data)
{
  test_fiber_run (deleted_fiber, f);
}

typedef struct
{
  const char *id;
  gint64      at;
  const char *what;
} Touch;

static DexFuture *
touch (MokedSession *session,
       gpointer      data)
{
  Touch *t = data;
  GError *error = NULL;
  gpointer customer;

  if (!moked_customer_service_touch (session, t->id, t->at, t->what, &test_actor, &error))
    return dex_future_new_for_error (error);
  customer = moked_entity_store_load (session, &moked_customer_info, t->id, &error);
  return dex_future_new_take_object (customer);
}

static DexFuture *
touch_fiber (gpointer data)
{
  CustomersFixture *f = data;
  g_autoptr (MokedCustomer) customer = customers_fixture_add (f, "דנה כהן", NULL);
  Touch late = { moked_entity_get_id (customer), 500, "שורה\nשנייה" };
  Touch early = { moked_entity_get_id (customer), 400, "ישן" };
  g_autoptr (MokedCustomer) first = customers_fixture_write (f, touch, &late);
  g_autoptr (MokedCustomer) second = customers_fixture_write (f, touch, &early);

  g_assert_cmpint (first->last_activity_at, ==, 500);
  g_assert_cmpstr (first->last_activity, ==, "שורה שנייה");
  g_assert_cmpint (second->last_activity_at, ==, 500);
  return dex_future_new_true ();
}

static void
test_activity_never_goes_back (CustomersFixture *f,
                               gconstpointer     data)
{
  test_fiber_run (touch_fiber, f);
}

#define ADD_WITH_STORE(path, func) \
  g_test_add ("/customers/" path, CustomersFixture, NULL, customers_fixture_setup, func, customers_fixture_teardown)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/customers/rules/name", test_name_is_needed);
  g_test_add_func ("/customers/rules/phone-and-email", test_phone_and_email_get_one_form);
  g_test_add_func ("/customers/rules/email-shape", test_email_shape);
  g_test_add_func ("/customers/rules/id-number", test_id_number_of_each_kind);
  g_test_add_func ("/customers/rules/identity", test_identity_must_be_in_stored_form);
  ADD_WITH_STORE ("contact/unknown", test_unknown_person_is_created_once);
  ADD_WITH_STORE ("contact/named-later", test_number_gets_a_name_later);
  ADD_WITH_STORE ("contact/every-number", test_every_number_finds_the_person);
  ADD_WITH_STORE ("contact/deleted", test_deleted_person_is_somebody_new);
  ADD_WITH_STORE ("contact/activity", test_activity_never_goes_back);
  return fixture_run_tests ();
}
