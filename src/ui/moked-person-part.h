/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-timeline-item.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

typedef struct _MokedPersonAction MokedPersonAction;
typedef struct _MokedPersonPart MokedPersonPart;

/**
 * MokedPersonAction:
 * @label: untranslated, with a mnemonic; also the tooltip and accessible name
 * @icon_name: symbolic icon
 * @needs_phone: greyed out for a person without a phone number
 * @activate: runs it for the person
 *
 * A button in the header of a person's page, such as "call". An array ends with a zero entry.
 */
struct _MokedPersonAction
{
  const char *label;
  const char *icon_name;
  gboolean    needs_phone;
  void      (*activate) (MokedUiContext *context,
                         const char     *customer_id);
};

/**
 * MokedPersonPart:
 * @entities: (array zero-terminated=1): when records of these change, @list is asked again
 * @list: (nullable): resolves to a #GPtrArray of at most @limit [class@TimelineItem] that happened
 *   before @before (microseconds UTC), newest first
 * @create_widget: draws one item that came from @list
 * @create_composer: (nullable): what stands under the timeline; the first feature with one wins
 * @actions: (nullable): ends with a zero entry
 * @create_details: (nullable): what it adds to the panel of details; made anew for each person
 * @receive_files: (nullable): takes what was dropped or pasted on the page: an array of #GFile, or %NULL and a picture;
 *   the first feature with one wins
 *
 * What a feature adds to the page of a person, without that page knowing of the feature.
 */
struct _MokedPersonPart
{
  const char *const       *entities;
  DexFuture             *(*list)            (MokedUiContext    *context,
                                             const char        *customer_id,
                                             gint64             before,
                                             guint              limit);
  GtkWidget             *(*create_widget)   (MokedUiContext    *context,
                                             MokedTimelineItem *item);
  GtkWidget             *(*create_composer) (MokedUiContext    *context,
                                             const char        *customer_id);
  const MokedPersonAction *actions;
  GtkWidget             *(*create_details)  (MokedUiContext    *context,
                                             const char        *customer_id);
  void                   (*receive_files)   (MokedUiContext    *context,
                                             const char        *customer_id,
                                             GPtrArray         *files,
                                             GdkTexture        *picture);
};

G_END_DECLS
