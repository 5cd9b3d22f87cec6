/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "fault-vfs.h"
#include "office.h"
#include "store/moked-entity-store.h"

/* One exchange (a listing, a pull, a push and what it settles), once for each write that it takes, on the desktop and
 * on the service: there the power goes, the program is killed, the disk is full or a write fails; and once for each of
 * its requests, which gets lost, arrives twice, or its answer is lost or breaks off. Afterwards everything is as if
 * nothing had been. MOKED_FAULT_SEED decides what of the unsynced writes is there when the power comes back. */

typedef enum
{
  SIDE_DESK,
  SIDE_SERVICE,
  SIDE_WAY,
} Side;

typedef enum
{
  FAULT_KILLED,  /* what was written is there */
  FAULT_POWERED, /* what was not brought to the disk is there, or not */
  FAULT_NO_ROOM,
  FAULT_BAD_WRITE,
} Fault;

typedef struct
{
  Side     side;
  Fault    fault;
  gboolean new_desk; /* which lists everything */
  DirectFault way;
} Case;

typedef struct
{
  Office      office;
  const Case *what;
  guint       after;
  GRand      *rand;
  char       *path; /* of the database that meets it */
  gboolean    met;
  Sample     *known;
  Sample     *made;
  Sample     *stamped;
  Sample     *deleted;
} Run;

static const Case cases[] = {
  { SIDE_DESK, FAULT_KILLED, FALSE },
  { SIDE_DESK, FAULT_POWERED, FALSE },
  { SIDE_DESK, FAULT_NO_ROOM, FALSE },
  { SIDE_DESK, FAULT_BAD_WRITE, FALSE },
  { SIDE_DESK, FAULT_POWERED, TRUE },
  { SIDE_DESK, FAULT_NO_ROOM, TRUE },
  { SIDE_SERVICE, FAULT_KILLED, FALSE },
  { SIDE_SERVICE, FAULT_POWERED, FALSE },
  { SIDE_SERVICE, FAULT_NO_ROOM, FALSE },
  { SIDE_SERVICE, FAULT_BAD_WRITE, FALSE },
  { SIDE_WAY, FAULT_KILLED, FALSE, DIRECT_FAULT_REQUEST_LOST },
  { SIDE_WAY, FAULT_KILLED, TRUE, DIRECT_FAULT_REQUEST_LOST },
  { SIDE_WAY, FAULT_KILLED, FALSE, DIRECT_FAULT_ANSWER_LOST },
  { SIDE_WAY, FAULT_KILLED, TRUE, DIRECT_FAULT_ANSWER_LOST },
  { SIDE_WAY, FAULT_KILLED, FALSE, DIRECT_FAULT_ANSWER_CUT },
  { SIDE_WAY, FAULT_KILLED, TRUE, DIRECT_FAULT_ANSWER_CUT },
  { SIDE_WAY, FAULT_KILLED, FALSE, DIRECT_FAULT_TWICE },
};

static Desk *
get_desk (Run *self)
{
  return self->what->new_desk ? &self->office.b : &self->office.a;
}

static void
share (Run *self)
{
  desk_sync_ok (&self->office.a);
  desk_save_ok (&self->office.a, self->known);
  desk_save_ok (&self->office.a, self->deleted);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (Sample) other = new_sample ("other");

      desk_save_ok (&self->office.a, other);
    }
  desk_sync_ok (&self->office.a);
}

/* What waits at the desktop that meets the fault, and what the other did meanwhile. */
static void
work (Run *self)
{
  Desk *desk = &self->office.a;
  g_autoptr (Sample) seen = desk_see (desk, moked_entity_get_id (self->known));
  g_autoptr (Sample) edited = moked_entity_copy (seen);

  if (!self->what->new_desk)
    {
      desk_sync_ok (&self->office.b);
      desk_set_title (&self->office.b, self->known, "by the other");
      desk_sync_ok (&self->office.b);
    }
  edited->amount = 7;
  desk_save_ok (desk, edited);
  desk_save_ok (desk, self->made);
  g_free (desk_stamp (desk, self->stamped, FALSE));
  g_free (desk_delete (desk, self->deleted));
  if (self->what->new_desk)
    desk_sync_ok (desk);
}

static void
start_desk_again (Run *self)
{
  Desk *desk = get_desk (self);
  g_autofree char *name = g_strdup (desk->name);

  desk_close (desk);
  fault_vfs_restart (self->path, self->what->fault == FAULT_POWERED ? self->rand : NULL);
  office_open_desk (&self->office, desk, name);
  g_assert_false (moked_cache_was_rebuilt (desk->cache)); /* nothing of it damages a file */
}

static void
start_service_again (Run *self)
{
  office_close (&self->office);
  fault_vfs_restart (self->path, self->what->fault == FAULT_POWERED ? self->rand : NULL);
  office_open (&self->office);
  desk_reconnect (&self->office.a, &self->office);
  desk_reconnect (&self->office.b, &self->office);
}

