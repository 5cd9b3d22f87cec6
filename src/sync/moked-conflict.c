/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-conflict.h"

/**
 * MokedConflict:
 *
 * Two people set the same field of a record without seeing each other's value; the one of this desktop came
 * later and won. The other value can be brought back by [method@Cache.restore_conflict].
 */
struct _MokedConflict
{
  GObject                parent_instance;
  char                  *id;
  const MokedEntityInfo *info;
  char                  *entity_id;
  const MokedField      *field;
  char                  *mine;
  char                  *theirs;
  char                  *by;
  gint64                 theirs_at;
  gint64                 noted_at;
};

G_DEFINE_FINAL_TYPE (MokedConflict, moked_conflict, G_TYPE_OBJECT)

static void
moked_conflict_finalize (GObject *object)
{
  MokedConflict *self = MOKED_CONFLICT (object);

  g_free (self->id);
  g_free (self->entity_id);
  g_free (self->mine);
  g_free (self->theirs);
  g_free (self->by);
  G_OBJECT_CLASS (moked_conflict_parent_class)->finalize (object);
}

static void
moked_conflict_class_init (MokedConflictClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_conflict_finalize;
}

static void
moked_conflict_init (MokedConflict *self)
{
}

MokedConflict *
moked_conflict_new (const char            *id,
                    const MokedEntityInfo *info,
                    const char            *entity_id,
                    const MokedField      *field,
                    const char            *mine,
                    const char            *theirs,
                    const char            *by,
                    gint64                 theirs_at,
                    gint64                 noted_at)
{
  MokedConflict *self = g_object_new (MOKED_TYPE_CONFLICT, NULL);

  self->id = g_strdup (id);
  self->info = info;
  self->entity_id = g_strdup (entity_id);
  self->field = field;
  self->mine = g_strdup (mine);
  self->theirs = g_strdup (theirs);
  self->by = g_strdup (by);
  self->theirs_at = theirs_at;
  self->noted_at = noted_at;
  return self;
}

const char *
moked_conflict_get_id (MokedConflict *self)
{
  return self->id;
}

/**
 * moked_conflict_get_info:
 *
 * Returns: what kind of record it is about
 */
const MokedEntityInfo *
moked_conflict_get_info (MokedConflict *self)
{
  return self->info;
}

const char *
moked_conflict_get_entity_id (MokedConflict *self)
{
  return self->entity_id;
}

const MokedField *
moked_conflict_get_field (MokedConflict *self)
{
  return self->field;
}

/**
 * moked_conflict_get_mine:
 *
 * Returns: (nullable): the value that was written here and stands, as [func@entity_dup_field_text] gives it
 */
const char *
moked_conflict_get_mine (MokedConflict *self)
{
  return self->mine;
}

/**
 * moked_conflict_get_theirs:
 *
 * Returns: (nullable): the value that was overwritten, as [func@entity_dup_field_text] gives it
 */
const char *
moked_conflict_get_theirs (MokedConflict *self)
{
  return self->theirs;
}

/**
 * moked_conflict_get_by:
 *
 * Returns: (nullable): the id of the user whose value was overwritten; %NULL when it was the service itself
 */
const char *
moked_conflict_get_by (MokedConflict *self)
{
  return self->by;
}

/**
 * moked_conflict_get_theirs_at:
 *
 * Returns: when the overwritten value arrived at the service, in microseconds since 1970 UTC
 */
gint64
moked_conflict_get_theirs_at (MokedConflict *self)
{
  return self->theirs_at;
}

/**
 * moked_conflict_get_noted_at:
 *
 * Returns: when this desktop learned of it, in microseconds since 1970 UTC
 */
gint64
moked_conflict_get_noted_at (MokedConflict *self)
{
  return self->noted_at;
}
