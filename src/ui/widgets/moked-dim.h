/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void moked_dim_get_color (GtkWidget *widget,
                          GdkRGBA   *out_color);

G_END_DECLS
