/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_INITIALS (moked_initials_get_type ())
G_DECLARE_FINAL_TYPE (MokedInitials, moked_initials, MOKED, INITIALS, GtkWidget)

GtkWidget *moked_initials_new      (void);
void       moked_initials_set_name (MokedInitials *self,
                                    const char    *name);

G_END_DECLS
