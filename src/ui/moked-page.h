/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

/**
 * MokedPageLayout:
 * @MOKED_PAGE_LAYOUT_NARROW: one pane; the record covers the list
 * @MOKED_PAGE_LAYOUT_MEDIUM: list and record beside each other
 * @MOKED_PAGE_LAYOUT_WIDE: the sidebar, too
 */
typedef enum
{
  MOKED_PAGE_LAYOUT_NARROW,
  MOKED_PAGE_LAYOUT_MEDIUM,
  MOKED_PAGE_LAYOUT_WIDE,
} MokedPageLayout;

#define MOKED_TYPE_PAGE_LAYOUT (moked_page_layout_get_type ())
GType moked_page_layout_get_type (void);

#define MOKED_TYPE_PAGE (moked_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (MokedPage, moked_page, MOKED, PAGE, AdwBin)

/**
 * MokedPageClass:
 * @focus_search: Ctrl+F; the default focuses the search entry of the page
 * @create_new: Ctrl+N: makes what the page is about
 * @step: Alt+Up (-1) and Alt+Down (+1): shows the record before or after the shown one; %FALSE at
 *   the end of the list
 * @open_record: shows a record of an entity that the feature named, as soon as it is read; %FALSE if
 *   there cannot be one
 */
struct _MokedPageClass
{
  AdwBinClass parent_class;

  void     (*focus_search) (MokedPage  *self);
  void     (*create_new)   (MokedPage  *self);
  gboolean (*step)         (MokedPage  *self,
                            int         direction);
  gboolean (*open_record)  (MokedPage  *self,
                            const char *entity,
                            const char *id);
};

MokedUiContext  *moked_page_get_context      (MokedPage         *self);
const char      *moked_page_get_title        (MokedPage         *self);
void             moked_page_set_title        (MokedPage         *self,
                                              const char        *title);
void             moked_page_set_content      (MokedPage         *self,
                                              GtkWidget         *content);
void             moked_page_pack_start       (MokedPage         *self,
                                              GtkWidget         *widget);
void             moked_page_pack_end         (MokedPage         *self,
                                              GtkWidget         *widget);
void             moked_page_add_top_bar      (MokedPage         *self,
                                              GtkWidget         *bar);
void             moked_page_set_title_widget (MokedPage         *self,
                                              GtkWidget         *widget);
void             moked_page_set_search_entry (MokedPage         *self,
                                              GtkWidget         *entry);
AdwNavigationPage *moked_page_get_record     (MokedPage         *self);
void             moked_page_set_record       (MokedPage         *self,
                                              AdwNavigationPage *record);
gboolean         moked_page_get_show_record  (MokedPage         *self);
void             moked_page_set_show_record  (MokedPage         *self,
                                              gboolean           show_record);
gboolean         moked_page_get_split        (MokedPage         *self);
void             moked_page_set_split        (MokedPage         *self,
                                              gboolean           split);
MokedPageLayout  moked_page_get_layout       (MokedPage         *self);
void             moked_page_set_layout       (MokedPage         *self,
                                              MokedPageLayout    layout);

void             moked_page_focus_content    (MokedPage         *self);
void             moked_page_focus_search     (MokedPage         *self);
gboolean         moked_page_can_create_new   (MokedPage         *self);
void             moked_page_create_new       (MokedPage         *self);
gboolean         moked_page_step             (MokedPage         *self,
                                              int                direction);
gboolean         moked_page_open_record      (MokedPage         *self,
                                              const char        *entity,
                                              const char        *id);

G_END_DECLS
