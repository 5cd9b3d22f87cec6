/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_PHONE_LABEL (moked_phone_label_get_type ())
G_DECLARE_FINAL_TYPE (MokedPhoneLabel, moked_phone_label, MOKED, PHONE_LABEL, AdwBin)

GtkWidget *moked_phone_label_new       (const char      *phone);
void       moked_phone_label_set_phone (MokedPhoneLabel *self,
                                        const char      *phone);
char      *moked_phone_dup_display     (const char      *phone);

G_END_DECLS
