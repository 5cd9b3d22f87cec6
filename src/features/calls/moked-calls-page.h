/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CALLS_PAGE (moked_calls_page_get_type ())
G_DECLARE_FINAL_TYPE (MokedCallsPage, moked_calls_page, MOKED, CALLS_PAGE, MokedPage)

GtkWidget *moked_calls_page_new (MokedUiContext *context);

G_END_DECLS
