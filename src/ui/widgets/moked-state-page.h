/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_STATE_PAGE (moked_state_page_get_type ())
G_DECLARE_FINAL_TYPE (MokedStatePage, moked_state_page, MOKED, STATE_PAGE, AdwBin)

GtkWidget *moked_state_page_new          (GtkWidget      *content);
void       moked_state_page_set_content  (MokedStatePage *self,
                                          GtkWidget      *content);
void       moked_state_page_show_content (MokedStatePage *self);
void       moked_state_page_show_loading (MokedStatePage *self);
void       moked_state_page_show_empty   (MokedStatePage *self,
                                          const char     *icon_name,
                                          const char     *title,
                                          const char     *description,
                                          GtkWidget      *action);
void       moked_state_page_show_error   (MokedStatePage *self,
                                          const char     *what,
                                          const GError   *error);

G_END_DECLS
