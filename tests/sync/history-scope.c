/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-scope.h"

#include "store/moked-entity-store.h"

/* What happens in a random history of rights. */

static void
free_text (gpointer data)
{
  Text *text = data;

  g_free (text->mutation);
  g_free (text->text);
  g_free (text);
}

SightHistory *
sight_history_new (guint32 seed)
{
  SightHistory *self = g_new0 (SightHistory, 1);

  self->office.directory = g_dir_make_tmp ("moked-sight-XXXXXX", NULL);
  self->office.clock = moked_clock_new_fake (1000000);
  office_make_database (&self->office);
  self->rand = g_rand_new_with_seed (seed);
  self->under_way = g_ptr_array_new ();
  self->samples = g_ptr_array_new_with_free_func (g_free);
  self->remarks = g_ptr_array_new_with_free_func (g_free);
  self->writes = g_ptr_array_new_with_free_func (free_text);
  return self;
}

void
sight_history_free (SightHistory *self)
{
  office_remove_directory (&self->office);
  office_forget_database (&self->office);
  g_free (self->office.directory);
  g_object_unref (self->office.clock);
  g_rand_free (self->rand);
  g_ptr_array_unref (self->under_way);
  g_ptr_array_unref (self->samples);
  g_ptr_array_unref (self->remarks);
  g_ptr_array_unref (self->writes);
  g_free (self);
}

void
sight_history_open (SightHistory *self)
{
  office_open (&self->office);
  for (guint i = 0; i < SIGHT_DESKS; i++)
    {
      g_autofree char *name = g_strdup_printf ("desk-%u", i);

      office_open_desk (&self->office, &self->desks[i], name);
      desk_sync_ok (&self->desks[i]);
    }
}

void
sight_history_close (SightHistory *self)
{
  for (guint i = 0; i < SIGHT_DESKS; i++)
    desk_close (&self->desks[i]);
  office_close (&self->office);
}

static gboolean
chance (SightHistory *self,
        int           percent)
{
  return g_rand_int_range (self->rand, 0, 100) < percent;
}

static char *
dup_text (SightHistory *self)
{
  return g_strdup_printf ("text-%u.", ++self->counter);
}

/* --- what people write --- */

/* Records of another kind may be refused; then nothing was written. */
static void
commit (SightHistory *self,
        Desk         *desk,
        MokedEdit    *edit,
        const char   *text)
{
  Text *write;
  char *mutation = dex_await_string (moked_cache_commit (desk->cache, edit), NULL);

  if (mutation == NULL || text == NULL)
    {
      g_free (mutation);
      return;
    }
  write = g_new (Text, 1);
  *write = (Text) { desk, mutation, g_strdup (text) };
  g_ptr_array_add (self->writes, write);
}

typedef struct
{
  const MokedEntityInfo *info;
  const char            *id;
} Wanted;

static DexFuture *
load_in_session (MokedSession *session,
                 gpointer      data)
{
  Wanted *wanted = data;
  GError *error = NULL;
  gpointer found = moked_entity_store_load (session, wanted->info, wanted->id, &error);

  return found != NULL ? dex_future_new_take_object (found) : dex_future_new_for_error (error);
}

/* Returns (nullable) a copy of one of the records, when this desktop has it. */
static gpointer
pick (SightHistory          *self,
      Desk                  *desk,
      const MokedEntityInfo *info,
      GPtrArray             *ids)
{
  g_autoptr (MokedEntity) seen = NULL;
  Wanted wanted = { info };

  if (ids->len == 0)
    return NULL;
  wanted.id = g_ptr_array_index (ids, g_rand_int_range (self->rand, 0, (gint32) ids->len));
  seen = dex_await_object (moked_cache_read (desk->cache, load_in_session, &wanted, NULL), NULL);
  return seen != NULL ? moked_entity_copy (seen) : NULL;
}

static Sample *
pick_sample (SightHistory *self,
             Desk         *desk)
{
  return pick (self, desk, &sample_info, self->samples);
}

static Remark *
pick_remark (SightHistory *self,
             Desk         *desk)
{
  return pick (self, desk, &remark_info, self->remarks);
}

static char *
dup_owner (SightHistory *self)
{
  return chance (self, 25) ? NULL : g_strdup_printf ("desk-%d", g_rand_int_range (self->rand, 0, SIGHT_DESKS));
}

