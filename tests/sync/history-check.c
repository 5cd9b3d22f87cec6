/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include <string.h>

#include "store/moked-entity-store.h"

/* What must be true of every history at its end. */

void
history_await (History *self)
{
  for (guint i = 0; i < self->under_way->len; i++)
    dex_await (g_ptr_array_index (self->under_way, i), NULL);
  g_ptr_array_set_size (self->under_way, 0);
}

/* Only with records that anybody deletes can something be refused or asked about, and where the rule says no. Returns
 * whether something else is to be sent. */
static gboolean
answer_all (History *self,
            Desk    *desk)
{
  g_autoptr (GPtrArray) list = desk_list_waiting (desk);
  gboolean confirmed = FALSE;

  for (guint i = 0; i < list->len; i++)
    {
      MokedMutation *mutation = g_ptr_array_index (list, i);

      g_assert_cmpstr (moked_mutation_get_label (mutation), !=, "kept");
      if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD)
        confirmed = history_answer (self, desk, mutation) || confirmed;
      else
        {
          g_assert_cmpint (moked_mutation_get_state (mutation), ==, MOKED_MUTATION_REJECTED);
          g_assert_true (desk_cancel (desk, moked_mutation_get_id (mutation)));
        }
    }
  return confirmed;
}

static void
settle_desk (History *self,
             Desk    *desk)
{
  do
    desk_sync_ok (desk);
  while (answer_all (self, desk));
}

void
history_settle (History *self)
{
  history_await (self);
  for (guint i = 0; i < self->n_desks; i++)
    desk_heal (&self->desks[i]);
  for (guint i = 0; i < self->n_desks; i++)
    desk_sync_ok (&self->desks[i]);
  for (guint i = 0; i < self->n_desks; i++)
    settle_desk (self, &self->desks[i]);
  for (guint i = 0; i < self->n_desks; i++)
    desk_sync_ok (&self->desks[i]);
}

/* Forgets what was taken back before it arrived. */
static void
settle_unsure (History *self)
{
  for (guint i = self->writes->len; i-- > 0;)
    {
      Write *write = g_ptr_array_index (self->writes, i);
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM mutation WHERE business_id = $1 AND id = '%s' "
                                              "AND status <> 'cancelled'",
                                              write->mutation);

      if (write->unsure && office_count (&self->office, sql) == 0)
        g_ptr_array_remove_index (self->writes, i);
    }
}

/* --- everybody sees the same --- */

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      data)
{
  GError *error = NULL;
  GPtrArray *found = moked_entity_store_list (session, &sample_info, &error,
                                              "WHERE e.business_id = $1 AND e.deleted_at IS NULL ORDER BY e.id", "");

  g_assert_no_error (error);
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, found);
}

static void
assert_same (Sample *a,
             Sample *b)
{
  g_assert_cmpstr (moked_entity_get_id (a), ==, moked_entity_get_id (b));
  g_assert_cmpint (moked_entity_get_version (a), ==, moked_entity_get_version (b));
  g_assert_cmpint (moked_entity_get_created_at (a), ==, moked_entity_get_created_at (b));
  for (guint i = 0; i < sample_info.n_fields; i++)
    {
      g_autofree char *one = moked_entity_dup_field_text (a, &sample_info.fields[i]);
      g_autofree char *two = moked_entity_dup_field_text (b, &sample_info.fields[i]);

      g_assert_cmpstr (one, ==, two);
    }
}

static void
check_converged (GPtrArray *truth,
                 Desk      *desk)
{
  g_autoptr (GPtrArray) seen = dex_await_boxed (moked_cache_read (desk->cache, list_in_session, NULL, NULL), NULL);

  g_assert_cmpuint (seen->len, ==, truth->len);
  for (guint i = 0; i < seen->len; i++)
    assert_same (g_ptr_array_index (truth, i), g_ptr_array_index (seen, i));
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1"), ==, 0);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox_record WHERE business_id = $1"), ==, 0);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox_base WHERE business_id = $1"), ==, 0);
  desk_assert_nothing_waits (desk);
}

/* --- nothing was lost, nothing was done twice --- */

static Sample *
find_sample (GPtrArray  *truth,
             const char *id)
{
  for (guint i = 0; i < truth->len; i++)
    if (strcmp (moked_entity_get_id (g_ptr_array_index (truth, i)), id) == 0)
      return g_ptr_array_index (truth, i);
  return NULL;
}

