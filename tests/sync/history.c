/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include <string.h>

#include "base/moked-error.h"

/* What people do in a random history. */

#define START_USEC (G_GINT64_CONSTANT (1764000000) * G_USEC_PER_SEC)

static void
free_write (gpointer data)
{
  Write *write = data;

  g_free (write->mutation);
  g_free (write->id);
  g_free (write->field);
  g_free (write->value);
  g_free (write);
}

History *
history_new (guint32 seed)
{
  History *self = g_new0 (History, 1);

  self->office.directory = g_dir_make_tmp ("moked-history-XXXXXX", NULL);
  self->office.clock = moked_clock_new_fake (START_USEC);
  office_make_database (&self->office);
  self->rand = g_rand_new_with_seed (seed);
  self->n_desks = g_rand_int_range (self->rand, 0, 40) == 0 ? HISTORY_MOST : HISTORY_DESKS;
  self->same_user = g_rand_int_range (self->rand, 0, 3) == 0;
  history_watch (self);
  self->under_way = g_ptr_array_new ();
  self->kept = g_ptr_array_new_with_free_func (g_free);
  self->free = g_ptr_array_new_with_free_func (g_free);
  self->writes = g_ptr_array_new_with_free_func (free_write);
  return self;
}

void
history_free (History *self)
{
  office_remove_directory (&self->office);
  office_forget_database (&self->office);
  g_free (self->office.directory);
  g_object_unref (self->office.clock);
  g_rand_free (self->rand);
  g_ptr_array_unref (self->under_way);
  g_ptr_array_unref (self->kept);
  g_ptr_array_unref (self->free);
  g_ptr_array_unref (self->writes);
  g_free (self);
}

gboolean
history_chance (History *self,
                int      percent)
{
  return g_rand_int_range (self->rand, 0, 100) < percent;
}

void
history_open_desk (History *self,
                   guint    index)
{
  g_autofree char *name = g_strdup_printf ("desk-%u", index);
  gint64 wrong = g_rand_int_range (self->rand, -24, 25) * G_TIME_SPAN_HOUR;

  self->desks[index].clock = moked_clock_new_fake (moked_clock_get_real (self->office.clock) + wrong);
  office_open_desk (&self->office, &self->desks[index], name);
  if (self->same_user && index == 1)
    g_set_str (&self->desks[index].transport->user_id, "desk-0");
}

void
history_open (History *self)
{
  office_open (&self->office);
  for (guint i = 0; i < self->n_desks; i++)
    {
      history_open_desk (self, i);
      desk_sync_ok (&self->desks[i]);
    }
}

void
history_close (History *self)
{
  for (guint i = 0; i < self->n_desks; i++)
    desk_close (&self->desks[i]);
  office_close (&self->office);
}

static void
note_write (History    *self,
            char       *mutation,
            const char *id,
            const char *field,
            const char *value)
{
  Write *write = g_new0 (Write, 1);

  write->mutation = mutation;
  write->id = g_strdup (id);
  write->field = g_strdup (field);
  write->value = g_strdup (value);
  g_ptr_array_add (self->writes, write);
}

static char *
save (Desk       *desk,
      Sample     *sample,
      const char *label)
{
  MokedEdit *edit = moked_edit_new (label);
  GError *error = NULL;
  char *mutation;

  moked_edit_save (edit, sample);
  mutation = dex_await_string (moked_cache_commit (desk->cache, edit), &error);
  g_assert_no_error (error);
  return mutation;
}

void
history_create (History *self,
                Desk    *desk,
                gboolean kept)
{
  g_autoptr (Sample) sample = new_sample (kept ? "kept" : "free");
  char *mutation = save (desk, sample, kept ? "kept" : "free");

  g_ptr_array_add (kept ? self->kept : self->free, g_strdup (moked_entity_get_id (sample)));
  if (kept)
    note_write (self, mutation, moked_entity_get_id (sample), NULL, NULL);
  else
    g_free (mutation);
}

/* Returns (nullable) a copy of one of the records to change, when this desktop has it already. */
static Sample *
pick (History   *self,
      Desk      *desk,
      GPtrArray *ids)
{
  g_autoptr (Sample) seen = NULL;

  if (ids->len > 0)
    seen = desk_see (desk, g_ptr_array_index (ids, g_rand_int_range (self->rand, 0, (gint32) ids->len)));
  return seen != NULL ? moked_entity_copy (seen) : NULL;
}

/* The last value that was written and not taken back; @out_sure tells whether that is known. */
static const char *
last_value (History    *self,
            const char *id,
            const char *field,
            gboolean   *out_sure)
{
  const char *value = NULL;

  *out_sure = TRUE;

  for (guint i = 0; i < self->writes->len; i++)
    {
      Write *write = g_ptr_array_index (self->writes, i);

      if (strcmp (write->id, id) != 0 || g_strcmp0 (write->field, field) != 0)
        continue;
      *out_sure = !write->unsure;
      value = write->value;
    }
  return value;
}

/* Nobody else writes this field: what is seen before the edit must be one's own last word, whatever is under way. */
void
history_edit_own (History *self,
                  Desk    *desk)
{
  static const char *const own_fields[HISTORY_DESKS] = { "owner_id", "amount", "due_at" };
  const MokedField *field = moked_entity_info_find_field (&sample_info, own_fields[desk - self->desks]);
  g_autoptr (Sample) sample = pick (self, desk, self->kept);
  g_autofree char *value = g_strdup_printf ("%u", ++self->counter);
  g_autofree char *seen = NULL;
  const char *expected;
  gboolean sure;

  if (sample == NULL)
    return;
  expected = last_value (self, moked_entity_get_id (sample), field->name, &sure);
  seen = moked_entity_field_is_default (sample, field) ? NULL : moked_entity_dup_field_text (sample, field);
  if (sure)
    g_assert_cmpstr (seen, ==, expected);
  moked_entity_set_field_text (sample, field, value);
  note_write (self, save (desk, sample, "kept"), moked_entity_get_id (sample), field->name, value);
}

