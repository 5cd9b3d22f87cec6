/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <libdex.h>

#include "app/moked-application.h"
#include "app/moked-memory.h"
#include "app/moked-rendering.h"
#include "base/moked-locale.h"
#include "data/moked-icons.h"
#include "ui/moked-ui-resources.h"

/* GSettings itself would abort with a dump where the schema is not installed. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, MOKED_APP_ID, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GSettings) settings = NULL;
  g_autofree char *language = NULL;
  g_autoptr (MokedApplication) application = NULL;

  moked_memory_init ();
  settings = open_settings ();
  if (settings == NULL)
    {
      g_printerr ("moked: its settings are not installed (%s.gschema.xml)\n", MOKED_APP_ID);
      return EXIT_FAILURE;
    }
  language = g_settings_get_string (settings, "language");
  moked_locale_init (language);
  moked_rendering_init ();

  dex_init ();
  g_resources_register (moked_ui_get_resource ());
  g_resources_register (moked_icons_get_resource ());
  application = moked_application_new (settings);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
