/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _MokedPersonPart MokedPersonPart;

#define MOKED_TYPE_TIMELINE_ITEM (moked_timeline_item_get_type ())
G_DECLARE_FINAL_TYPE (MokedTimelineItem, moked_timeline_item, MOKED, TIMELINE_ITEM, GObject)

MokedTimelineItem     *moked_timeline_item_new        (const MokedPersonPart *part,
                                                       const char            *id,
                                                       gint64                 happened_at,
                                                       gpointer               record);
const MokedPersonPart *moked_timeline_item_get_part   (MokedTimelineItem     *self);
const char            *moked_timeline_item_get_id     (MokedTimelineItem     *self);
gint64                 moked_timeline_item_get_time   (MokedTimelineItem     *self);
gpointer               moked_timeline_item_get_record (MokedTimelineItem     *self);
int                    moked_timeline_item_compare    (gconstpointer          a,
                                                       gconstpointer          b);

G_END_DECLS