void
history_tag (History *self,
             Desk    *desk)
{
  g_autoptr (Sample) sample = pick (self, desk, self->kept);
  g_autofree char *tag = g_strdup_printf ("tag-%u", ++self->counter);
  g_autofree char *tags = NULL;

  if (sample == NULL)
    return;
  tags = moked_set_merge (sample->tags, tag, NULL);
  g_set_str (&sample->tags, tags);
  note_write (self, save (desk, sample, "kept"), moked_entity_get_id (sample), "tags", tag);
}

static void
delete_or_restore (Desk   *desk,
                   Sample *sample)
{
  MokedEdit *edit = moked_edit_new ("free");

  if (moked_entity_is_deleted (sample))
    moked_edit_restore (edit, &sample_info, moked_entity_get_id (sample));
  else
    moked_edit_delete (edit, &sample_info, moked_entity_get_id (sample));
  g_free (dex_await_string (moked_cache_commit (desk->cache, edit), NULL));
}

/* Anybody does anything, also two records in one action. */
void
history_edit_free (History *self,
                   Desk    *desk)
{
  g_autoptr (Sample) sample = pick (self, desk, self->free);
  g_autoptr (Sample) other = pick (self, desk, self->free);
  MokedEdit *edit;

  if (sample == NULL)
    return;
  if (history_chance (self, 35))
    {
      delete_or_restore (desk, sample);
      return;
    }
  edit = moked_edit_new ("free");
  sample->amount = ++self->counter;
  sample->urgent = history_chance (self, 50);
  moked_edit_save (edit, sample);
  if (other != NULL && history_chance (self, 30))
    {
      other->due_at = ++self->counter;
      moked_edit_save (edit, other);
    }
  g_free (dex_await_string (moked_cache_commit (desk->cache, edit), NULL));
}

void
history_command (History *self,
                 Desk    *desk,
                 gboolean refuse)
{
  g_autoptr (Sample) overlay = new_sample ("hoped for");
  Write *write;

  note_write (self, desk_stamp (desk, overlay, refuse), moked_entity_get_id (overlay), NULL, NULL);
  write = g_ptr_array_index (self->writes, self->writes->len - 1);
  write->stamp = TRUE;
  write->refused = refuse;
}

static Write *
find_write (History    *self,
            const char *mutation)
{
  for (guint i = 0; i < self->writes->len; i++)
    {
      Write *write = g_ptr_array_index (self->writes, i);

      if (strcmp (write->mutation, mutation) == 0)
        return write;
    }
  return NULL;
}

static void
try_again (Desk          *desk,
           MokedMutation *mutation)
{
  g_assert_true (dex_await (moked_cache_retry (desk->cache, moked_mutation_get_id (mutation)), NULL));
}

/* Answers for several edits of one record are one answer. Returns whether it is to be done all the same. */
gboolean
history_answer (History       *self,
                Desk          *desk,
                MokedMutation *mutation)
{
  const char *id = moked_mutation_get_id (mutation);

  if (history_chance (self, 50))
    return dex_await (moked_cache_confirm (desk->cache, id), NULL);
  dex_await (moked_cache_drop (desk->cache, id), NULL);
  return FALSE;
}

/* Takes back what waits, unless it made a kept record that others build on; drops what was refused, or tries again. */
void
history_change_mind (History *self,
                     Desk    *desk)
{
  g_autoptr (GPtrArray) list = desk_list_waiting (desk);
  MokedMutation *mutation;
  Write *write;

  if (list->len == 0 || self->backed_up)
    return;
  mutation = g_ptr_array_index (list, g_rand_int_range (self->rand, 0, (gint32) list->len));
  write = find_write (self, moked_mutation_get_id (mutation));
  if (write != NULL && write->field == NULL && !write->stamp)
    return;
  if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD)
    history_answer (self, desk, mutation);
  else if (write == NULL && moked_mutation_get_state (mutation) == MOKED_MUTATION_REJECTED && history_chance (self, 50))
    try_again (desk, mutation);
  else if (desk_cancel (desk, moked_mutation_get_id (mutation)) && write != NULL)
    {
      /* An exchange that is under way may have sent it since it was listed. */
      write->unsure = moked_mutation_get_state (mutation) == MOKED_MUTATION_SENDING || self->under_way->len > 0;
      if (!write->unsure)
        g_ptr_array_remove (self->writes, write);
    }
}

static gboolean
is_sure (History *self)
{
  for (guint i = 0; i < self->writes->len; i++)
    if (((Write *) g_ptr_array_index (self->writes, i))->unsure)
      return FALSE;
  return TRUE;
}

/* What became of a mutation that was perhaps on its way the copy would forget, and the check with it. */
void
history_back_up (History *self)
{
  if (!is_sure (self))
    return;
  office_back_up (&self->office);
  self->backed_up = TRUE;
}

void
history_put_back (History *self)
{
  if (!self->backed_up || self->restored)
    return;
  history_await (self);
  office_put_back (&self->office);
  for (guint i = 0; i < self->n_desks; i++)
    desk_reconnect (&self->desks[i], &self->office);
  self->restored = TRUE;
}