static void
do_create (SightHistory *self,
           Desk         *desk)
{
  g_autofree char *text = dup_text (self);
  g_autoptr (Sample) sample = new_sample (text);
  MokedEdit *edit = moked_edit_new ("create");

  sample->owner_id = dup_owner (self);
  g_ptr_array_add (self->samples, g_strdup (moked_entity_get_id (sample)));
  moked_edit_save (edit, sample);
  if (chance (self, 40))
    {
      g_autoptr (Remark) remark = remark_new (moked_entity_get_id (sample), "made with it");

      g_ptr_array_add (self->remarks, g_strdup (moked_entity_get_id (remark)));
      moked_edit_save (edit, remark);
    }
  commit (self, desk, edit, text);
}

static void
do_remark (SightHistory *self,
           Desk         *desk)
{
  g_autoptr (Sample) sample = pick_sample (self, desk);
  g_autofree char *text = dup_text (self);
  g_autoptr (Remark) remark = NULL;
  MokedEdit *edit;

  if (sample == NULL)
    return;
  remark = remark_new (moked_entity_get_id (sample), text);
  g_ptr_array_add (self->remarks, g_strdup (moked_entity_get_id (remark)));
  edit = moked_edit_new ("remark");
  moked_edit_save (edit, remark);
  commit (self, desk, edit, text);
}

static void
do_reply (SightHistory *self,
          Desk         *desk)
{
  g_autoptr (Remark) remark = pick_remark (self, desk);
  g_autofree char *text = dup_text (self);
  g_autoptr (Reply) reply = NULL;
  MokedEdit *edit;

  if (remark == NULL)
    return;
  reply = reply_new (remark->sample_id, text);
  edit = moked_edit_new ("reply");
  moked_edit_save (edit, reply);
  commit (self, desk, edit, text);
}

static void
do_edit (SightHistory *self,
         Desk         *desk)
{
  g_autoptr (Sample) sample = pick_sample (self, desk);
  g_autofree char *text = dup_text (self);
  MokedEdit *edit;

  if (sample == NULL)
    return;
  g_set_str (&sample->title, text);
  edit = moked_edit_new ("edit");
  moked_edit_save (edit, sample);
  commit (self, desk, edit, text);
}

static void
do_give (SightHistory *self,
         Desk         *desk)
{
  g_autoptr (Sample) sample = pick_sample (self, desk);
  MokedEdit *edit;

  if (sample == NULL)
    return;
  g_free (sample->owner_id);
  sample->owner_id = dup_owner (self);
  edit = moked_edit_new ("give");
  moked_edit_save (edit, sample);
  commit (self, desk, edit, NULL);
}

static void
do_move (SightHistory *self,
         Desk         *desk)
{
  g_autoptr (Sample) sample = pick_sample (self, desk);
  g_autoptr (Remark) remark = pick_remark (self, desk);
  MokedEdit *edit;

  if (sample == NULL || remark == NULL)
    return;
  g_set_str (&remark->sample_id, moked_entity_get_id (sample));
  edit = moked_edit_new ("move");
  moked_edit_save (edit, remark);
  commit (self, desk, edit, NULL);
}

static void
do_delete_or_restore (SightHistory *self,
                      Desk         *desk)
{
  const MokedEntityInfo *info = chance (self, 50) ? &sample_info : &remark_info;
  g_autoptr (MokedEntity) record = pick (self, desk, info, info == &sample_info ? self->samples : self->remarks);
  MokedEdit *edit;

  if (record == NULL)
    return;
  edit = moked_edit_new ("delete or restore");
  if (moked_entity_is_deleted (record))
    moked_edit_restore (edit, info, moked_entity_get_id (record));
  else
    moked_edit_delete (edit, info, moked_entity_get_id (record));
  commit (self, desk, edit, NULL);
}

/* --- rights --- */

void
sight_history_set (SightHistory *self,
                   guint         desk,
                   const char   *sees)
{
  office_set_sight (&self->office, self->desks[desk].name, sees);
  self->own[desk] = g_str_equal (sees, "own");
  self->gone[desk] = g_str_equal (sees, "gone");
}

static void
do_rights (SightHistory *self,
           Desk         *desk)
{
  static const char *const sights[] = { "own", "own", "all", "gone" };

  if (desk != self->desks)
    sight_history_set (self, (guint) (desk - self->desks), sights[g_rand_int_range (self->rand, 0, 4)]);
}

