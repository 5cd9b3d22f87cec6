/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "fault-vfs.h"
#include "history.h"
#include "sync/moked-tombstone-keeper.h"

/* What happens to the computers of a random history, and to what is on its way. */

#define MOST_WRITES 60
#define FORGET_DAYS 180

static char *
path_of (History *self,
         guint    index)
{
  return g_strdup_printf ("%s/desk-%u", self->office.directory, index);
}

static guint
index_of (History *self,
          Desk    *desk)
{
  return (guint) (desk - self->desks);
}

/* Before anything is opened. */
void
history_watch (History *self)
{
  for (guint i = 0; i < self->n_desks; i++)
    {
      g_autofree char *path = path_of (self, i);

      fault_vfs_heal (path);
    }
  if (self->office.database.engine == &sqlite_engine)
    fault_vfs_heal (self->office.database.path);
}

/* Killed, or the power went. */
static GRand *
choose_end (History *self)
{
  return history_chance (self, 60) ? self->rand : NULL;
}

/* In the middle of an exchange, or just after it. */
void
history_crash_desk (History *self,
                    Desk    *desk)
{
  g_autofree char *path = path_of (self, index_of (self, desk));

  fault_vfs_plan (path, FAULT_POWER, (guint) g_rand_int_range (self->rand, 0, MOST_WRITES));
  g_ptr_array_add (self->under_way, moked_sync_client_sync_now (desk->client));
  history_await (self);
  if (!fault_vfs_met (path))
    fault_vfs_plan (path, FAULT_POWER, 0);
  desk_close (desk);
  fault_vfs_restart (path, choose_end (self));
  history_open_desk (self, index_of (self, desk));
  g_assert_false (moked_cache_was_rebuilt (desk->cache));
}

/* While everybody wants something of it. */
void
history_crash_service (History *self)
{
  const char *path = self->office.database.path;

  if (self->office.database.engine != &sqlite_engine)
    return;
  fault_vfs_plan (path, FAULT_POWER, (guint) g_rand_int_range (self->rand, 0, MOST_WRITES));
  for (guint i = 0; i < self->n_desks; i++)
    g_ptr_array_add (self->under_way, moked_sync_client_sync_now (self->desks[i].client));
  history_await (self);
  if (!fault_vfs_met (path))
    fault_vfs_plan (path, FAULT_POWER, 0);
  office_close (&self->office);
  fault_vfs_restart (path, choose_end (self));
  office_open (&self->office);
  for (guint i = 0; i < self->n_desks; i++)
    desk_reconnect (&self->desks[i], &self->office);
}

/* What the service lost and this desktop alone had would be gone with it. */
void
history_damage_desk (History *self,
                     Desk    *desk)
{
  g_autofree char *path = path_of (self, index_of (self, desk));
  g_autofree char *noise = g_strnfill (100, 'x');
  int fd;

  if (self->backed_up)
    return;
  history_await (self);
  desk_close (desk);
  fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  g_assert_cmpint (pwrite (fd, noise, 100, 0), ==, 100);
  close (fd);
  history_open_desk (self, index_of (self, desk));
  g_assert_true (moked_cache_was_rebuilt (desk->cache));
}

void
history_say_again (History *self,
                   Desk    *desk)
{
  gint32 n = (gint32) desk->transport->posts->len;

  if (n > 0)
    g_ptr_array_add (self->under_way,
                     direct_transport_say_again (desk->transport, (guint) g_rand_int_range (self->rand, 0, n)));
}

static void
advance (History *self,
         gint64   usec)
{
  moked_clock_advance (self->office.clock, usec);
  for (guint i = 0; i < self->n_desks; i++)
    moked_clock_advance (self->desks[i].clock, usec);
}

void
history_pass_time (History *self)
{
  advance (self, g_rand_int_range (self->rand, 1, 48) * G_TIME_SPAN_HOUR);
}

/* Half a year later. */
void
history_forget_deletions (History *self)
{
  g_autoptr (MokedTombstoneKeeper) keeper = NULL;
  g_autoptr (GError) error = NULL;

  history_await (self);
  advance (self, (FORGET_DAYS + 1) * G_TIME_SPAN_DAY);
  keeper = moked_tombstone_keeper_new (self->office.store, office_get_schema (), self->office.clock, FORGET_DAYS);
  dex_await (moked_tombstone_keeper_purge (keeper), &error);
  g_assert_no_error (error);
}
