/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "app/moked-rendering.h"

/**
 * moked_rendering_init:
 *
 * Draws with cairo where there is no graphics card. GTK would draw with OpenGL in software there,
 * which loads a compiler, takes twice the memory and is no faster. What the user set in the
 * environment stays. To be called before GTK starts.
 */
void
moked_rendering_init (void)
{
  g_autoptr (GDir) cards = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (cards != NULL && (name = g_dir_read_name (cards)) != NULL)
    if (g_str_has_prefix (name, "render"))
      return;

  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_setenv ("GDK_DISABLE", "gl,vulkan", FALSE);
}
