/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "remark.h"

#include "base/moked-error.h"
#include "base/moked-ulid.h"

static const MokedField remark_fields[] = {
  MOKED_REF (Remark, sample_id, NULL, MOKED_FIELD_REQUIRED | MOKED_FIELD_PART_OF),
  MOKED_TEXT (Remark, text, NULL, 100, MOKED_FIELD_NONE),
};

static const MokedField reply_fields[] = {
  MOKED_REF (Reply, sample_id, NULL, MOKED_FIELD_REQUIRED | MOKED_FIELD_PART_OF),
  MOKED_TEXT (Reply, text, NULL, 100, MOKED_FIELD_NONE),
};

const MokedEntityInfo remark_info = {
  "remark", remark_get_type, remark_fields, G_N_ELEMENTS (remark_fields), NULL, NULL,
};

const MokedEntityInfo reply_info = {
  "reply", reply_get_type, reply_fields, G_N_ELEMENTS (reply_fields), NULL, NULL,
};

MOKED_DEFINE_ENTITY (Remark, remark, &remark_info)
MOKED_DEFINE_ENTITY (Reply, reply, &reply_info)

static const MokedEntityInfo *const entities[] = { &remark_info, &reply_info, NULL };

static const MokedMigration migrations[] = {
  { 1,
    "CREATE INDEX remark_by_sample ON remark (business_id, sample_id)"
    "\n;\n"
    "CREATE INDEX reply_by_sample ON reply (business_id, sample_id)",
    NULL },
  { 0 },
};

static const MokedSchemaPart remark_part = { "remark", entities, migrations };
static const MokedSchemaPart *parts[4];

const MokedSchema remark_schema = { parts };

__attribute__ ((constructor)) static void
collect (void)
{
  parts[0] = sample_schema.parts[0];
  parts[1] = sample_schema.parts[1];
  parts[2] = &remark_part;
}

static const MokedMigration sight_migrations[] = {
  { 1,
    "CREATE TABLE sight (business_id TEXT NOT NULL, user_id TEXT NOT NULL, sees TEXT NOT NULL, "
    "PRIMARY KEY (business_id, user_id))",
    NULL },
  { 0 },
};

const MokedSchemaPart sight_schema = { "sight", NULL, sight_migrations, NULL };

MokedSyncScope *
sight_load (MokedSession *session,
            const char   *user_id,
            GError      **error)
{
  g_autofree char *sees = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error, "SELECT sees FROM sight WHERE business_id = $1 AND user_id = $2", "t", user_id);
  MokedSyncScope *scope;

  if (cursor == NULL)
    return NULL;
  if (moked_cursor_next (cursor, &local_error))
    sees = moked_cursor_dup_text (cursor, 0);
  if (local_error == NULL && g_strcmp0 (sees, "gone") == 0)
    g_set_error (&local_error, MOKED_ERROR, MOKED_ERROR_UNAUTHENTICATED, "This user is gone");
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  scope = moked_sync_scope_new (&remark_schema, user_id, g_strcmp0 (sees, "own") == 0);
  moked_sync_scope_set_manages (scope, sees == NULL);
  return scope;
}

Remark *
remark_new (const char *sample_id,
            const char *text)
{
  g_autofree char *id = moked_ulid_new (NULL);
  Remark *self = (Remark *) moked_entity_new (&remark_info, id);

  self->sample_id = g_strdup (sample_id);
  self->text = g_strdup (text);
  return self;
}

Reply *
reply_new (const char *sample_id,
           const char *text)
{
  g_autofree char *id = moked_ulid_new (NULL);
  Reply *self = (Reply *) moked_entity_new (&reply_info, id);

  self->sample_id = g_strdup (sample_id);
  self->text = g_strdup (text);
  return self;
}
