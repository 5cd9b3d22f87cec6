/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../base/test-fiber.h"
#include "base/moked-clock.h"
#include "sample-entity.h"
#include "store/moked-store.h"

G_BEGIN_DECLS

typedef struct _StoreEngine StoreEngine;

/* An open store of samples in a folder of its own. */
typedef struct
{
  const StoreEngine *engine;
  char       *directory;
  char       *path; /* of the file, or of what is put beside the database */
  char       *url;
  MokedClock *clock;
  MokedStore *store;
} StoreFixture;

void       fixture_setup      (StoreFixture    *f,
                                     gconstpointer    data);
void       fixture_run        (StoreFixture    *f,
                                     gconstpointer    fiber);
void       fixture_teardown   (StoreFixture    *f,
                                     gconstpointer    data);
void       fixture_open       (StoreFixture    *f);
void       fixture_close      (StoreFixture    *f);
void       fixture_use_copy   (StoreFixture    *f,
                               const char      *copy);
int        fixture_run_tests  (void);

DexFuture *fixture_result     (gboolean         ok,
                                     GError         **error);
DexFuture *fixture_count_rows (MokedSession    *session,
                                     gpointer         sql);
gint64     fixture_count      (StoreFixture    *f,
                                     const char      *business,
                                     const char      *sql);
gboolean   fixture_write      (StoreFixture    *f,
                                     const char      *business,
                                     MokedSessionFunc func,
                                     gpointer         data,
                                     GError         **error);

G_END_DECLS
