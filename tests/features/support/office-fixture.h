/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../../store/store-engine.h"
#include "sync/moked-change-log.h"

/* A database of one office with its customers, messages and calls. */

#define OFFICE_PHONE "+97237654321"

typedef struct
{
  char        *directory;
  StoreFixture database;
  char        *business;
  char        *user_id;
  MokedClock  *clock;
  MokedStore  *store;
} OfficeFixture;

typedef gboolean (*OfficeFunc) (MokedSession *session,
                                gpointer      data,
                                GError      **error);

extern const MokedActor office_actor;

void     office_fixture_setup    (OfficeFixture *f,
                                  gconstpointer  data);
void     office_fixture_teardown (OfficeFixture *f,
                                  gconstpointer  data);

/* These await: they are for bodies of test_fiber_run(). */
void     office_fixture_write    (OfficeFixture *f,
                                  OfficeFunc     func,
                                  gpointer       data);
GError  *office_fixture_refused  (OfficeFixture *f,
                                  OfficeFunc     func,
                                  gpointer       data);
void     office_fixture_arrive   (OfficeFixture *f,
                                  OfficeFunc     func,
                                  gpointer       data);
gint64   office_fixture_count    (OfficeFixture *f,
                                  const char    *table);
gpointer office_fixture_find     (OfficeFixture         *f,
                                  const MokedEntityInfo *info,
                                  const char            *where);
void     office_fixture_run      (OfficeFixture *f,
                                  gconstpointer  fiber);

/* A test whose body is a fiber that gets the fixture. */
#define OFFICE_TEST(path, fiber) \
  g_test_add (path, OfficeFixture, fiber, office_fixture_setup, office_fixture_run, office_fixture_teardown)
