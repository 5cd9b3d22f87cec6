/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../../store/store-engine.h"
#include "features/customers/moked-customer-service.h"
#include "features/customers/moked-customers.h"
#include "store/moked-indexer.h"

#define BUSINESS "b1"

typedef struct
{
  char         *directory;
  StoreFixture  database;
  MokedClock   *clock;
  MokedStore   *store;
  MokedIndexer *indexer;
} CustomersFixture;

extern const MokedActor test_actor;

void           customers_fixture_setup    (CustomersFixture *f,
                                           gconstpointer     data);
void           customers_fixture_teardown (CustomersFixture *f,
                                           gconstpointer     data);

/* These await: they are for bodies of test_fiber_run(). */
gpointer       customers_fixture_write    (CustomersFixture *f,
                                           MokedSessionFunc  func,
                                           gpointer          data);
void           customers_fixture_index    (CustomersFixture *f);
MokedCustomer *customers_fixture_add      (CustomersFixture *f,
                                           const char       *name,
                                           const char       *phone);
void           customers_fixture_save     (CustomersFixture *f,
                                           MokedCustomer    *customer);
void           customers_fixture_delete   (CustomersFixture *f,
                                           MokedCustomer    *customer);
