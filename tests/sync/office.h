/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../base/test-fiber.h"
#include "../store/sample-entity.h"
#include "../store/store-engine.h"
#include "direct-transport.h"
#include "remark.h"
#include "sync/moked-sync-client.h"

G_BEGIN_DECLS

typedef struct
{
  char            *name;
  MokedClock      *clock; /* its own, which may be wrong */
  MokedCache      *cache;
  DirectTransport *transport;
  MokedSyncClient *client;
} Desk;

/* A service and two desktops in one process, in a folder of their own. */
typedef struct
{
  char            *directory;
  MokedClock      *clock;
  StoreFixture     database; /* of the service, in the engine of this run; a desktop has SQLite always */
  MokedStore      *store;
  MokedSyncServer *server;
  Desk             a;
  Desk             b;
} Office;

void           office_setup      (Office        *office,
                                  gconstpointer  data);
void           office_run        (Office        *office,
                                  gconstpointer  fiber);
void           office_teardown   (Office        *office,
                                  gconstpointer  data);

void           office_setup_in_directory (Office *office);

/* For an office that has its folder and its clock. */
void           office_make_database   (Office *office);
void           office_forget_database (Office *office);

void           office_remove_directory (Office *office);

/* In a fiber, as all that follows. */
void           office_open       (Office        *office);
void           office_close      (Office        *office);
const MokedSchema *office_get_schema (void);
void           office_open_desk  (Office        *office,
                                  Desk          *desk,
                                  const char    *name);
DexFuture     *office_count_rows (MokedSession  *session,
                                  gpointer       sql);
gint64         office_count      (Office        *office,
                                  const char    *sql);
void           office_run_sql    (Office        *office,
                                  const char    *sql);
void           office_set_sight  (Office        *office,
                                  const char    *user_id,
                                  const char    *sees);
void           office_back_up    (Office        *office);
void           office_put_back   (Office        *office);

void           desk_run_sql      (Desk          *desk,
                                  const char    *sql);
void           desk_close        (Desk          *desk);
void           desk_heal         (Desk          *desk);
void           desk_reconnect    (Desk          *desk,
                                  Office        *office);
void           desk_sync_ok      (Desk          *desk);
gboolean       desk_sync_fails   (Desk          *desk);
gint64         desk_count        (Desk          *desk,
                                  const char    *sql);
void           desk_assert_nothing_waits (Desk  *desk);
Sample        *desk_see          (Desk          *desk,
                                  const char    *id);
char          *desk_save         (Desk          *desk,
                                  Sample        *sample,
                                  GError       **error);
void           desk_save_ok      (Desk          *desk,
                                  Sample        *sample);
char          *desk_edit_title   (Desk          *desk,
                                  Sample        *sample,
                                  const char    *title);
void           desk_set_title    (Desk          *desk,
                                  Sample        *sample,
                                  const char    *title);
char          *desk_delete       (Desk          *desk,
                                  Sample        *sample);
char          *desk_stamp        (Desk          *desk,
                                  Sample        *overlay,
                                  gboolean       refuse);
char          *desk_stamp_soon  (Desk          *desk,
                                 Sample        *sample,
                                 const char    *title);
void           desk_confirm     (Desk          *desk,
                                 MokedMutation *mutation);
void           desk_drop        (Desk          *desk,
                                 MokedMutation *mutation);
gboolean       desk_cancel       (Desk          *desk,
                                  const char    *mutation);
GPtrArray     *desk_list_waiting (Desk          *desk);
MokedMutation *desk_only_waiting (Desk          *desk);

Sample        *new_sample        (const char    *title);

#define desk_assert_title(desk, sample, expected)                                                                      \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autoptr (Sample) seen_ = desk_see (desk, moked_entity_get_id (sample));                                          \
    g_assert_nonnull (seen_);                                                                                          \
    g_assert_cmpstr (seen_->title, ==, expected);                                                                      \
  }                                                                                                                    \
  G_STMT_END

G_END_DECLS