static gboolean
is_overwritten (History *self,
                guint    index)
{
  Write *write = g_ptr_array_index (self->writes, index);

  for (guint i = index + 1; i < self->writes->len; i++)
    {
      Write *later = g_ptr_array_index (self->writes, i);

      if (strcmp (later->id, write->id) == 0 && g_strcmp0 (later->field, write->field) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
check_write (History   *self,
             GPtrArray *truth,
             guint      index)
{
  Write *write = g_ptr_array_index (self->writes, index);
  Sample *sample = find_sample (truth, write->id);
  g_autofree char *value = NULL;

  if (write->stamp)
    {
      g_assert_true ((sample != NULL) == !write->refused);
      /* A service that was put back does not know what it did since; another desktop may have given it the outcome. */
      if (sample != NULL && !self->restored)
        g_assert_cmpint (sample->amount, ==, 1);
      return;
    }
  g_assert_nonnull (sample);
  if (write->field == NULL)
    return;
  if (strcmp (write->field, "tags") == 0)
    {
      g_assert_true (moked_set_contains (sample->tags, write->value));
      return;
    }
  if (is_overwritten (self, index))
    return;
  value = moked_entity_dup_field_text (sample, moked_entity_info_find_field (&sample_info, write->field));
  g_assert_cmpstr (value, ==, write->value);
}

/* --- the log tells how everything came to be --- */

static char *
key_of (const char *id,
        const char *field)
{
  return g_strconcat (id, "/", field, NULL);
}

/* Each change begins where the one before ended. */
static DexFuture *
replay_in_session (MokedSession *session,
                   gpointer      user_data)
{
  GHashTable *values = user_data;
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, &error,
      "SELECT c.entity_id, f.field, f.old, f.new, c.kind FROM change c "
      "JOIN change_field f ON f.business_id = c.business_id AND f.seq = c.seq WHERE c.business_id = $1 ORDER BY c.seq",
      "");

  g_assert_no_error (error);
  while (moked_cursor_next (cursor, &error))
    {
      char *key = key_of (moked_cursor_get_text (cursor, 0), moked_cursor_get_text (cursor, 1));
      const char *was = g_hash_table_lookup (values, key);

      if (was != NULL)
        g_assert_cmpstr (moked_cursor_get_text (cursor, 2), ==, was);
      g_hash_table_replace (values, key, moked_cursor_dup_text (cursor, 3));
    }
  g_assert_no_error (error);
  return dex_future_new_true ();
}

static void
check_log (History   *self,
           GPtrArray *truth)
{
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  dex_await (moked_store_read (self->office.store, "b1", replay_in_session, values, NULL), NULL);
  for (guint i = 0; i < truth->len; i++)
    for (guint f = 0; f < sample_info.n_fields; f++)
      {
        const MokedField *field = &sample_info.fields[f];
        Sample *sample = g_ptr_array_index (truth, i);
        g_autofree char *key = key_of (moked_entity_get_id (sample), field->name);
        g_autofree char *text = moked_entity_dup_field_text (sample, field);

        if (field->flags & MOKED_FIELD_DERIVED)
          continue;
        if (g_hash_table_contains (values, key))
          g_assert_cmpstr (text, ==, g_hash_table_lookup (values, key));
        else
          g_assert_true (moked_entity_field_is_default (sample, field));
      }
}

static void
check_numbers (Office *office)
{
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM change WHERE business_id = $1"), ==,
                   office_count (office, "SELECT seq FROM business_seq WHERE business_id = $1"));
  g_assert_cmpint (office_count (office, "SELECT coalesce (max(seq) - count(*), 0) FROM change WHERE business_id = $1"),
                   ==, 0);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample s WHERE business_id = $1 AND version <> ("
                                         "SELECT max(seq) FROM change c WHERE c.business_id = $1 AND c.entity_id = s.id)"),
                   ==, 0);
  g_assert_cmpint (office_count (office, "SELECT count(*) FROM sample s WHERE business_id = $1 "
                                         "AND (deleted_at IS NOT NULL) <> ((SELECT kind FROM change c WHERE c.business_id = $1 "
                                         "AND c.entity_id = s.id ORDER BY seq DESC LIMIT 1) = 'delete')"),
                   ==, 0);
}

void
history_check (History *self)
{
  g_autoptr (GPtrArray) truth =
      dex_await_boxed (moked_store_read (self->office.store, "b1", list_in_session, NULL, NULL), NULL);

  settle_unsure (self);
  check_numbers (&self->office);
  check_log (self, truth);
  for (guint i = 0; i < self->writes->len; i++)
    check_write (self, truth, i);
  for (guint i = 0; i < self->n_desks; i++)
    check_converged (truth, &self->desks[i]);
}
