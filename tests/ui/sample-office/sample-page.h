/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-page.h"

G_BEGIN_DECLS

#define SAMPLE_TYPE_PAGE (sample_page_get_type ())
G_DECLARE_FINAL_TYPE (SamplePage, sample_page, SAMPLE, PAGE, MokedPage)

GtkWidget *sample_page_new (MokedUiContext *context);

G_END_DECLS
