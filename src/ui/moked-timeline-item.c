/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-timeline-item.h"

struct _MokedTimelineItem
{
  GObject                parent_instance;
  const MokedPersonPart *part;
  char                  *id;
  gint64                 happened_at;
  GObject               *record;
};

G_DEFINE_FINAL_TYPE (MokedTimelineItem, moked_timeline_item, G_TYPE_OBJECT)

static void
moked_timeline_item_finalize (GObject *object)
{
  MokedTimelineItem *self = MOKED_TIMELINE_ITEM (object);

  g_free (self->id);
  g_clear_object (&self->record);
  G_OBJECT_CLASS (moked_timeline_item_parent_class)->finalize (object);
}

static void
moked_timeline_item_class_init (MokedTimelineItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_timeline_item_finalize;
}

static void
moked_timeline_item_init (MokedTimelineItem *self)
{
}

/**
 * moked_timeline_item_new:
 * @part: who can draw it; static
 * @id: id of the record, unique in the timeline
 * @happened_at: microseconds UTC
 * @record: (type GObject) (nullable): what @part needs to draw it
 *
 * One thing that happened with a person: a message, a call, a note.
 *
 * Returns: (transfer full): the item
 */
MokedTimelineItem *
moked_timeline_item_new (const MokedPersonPart *part,
                         const char            *id,
                         gint64                 happened_at,
                         gpointer               record)
{
  MokedTimelineItem *self;

  g_return_val_if_fail (part != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  self = g_object_new (MOKED_TYPE_TIMELINE_ITEM, NULL);
  self->part = part;
  self->id = g_strdup (id);
  self->happened_at = happened_at;
  g_set_object (&self->record, record);
  return self;
}

/**
 * moked_timeline_item_get_part:
 *
 * Returns: (transfer none): who can draw it
 */
const MokedPersonPart *
moked_timeline_item_get_part (MokedTimelineItem *self)
{
  g_return_val_if_fail (MOKED_IS_TIMELINE_ITEM (self), NULL);

  return self->part;
}

/**
 * moked_timeline_item_get_id:
 *
 * Returns: (transfer none): id of the record
 */
const char *
moked_timeline_item_get_id (MokedTimelineItem *self)
{
  g_return_val_if_fail (MOKED_IS_TIMELINE_ITEM (self), NULL);

  return self->id;
}

/**
 * moked_timeline_item_get_time:
 *
 * Returns: when it happened, in microseconds UTC
 */
gint64
moked_timeline_item_get_time (MokedTimelineItem *self)
{
  g_return_val_if_fail (MOKED_IS_TIMELINE_ITEM (self), 0);

  return self->happened_at;
}

/**
 * moked_timeline_item_get_record:
 *
 * Returns: (transfer none) (type GObject) (nullable): what was given to [ctor@TimelineItem.new]
 */
gpointer
moked_timeline_item_get_record (MokedTimelineItem *self)
{
  g_return_val_if_fail (MOKED_IS_TIMELINE_ITEM (self), NULL);

  return self->record;
}

/**
 * moked_timeline_item_compare:
 * @a: pointer to an item, as #GPtrArray gives it to g_ptr_array_sort()
 * @b: the same
 *
 * Orders by time and, within one instant, by id, so that the order never depends on who answered
 * first.
 *
 * Returns: less than 0 when @a happened first
 */
int
moked_timeline_item_compare (gconstpointer a,
                             gconstpointer b)
{
  MokedTimelineItem *one = *(MokedTimelineItem *const *) a;
  MokedTimelineItem *two = *(MokedTimelineItem *const *) b;

  if (one->happened_at != two->happened_at)
    return one->happened_at < two->happened_at ? -1 : 1;
  return strcmp (one->id, two->id);
}