/* --- the way to the service --- */

static void
do_sync (SightHistory *self,
         Desk         *desk)
{
  DexFuture *sync = moked_sync_client_sync_now (desk->client);

  if (chance (self, 60))
    dex_await (sync, NULL);
  else
    g_ptr_array_add (self->under_way, sync);
}

static void
do_fault (SightHistory *self,
          Desk         *desk)
{
  desk->transport->offline = chance (self, 25);
  desk->transport->lose_answers = chance (self, 30) ? 1 : 0;
  desk->transport->repeat_posts = chance (self, 25);
  desk->transport->requests_left = chance (self, 35) ? g_rand_int_range (self->rand, 0, 7) : -1;
}

static void
do_reopen (SightHistory *self,
           Desk         *desk)
{
  g_autofree char *name = g_strdup (desk->name);

  desk_close (desk);
  office_open_desk (&self->office, desk, name);
}

static void
do_back_up (SightHistory *self,
            Desk         *desk)
{
  office_back_up (&self->office);
  self->backed_up = TRUE;
}

/* Rights go back with everything else. */
static void
read_rights (SightHistory *self)
{
  for (guint i = 1; i < SIGHT_DESKS; i++)
    {
      g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM sight WHERE business_id = $1 AND user_id = 'desk-%u' "
                                                "AND sees = ",
                                                i);
      g_autofree char *own = g_strconcat (count, "'own'", NULL);
      g_autofree char *gone = g_strconcat (count, "'gone'", NULL);

      self->own[i] = office_count (&self->office, own) > 0;
      self->gone[i] = office_count (&self->office, gone) > 0;
    }
}

static void
await_all (SightHistory *self)
{
  for (guint i = 0; i < self->under_way->len; i++)
    dex_await (g_ptr_array_index (self->under_way, i), NULL);
  g_ptr_array_set_size (self->under_way, 0);
}

static void
do_put_back (SightHistory *self,
             Desk         *desk)
{
  if (!self->backed_up || self->restored)
    return;
  await_all (self);
  office_put_back (&self->office);
  for (guint i = 0; i < SIGHT_DESKS; i++)
    desk_reconnect (&self->desks[i], &self->office);
  read_rights (self);
  self->restored = TRUE;
}

static void
do_begin_anew (SightHistory *self,
               Desk         *desk)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE business_seq SET epoch = 'life-%u' WHERE business_id = $1",
                                          g_rand_int (self->rand));

  if (!self->backed_up)
    office_run_sql (&self->office, sql);
}

static const struct
{
  void (*action) (SightHistory *self,
                  Desk         *desk);
  guint  weight;
} actions[] = {
  { do_create, 12 },
  { do_remark, 12 },
  { do_reply, 6 },
  { do_edit, 12 },
  { do_give, 16 },
  { do_move, 5 },
  { do_delete_or_restore, 6 },
  { do_rights, 8 },
  { do_sync, 30 },
  { do_fault, 8 },
  { do_reopen, 2 },
  { do_back_up, 1 },
  { do_put_back, 1 },
  { do_begin_anew, 1 },
};

void
sight_history_step (SightHistory *self)
{
  Desk *desk = &self->desks[g_rand_int_range (self->rand, 0, SIGHT_DESKS)];
  guint total = 0, at, i;

  for (i = 0; i < G_N_ELEMENTS (actions); i++)
    total += actions[i].weight;
  at = (guint) g_rand_int_range (self->rand, 0, (gint32) total);
  for (i = 0; at >= actions[i].weight; i++)
    at -= actions[i].weight;
  actions[i].action (self, desk);
}

/* The service is there again, and everything that can be sent is. */
void
sight_history_settle (SightHistory *self)
{
  await_all (self);
  for (guint i = 0; i < SIGHT_DESKS; i++)
    desk_heal (&self->desks[i]);
  for (guint i = 1; i < SIGHT_DESKS; i++)
    if (self->gone[i])
      {
        g_assert_false (desk_sync_fails (&self->desks[0]));
        g_assert_true (desk_sync_fails (&self->desks[i]));
        sight_history_set (self, i, "own");
      }
  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < SIGHT_DESKS; i++)
      desk_sync_ok (&self->desks[i]);
}
