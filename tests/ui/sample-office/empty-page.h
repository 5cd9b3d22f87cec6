/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

#define EMPTY_TYPE_PAGE (empty_page_get_type ())
G_DECLARE_FINAL_TYPE (EmptyPage, empty_page, EMPTY, PAGE, MokedPage)

GtkWidget *empty_page_new (MokedUiContext *context);

G_END_DECLS
