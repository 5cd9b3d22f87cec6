/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-help-overlay.h"
#include "ui/moked-ui-feature.h"

/* Made when it is asked for. GTK would build a gtk/help-overlay.ui with every window, before the first
 * frame. GTK 4.18 calls these widgets deprecated; what takes their place is newer than libadwaita 1.7. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

typedef struct
{
  const char *title;
  const char *accel;
} Shortcut;

static const Shortcut page_shortcuts[] = {
  { N_("Find on the page"), "<Ctrl>f" },
  { N_("Create what the page is about"), "<Ctrl>n" },
  { N_("Previous record"), "<Alt>Up" },
  { N_("Next record"), "<Alt>Down" },
  { N_("Undo"), "<Ctrl>z" },
  { NULL }
};

static const Shortcut general_shortcuts[] = {
  { N_("Quick search"), "<Ctrl>k" },
  { N_("Show or hide the sidebar"), "F9" },
  { N_("Main menu"), "F10" },
  { N_("Sync now"), "<Ctrl>r" },
  { N_("Preferences"), "<Ctrl>comma" },
  { N_("Keyboard shortcuts"), "F1" },
  { N_("Close the window"), "<Ctrl>w" },
  { N_("Quit"), "<Ctrl>q" },
  { NULL }
};

static GtkShortcutsGroup *
add_group (GtkShortcutsSection *section,
           const char          *title)
{
  GtkShortcutsGroup *group = g_object_new (GTK_TYPE_SHORTCUTS_GROUP, "title", title, NULL);

  gtk_shortcuts_section_add_group (section, group);
  return group;
}

static void
add_shortcut (GtkShortcutsGroup *group,
              const char        *title,
              const char        *accel)
{
  GtkShortcutsShortcut *shortcut = g_object_new (GTK_TYPE_SHORTCUTS_SHORTCUT,
                                                 "title", title,
                                                 "accelerator", accel,
                                                 NULL);

  gtk_shortcuts_group_add_shortcut (group, shortcut);
}

static void
add_table (GtkShortcutsSection *section,
           const char          *title,
           const Shortcut      *shortcuts)
{
  GtkShortcutsGroup *group = add_group (section, title);

  for (; shortcuts->title != NULL; shortcuts++)
    add_shortcut (group, _ (shortcuts->title), shortcuts->accel);
}

static void
add_pages (GtkShortcutsSection *section)
{
  g_autoptr (GPtrArray) pages = moked_ui_features_list_pages ();
  GtkShortcutsGroup *group = add_group (section, _("Pages"));

  for (guint i = 0; i < MIN (pages->len, 9); i++)
    {
      const MokedUiFeature *feature = g_ptr_array_index (pages, i);
      g_autofree char *accel = g_strdup_printf ("<Ctrl>%u", i + 1);

      add_shortcut (group, _ (feature->title), accel);
    }
}

static void
add_actions (GtkShortcutsSection *section)
{
  GtkShortcutsGroup *group = NULL;

  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    for (const MokedUiAction *action = (*i)->actions; action != NULL && action->name != NULL; action++)
      if (action->accel != NULL)
        {
          g_autofree char *title = moked_ui_dup_plain_label (_ (action->label));

          if (group == NULL)
            group = add_group (section, _("Actions"));
          add_shortcut (group, title, action->accel);
        }
}

/**
 * moked_help_overlay_new:
 *
 * Returns: (transfer none): a window with all shortcuts, those of the features included
 */
GtkWidget *
moked_help_overlay_new (void)
{
  GtkWidget *window = g_object_new (GTK_TYPE_SHORTCUTS_WINDOW, "modal", TRUE, "destroy-with-parent", TRUE, NULL);
  GtkShortcutsSection *section = g_object_new (GTK_TYPE_SHORTCUTS_SECTION, "section-name", "shortcuts",
                                               "max-height", 12, NULL);

  add_pages (section);
  add_table (section, _("On a Page"), page_shortcuts);
  add_actions (section);
  add_table (section, _("General"), general_shortcuts);
  gtk_shortcuts_window_add_section (GTK_SHORTCUTS_WINDOW (window), section);
  return window;
}

G_GNUC_END_IGNORE_DEPRECATIONS
