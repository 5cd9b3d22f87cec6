/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-json.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "sync/moked-outbox-private.h"

/* When the service was put back from a backup, this desktop may have what the service lost: records that it does
 * not list any more, and records as they were after the backup. Each is offered to it by a mutation, in front of
 * what people did meanwhile. Until the service has said its word they are shown here as they were. */

static const char changed_name[] = "outbox";

/* The record as the service had last confirmed it, whatever is under way on it; NULL for one that it never did. */
static gboolean
load_confirmed (MokedSession          *session,
                const MokedEntityInfo *info,
                const char            *id,
                MokedEntity          **out_entity,
                GError               **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (yyjson_doc) doc = NULL;
  g_autoptr (MokedCursor) cursor =
      moked_session_query (session, error,
                           "SELECT row FROM outbox_base WHERE business_id = $1 AND entity = $2 AND entity_id = $3", "tt",
                           info->name, id);
  const char *row;

  if (cursor == NULL)
    return FALSE;
  if (!moked_cursor_next (cursor, &local_error) && local_error == NULL)
    return moked_entity_store_load_if_any (session, info, id, out_entity, error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  row = moked_cursor_get_text (cursor, 0);
  doc = row != NULL ? yyjson_read (row, strlen (row), 0) : NULL;
  *out_entity = doc != NULL ? moked_entity_new_from_json (info, yyjson_doc_get_root (doc), NULL) : NULL;
  return TRUE;
}

/* A load that was interrupted meets the same records again. */
static gboolean
is_offered (MokedSession          *session,
            const MokedEntityInfo *info,
            const char            *id,
            gboolean              *out_offered,
            GError               **error)
{
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT EXISTS (SELECT 1 FROM outbox_record r JOIN outbox o ON o.business_id = r.business_id "
      "AND o.id = r.mutation_id WHERE r.business_id = $1 AND r.entity = $2 AND r.entity_id = $3 AND o.recovers = 1)",
      "tt", info->name, id);

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  *out_offered = moked_cursor_get_int (cursor, 0) != 0;
  return TRUE;
}

static char *
write_ops (MokedEntity *entity,
           const char  *epoch)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *ops = yyjson_mut_arr (doc);
  yyjson_mut_val *op = yyjson_mut_arr_add_obj (doc, ops);

  yyjson_mut_obj_add_str (doc, op, "op", "recover");
  yyjson_mut_obj_add_str (doc, op, "entity", moked_entity_get_info (entity)->name);
  yyjson_mut_obj_add_str (doc, op, "id", moked_entity_get_id (entity));
  yyjson_mut_obj_add_str (doc, op, "epoch", epoch);
  yyjson_mut_obj_add_val (doc, op, "row", moked_entity_to_json (entity, doc));
  return moked_outbox_write_json (ops);
}

static gboolean
offer (MokedSession *session,
       MokedEntity  *entity,
       const char   *epoch,
       GError      **error)
{
  const MokedEntityInfo *info = moked_entity_get_info (entity);
  g_autofree char *mutation = moked_ulid_new (NULL);
  g_autofree char *ops = write_ops (entity, epoch);
  gboolean offered;

  if (!is_offered (session, info, moked_entity_get_id (entity), &offered, error))
    return FALSE;
  if (offered)
    return TRUE;
  moked_session_mark_changed (session, changed_name);
  return moked_session_exec (session, error,
                             "INSERT INTO outbox (position, business_id, id, label, base, made_at, state, ops, recovers) "
                             "SELECT coalesce (min (position), 0) - 1, $1, $2, $3, 0, $4, 'waiting', $5, 1 FROM outbox "
                             "WHERE business_id = $1",
                             "ttit", mutation, _("Given back to the service, which lost it"),
                             moked_session_get_now (session), ops) &&
         moked_outbox_note_record (session, info, moked_entity_get_id (entity), mutation, entity, error);
}

/* The service has no such record any more, or a deleted one. */
gboolean
moked_outbox_recover_missing (MokedSession          *session,
                              const MokedEntityInfo *info,
                              const char            *id,
                              const char            *epoch,
                              GError               **error)
{
  g_autoptr (MokedEntity) confirmed = NULL;

  if (!load_confirmed (session, info, id, &confirmed, error))
    return FALSE;
  if (confirmed == NULL || moked_entity_get_version (confirmed) == 0)
    return TRUE; /* made here, and waits */
  if (!moked_entity_is_deleted (confirmed) && !offer (session, confirmed, epoch, error))
    return FALSE;
  return moked_outbox_confirm (session, info, id, NULL, error);
}

static gboolean
is_same (MokedEntity *a,
         MokedEntity *b)
{
  const MokedEntityInfo *info = moked_entity_get_info (a);

  for (guint i = 0; i < info->n_fields; i++)
    if (!(info->fields[i].flags & MOKED_FIELD_DERIVED) && !moked_entity_field_equal (a, b, &info->fields[i]))
      return FALSE;
  return moked_entity_is_deleted (a) == moked_entity_is_deleted (b);
}

/* The service has the record as @listed; this desktop saw a later one, after the last change that is not lost. */
gboolean
moked_outbox_recover_changed (MokedSession *session,
                              MokedEntity  *listed,
                              const char   *epoch,
                              gint64        kept_seq,
                              GError      **error)
{
  g_autoptr (MokedEntity) confirmed = NULL;

  if (!load_confirmed (session, moked_entity_get_info (listed), moked_entity_get_id (listed), &confirmed, error))
    return FALSE;
  return confirmed == NULL || moked_entity_get_version (confirmed) <= kept_seq || is_same (confirmed, listed) ||
         offer (session, confirmed, epoch, error);
}
