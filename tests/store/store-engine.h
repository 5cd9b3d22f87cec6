/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "postgres-server.h"
#include "store-fixture.h"

G_BEGIN_DECLS

/* What the tests must know of a database beyond the store: how to have one, and what is not the same everywhere. */
struct _StoreEngine
{
  const char   *name;
  const char   *find_title; /* counts $1's samples whose title has לום in it, by the search index */
  const char   *replace_change; /* another way to write over rows of the change log */
  const char   *replace_change_field;
  const char   *untouchable; /* what is said of a change to the log */
  void        (*start)     (void);
  void        (*stop)      (void);
  void        (*create)    (StoreFixture *f);
  void        (*remove)    (StoreFixture *f);
  MokedStore *(*new_store) (StoreFixture *f);
  void        (*use_copy)  (StoreFixture *f,
                            const char   *copy);
};

extern const StoreEngine sqlite_engine;
extern const StoreEngine postgres_engine;

const StoreEngine *store_engine_get           (void);
void               store_engine_make          (StoreFixture *f,
                                               const char   *directory,
                                               MokedClock   *clock);
void               store_engine_forget        (StoreFixture *f);
PostgresServer    *postgres_engine_get_server (void);

G_END_DECLS
