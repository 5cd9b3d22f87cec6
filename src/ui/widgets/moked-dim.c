/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/widgets/moked-dim.h"

#define DIM         0.55f
#define DIM_IN_HIGH 0.9f /* in high contrast */

/**
 * moked_dim_get_color:
 * @widget: what draws by itself
 * @out_color: (out caller-allocates): its text colour, as dim as the style class `dim-label`
 */
void
moked_dim_get_color (GtkWidget *widget,
                     GdkRGBA   *out_color)
{
  gboolean high = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());

  gtk_widget_get_color (widget, out_color);
  out_color->alpha *= high ? DIM_IN_HIGH : DIM;
}
