/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

#define MOKED_TYPE_MESSAGES_PAGE (moked_messages_page_get_type ())
G_DECLARE_FINAL_TYPE (MokedMessagesPage, moked_messages_page, MOKED, MESSAGES_PAGE, MokedPage)

GtkWidget *moked_messages_page_new (MokedUiContext *context);

G_END_DECLS
