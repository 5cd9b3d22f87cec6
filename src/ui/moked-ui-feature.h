/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-arrivals.h"
#include "ui/moked-page.h"
#include "ui/moked-person-part.h"

G_BEGIN_DECLS

typedef struct _MokedUiAction MokedUiAction;
typedef struct _MokedUiFeature MokedUiFeature;

/**
 * MokedUiAction:
 * @name: unique in the program, such as `customer-new`; becomes the window's action `win.NAME`
 * @label: untranslated; shown in quick search and in the help overlay
 * @icon_name: (nullable): for quick search
 * @accel: (nullable): such as `<Ctrl><Shift>m`
 * @activate: runs it
 *
 * Something that a person can start from anywhere in the window. An array ends with a zero entry.
 */
struct _MokedUiAction
{
  const char *name;
  const char *label;
  const char *icon_name;
  const char *accel;
  void      (*activate) (MokedUiContext *context);
};

/**
 * MokedUiFeature:
 * @name: the folder's name; also the name of its page
 * @title: (nullable): untranslated name in the sidebar; a feature without one has no page
 * @icon_name: symbolic icon in the sidebar
 * @order: place in the sidebar, smallest first
 * @create_page: makes the [class@Page], when it is first shown
 * @entities: (nullable) (array zero-terminated=1): the records that its page opens, see
 *   [method@UiContext.open]
 * @count: (nullable): on a reader thread; resolves to an `int64`, the number of things on the page
 *   that wait for a person, shown in the sidebar and counted anew when one of @count_entities changes
 * @count_entities: (nullable) (array zero-terminated=1): see @count
 * @actions: (nullable): ends with a zero entry
 * @search: (nullable): resolves to a #GPtrArray of at most @limit [class@SearchHit], best first
 * @create_preferences: (nullable): makes an `AdwPreferencesGroup`
 * @person: (nullable): what it adds to the page of a person
 * @arrivals: (nullable): what it wants to be notified of
 * @live_event: (nullable): hears the live events of the service, such as `call.incoming`
 * @start: (nullable): called once, when the window is on the screen
 *
 * What one feature gives to the window, as a static table. See docs/adding-a-feature.md.
 */
struct _MokedUiFeature
{
  const char           *name;
  const char           *title;
  const char           *icon_name;
  int                   order;
  GtkWidget          *(*create_page)        (MokedUiContext *context);
  const char *const    *entities;
  MokedSessionFunc      count;
  const char *const    *count_entities;
  const MokedUiAction  *actions;
  DexFuture          *(*search)             (MokedUiContext *context,
                                             const char     *text,
                                             guint           limit);
  GtkWidget          *(*create_preferences) (MokedUiContext *context);
  const MokedPersonPart *person;
  const MokedArrivalSource *arrivals;
  void                (*live_event)         (MokedUiContext *context,
                                             const char     *name,
                                             const char     *json);
  void                (*start)              (MokedUiContext *context);
};

const MokedUiFeature *const *moked_ui_features_get        (void);
GPtrArray                   *moked_ui_features_list_pages (void);
char                        *moked_ui_dup_plain_label     (const char *label);

G_END_DECLS
