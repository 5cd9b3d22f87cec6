/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-scope.h"

#include <string.h>

#include "store/moked-entity-store.h"

/* What must be true at the end of a random history of rights: every desktop has exactly what its user may see, told by
 * a rule of its own; and what somebody wrote is in the log, or with them. */

static const MokedEntityInfo *const kinds[] = { &sample_info, &remark_info, &reply_info };

typedef struct
{
  GPtrArray *of[G_N_ELEMENTS (kinds)];
} Records;

static void
clear_records (Records *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_clear_pointer (&self->of[i], g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Records, clear_records)

/* Deleted ones, too. */
static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      info)
{
  GError *error = NULL;
  GPtrArray *found = moked_entity_store_list (session, info, &error, "WHERE e.business_id = $1 ORDER BY e.id", "");

  g_assert_no_error (error);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, found);
}

static void
read_truth (SightHistory *self,
            Records      *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    out->of[i] = dex_await_boxed (
        moked_store_read (self->office.store, "b1", list_in_session, (gpointer) kinds[i], NULL), NULL);
}

static void
read_copy (Desk    *desk,
           Records *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    out->of[i] = dex_await_boxed (moked_cache_read (desk->cache, list_in_session, (gpointer) kinds[i], NULL), NULL);
}

static gpointer
find (GPtrArray  *records,
      const char *id)
{
  for (guint i = 0; i < records->len; i++)
    if (strcmp (moked_entity_get_id (g_ptr_array_index (records, i)), id) == 0)
      return g_ptr_array_index (records, i);
  return NULL;
}

/* --- who sees what --- */

static gboolean
sees_sample (SightHistory *self,
             guint         desk,
             Sample       *sample)
{
  return !self->own[desk] ||
         (sample != NULL && (sample->owner_id == NULL || strcmp (sample->owner_id, self->desks[desk].name) == 0));
}

static gboolean
sees (SightHistory *self,
      guint         desk,
      Records      *truth,
      MokedEntity  *record)
{
  const MokedEntityInfo *info = moked_entity_get_info (record);

  if (info == &sample_info)
    return sees_sample (self, desk, (Sample *) record);
  return sees_sample (self, desk,
                      find (truth->of[0],
                            info == &remark_info ? ((Remark *) record)->sample_id : ((Reply *) record)->sample_id));
}

static void
assert_same (MokedEntity *a,
             MokedEntity *b)
{
  const MokedEntityInfo *info = moked_entity_get_info (a);

  g_assert_cmpint (moked_entity_get_version (a), ==, moked_entity_get_version (b));
  for (guint i = 0; i < info->n_fields; i++)
    g_assert_true (moked_entity_field_equal (a, b, &info->fields[i]));
}

/* Of what is deleted a desktop may have a tombstone, where the user saw the record. */
static void
check_kind (SightHistory *self,
            guint         desk,
            Records      *truth,
            GPtrArray    *wanted,
            GPtrArray    *copied)
{
  for (guint i = 0; i < wanted->len; i++)
    {
      MokedEntity *record = g_ptr_array_index (wanted, i);
      MokedEntity *copy = find (copied, moked_entity_get_id (record));

      if (!sees (self, desk, truth, record))
        g_assert_null (copy);
      else if (!moked_entity_is_deleted (record))
        {
          g_assert_nonnull (copy);
          assert_same (record, copy);
        }
      else if (copy != NULL)
        g_assert_true (moked_entity_is_deleted (copy));
    }
  for (guint i = 0; i < copied->len; i++)
    g_assert_nonnull (find (wanted, moked_entity_get_id (g_ptr_array_index (copied, i))));
}

static void
check_desk (SightHistory *self,
            guint         desk,
            Records      *truth)
{
  g_auto (Records) copy = { 0 };

  read_copy (&self->desks[desk], &copy);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    check_kind (self, desk, truth, truth->of[i], copy.of[i]);
  g_assert_cmpint (desk_count (&self->desks[desk],
                               "SELECT count(*) FROM edit_conflict c WHERE c.business_id = $1 AND NOT EXISTS "
                               "(SELECT 1 FROM sample s WHERE s.business_id = $1 AND s.id = c.entity_id) "
                               "AND NOT EXISTS (SELECT 1 FROM remark r WHERE r.business_id = $1 AND r.id = c.entity_id)"),
                   ==, 0);
}

/* --- nothing was lost --- */

/* What was refused or is asked about is still there, with the words that were written; the reason is one of those that
 * there are. */
static void
drop_waiting (Desk *desk)
{
  g_autoptr (GPtrArray) list = desk_list_waiting (desk);

  for (guint i = 0; i < list->len; i++)
    {
      MokedMutation *mutation = g_ptr_array_index (list, i);

      /* One answer settles all that are asked about the same. */
      if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD)
        dex_await (moked_cache_drop (desk->cache, moked_mutation_get_id (mutation)), NULL);
      else
        {
          g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_REJECTED);
          g_assert_true (desk_cancel (desk, moked_mutation_get_id (mutation)));
        }
    }
}

/* After a restore the last words of a record are given back, and not all that were said before them. */
static void
check_text (SightHistory *self,
            Text         *write)
{
  g_autofree char *waits = g_strdup_printf ("SELECT count(*) FROM outbox WHERE business_id = $1 AND ops LIKE '%%%s%%'",
                                            write->text);
  g_autofree char *arrived = g_strdup_printf ("SELECT count(*) FROM change_field WHERE business_id = $1 AND new = '%s'",
                                              write->text);

  if (!self->restored)
    g_assert_cmpint (desk_count (write->desk, waits) + office_count (&self->office, arrived), >, 0);
}

void
sight_history_check (SightHistory *self)
{
  g_auto (Records) truth = { 0 };

  for (guint i = 0; i < self->writes->len; i++)
    check_text (self, g_ptr_array_index (self->writes, i));
  for (guint i = 0; i < SIGHT_DESKS; i++)
    drop_waiting (&self->desks[i]);
  for (guint i = 0; i < SIGHT_DESKS; i++)
    desk_sync_ok (&self->desks[i]);
  read_truth (self, &truth);
  for (guint i = 0; i < SIGHT_DESKS; i++)
    {
      desk_assert_nothing_waits (&self->desks[i]);
      check_desk (self, i, &truth);
    }
  g_assert_cmpint (office_count (&self->office, "SELECT count(*) FROM change WHERE business_id = $1"), ==,
                   office_count (&self->office, "SELECT seq FROM business_seq WHERE business_id = $1"));
}