static void
start_again (Run *self)
{
  if (self->what->side == SIDE_WAY)
    get_desk (self)->transport->fault = DIRECT_FAULT_NONE;
  else if (self->what->fault == FAULT_NO_ROOM || self->what->fault == FAULT_BAD_WRITE)
    fault_vfs_heal (self->path);
  else if (self->what->side == SIDE_DESK)
    start_desk_again (self);
  else
    start_service_again (self);
}

static void
check_desk (Run  *self,
            Desk *desk)
{
  g_autoptr (Sample) known = desk_see (desk, moked_entity_get_id (self->known));
  g_autoptr (Sample) made = desk_see (desk, moked_entity_get_id (self->made));
  g_autoptr (Sample) stamped = desk_see (desk, moked_entity_get_id (self->stamped));
  g_autoptr (Sample) deleted = desk_see (desk, moked_entity_get_id (self->deleted));

  g_assert_cmpint (known->amount, ==, 7);
  g_assert_cmpstr (known->title, ==, self->what->new_desk ? "known" : "by the other");
  g_assert_cmpstr (made->title, ==, "made");
  g_assert_cmpint (stamped->amount, ==, 1);
  g_assert_true (deleted == NULL || moked_entity_is_deleted (deleted));
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NULL"), ==, 33);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1"), ==, 0);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox_base WHERE business_id = $1"), ==, 0);
}

static void
check (Run *self)
{
  Office *office = &self->office;

  desk_sync_ok (&office->a);
  desk_sync_ok (&office->b);
  desk_sync_ok (&office->a);
  check_desk (self, &office->a);
  check_desk (self, &office->b);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample WHERE business_id = $1 AND deleted_at IS NULL"),
                   ==, 33);
  g_assert_cmpint (office_count (office, "SELECT count(*) - max(seq) FROM change WHERE business_id = $1"), ==, 0);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM mutation WHERE business_id = $1"), ==,
                   self->what->new_desk ? 36 : 37);
}

static FaultKind
kind_of (Fault fault)
{
  return fault == FAULT_NO_ROOM ? FAULT_FULL : fault == FAULT_BAD_WRITE ? FAULT_IO : FAULT_POWER;
}

static void
plan (Run *self)
{
  DirectTransport *transport = get_desk (self)->transport;

  if (self->what->side != SIDE_WAY)
    {
      fault_vfs_plan (self->path, kind_of (self->what->fault), self->after);
      return;
    }
  transport->fault = self->what->way;
  transport->fault_after = self->after;
}

static gboolean
is_met (Run *self)
{
  return self->what->side == SIDE_WAY ? get_desk (self)->transport->fault == DIRECT_FAULT_NONE
                                      : fault_vfs_met (self->path);
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *self = data;

  share (self);
  work (self);
  plan (self);
  dex_await (moked_sync_client_sync_now (get_desk (self)->client), NULL);
  self->met = is_met (self);
  start_again (self);
  check (self);
  return dex_future_new_true ();
}

/* Returns whether it happened: the exchange takes that many writes. */
static gboolean
run_once (const Case *what,
          guint       after,
          guint32     seed)
{
  Run self = { .what = what, .after = after };

  self.known = new_sample ("known");
  self.made = new_sample ("made");
  self.stamped = new_sample ("stamped");
  self.deleted = new_sample ("deleted");
  self.rand = g_rand_new_with_seed (seed);
  self.office.directory = g_dir_make_tmp ("moked-writes-XXXXXX", NULL);
  self.path = g_build_filename (self.office.directory,
                                what->side == SIDE_SERVICE ? "service.db" : what->new_desk ? "desk-b" : "desk-a", NULL);
  fault_vfs_heal (self.path);
  office_setup_in_directory (&self.office);
  g_assert_true (what->side != SIDE_SERVICE || g_str_equal (self.path, self.office.database.path));
  office_run (&self.office, run_fiber);
  office_teardown (&self.office, NULL);
  g_object_unref (self.known);
  g_object_unref (self.made);
  g_object_unref (self.stamped);
  g_object_unref (self.deleted);
  g_rand_free (self.rand);
  g_free (self.path);
  return self.met;
}

static void
test_case (gconstpointer data)
{
  const char *given = g_getenv ("MOKED_FAULT_SEED");
  guint32 seed = given != NULL ? (guint32) strtoul (given, NULL, 10) : 1;
  guint n = 0;

  while (run_once (data, n, seed * 1000 + n))
    n++;
  g_test_message ("MOKED_FAULT_SEED=%u: %u places", seed, n);
  g_assert_cmpuint (n, >=, 2);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const sides[] = { "desk", "service", "way" };
  static const char *const faults[] = { "killed", "power", "full", "bad-write" };
  static const char *const ways[] = { NULL, "request-lost", "answer-lost", "answer-cut", "twice" };

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  fault_vfs_register ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sync-every-write/%s/%s%s", sides[cases[i].side],
                                               cases[i].side == SIDE_WAY ? ways[cases[i].way] : faults[cases[i].fault],
                                               cases[i].new_desk ? "/new" : "");

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return fixture_run_tests ();
}
