/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "customers-fixture.h"

#include <glib/gstdio.h>

#include "base/moked-ulid.h"
#include "features/attachments/moked-attachments.h"

const MokedActor test_actor = { "user-1", "test", NULL };

static const MokedSchemaPart *const parts[] = { &moked_change_log_schema, &moked_attachments_schema,
                                                &moked_customers_schema, NULL };
static const MokedSchema schema = { parts };

static DexFuture *
open_fiber (gpointer data)
{
  CustomersFixture *f = data;
  GError *error = NULL;

  f->store = f->database.engine->new_store (&f->database);
  dex_await (moked_store_open (f->store, &schema), &error);
  g_assert_no_error (error);
  f->indexer = moked_indexer_new (f->store, &schema);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer data)
{
  CustomersFixture *f = data;

  dex_await (moked_indexer_run (f->indexer), NULL);
  moked_indexer_stop (f->indexer);
  g_clear_object (&f->indexer);
  dex_await (moked_store_close (f->store), NULL);
  g_clear_object (&f->store);
  return dex_future_new_true ();
}

void
customers_fixture_setup (CustomersFixture *f,
                         gconstpointer     data)
{
  f->directory = g_dir_make_tmp ("moked-customers-XXXXXX", NULL);
  f->clock = moked_clock_new_fake (1000000);
  store_engine_make (&f->database, f->directory, f->clock);
  test_fiber_run (open_fiber, f);
}

void
customers_fixture_teardown (CustomersFixture *f,
                            gconstpointer     data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  test_fiber_run (close_fiber, f);
  dir = g_dir_open (f->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->directory);
  store_engine_forget (&f->database);
  g_free (f->directory);
  g_object_unref (f->clock);
}

/* Returns the object that @func resolved to, if it did to one. */
gpointer
customers_fixture_write (CustomersFixture *f,
                         MokedSessionFunc  func,
                         gpointer          data)
{
  g_autoptr (DexFuture) future = moked_store_write (f->store, MOKED_PRIORITY_URGENT, BUSINESS, func, data, NULL);
  g_autoptr (GError) error = NULL;
  const GValue *value;

  dex_await (dex_ref (future), &error);
  g_assert_no_error (error);
  value = dex_future_get_value (future, NULL);
  return G_VALUE_HOLDS_OBJECT (value) ? g_value_dup_object (value) : NULL;
}

void
customers_fixture_index (CustomersFixture *f)
{
  g_autoptr (GError) error = NULL;

  dex_await (moked_indexer_run (f->indexer), &error);
  g_assert_no_error (error);
}

static DexFuture *
save (MokedSession *session,
      gpointer      customer)
{
  GError *error = NULL;

  if (!moked_customer_service_save (session, customer, &test_actor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

void
customers_fixture_save (CustomersFixture *f,
                        MokedCustomer    *customer)
{
  customers_fixture_write (f, save, customer);
}

MokedCustomer *
customers_fixture_add (CustomersFixture *f,
                       const char       *name,
                       const char       *phone)
{
  g_autofree char *id = moked_ulid_new (NULL);
  MokedCustomer *customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));

  customer->name = g_strdup (name);
  customer->phone = g_strdup (phone);
  customers_fixture_save (f, customer);
  return customer;
}

static DexFuture *
remove_customer (MokedSession *session,
                 gpointer      customer)
{
  GError *error = NULL;

  if (!moked_customer_service_delete (session, moked_entity_get_id (customer), &test_actor, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

void
customers_fixture_delete (CustomersFixture *f,
                          MokedCustomer    *customer)
{
  customers_fixture_write (f, remove_customer, customer);
}
