/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-sidebar-row.h"
#include "ui/moked-sidebar.h"

/* The features' pages, the state of the world and who works here. */
struct _MokedSidebar
{
  AdwNavigationPage parent_instance;
  MokedUiContext   *context;
  GtkListBox       *list;
  GtkWidget        *status_button;
  GtkImage         *status_icon;
  GtkLabel         *status_text;
  GtkWidget        *user_box;
  AdwAvatar        *user_avatar;
  GtkLabel         *user_name;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedSidebar, moked_sidebar, ADW_TYPE_NAVIGATION_PAGE)

static void
on_row_activated (MokedSidebar    *self,
                  MokedSidebarRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, (gpointer) moked_sidebar_row_get_feature (row));
}

static void
add_rows (MokedSidebar *self)
{
  g_autoptr (GPtrArray) pages = moked_ui_features_list_pages ();

  for (guint i = 0; i < pages->len; i++)
    gtk_list_box_append (self->list, moked_sidebar_row_new (g_ptr_array_index (pages, i), i + 1));
}

static DexFuture *
on_counted (DexFuture *future,
            gpointer   user_data)
{
  MokedSidebarRow *row = MOKED_SIDEBAR_ROW (user_data);
  const GValue *value = dex_future_get_value (future, NULL);

  if (G_VALUE_HOLDS_INT64 (value))
    moked_sidebar_row_set_count (row, g_value_get_int64 (value));
  return NULL;
}

static void
count_row (MokedSidebar    *self,
           MokedSidebarRow *row)
{
  const MokedUiFeature *feature = moked_sidebar_row_get_feature (row);
  MokedCache *cache = moked_ui_context_get_cache (self->context);

  /* A count that fails stays as it was: the page itself will say what is wrong. */
  if (feature->count != NULL)
    dex_future_disown (dex_future_then (moked_cache_read (cache, feature->count, NULL, NULL),
                                        on_counted, g_object_ref (row), g_object_unref));
}

static gboolean
is_about (const char *const *mine,
          const char *const *changed)
{
  for (; mine != NULL && *mine != NULL; mine++)
    if (changed == NULL || g_strv_contains (changed, *mine))
      return TRUE;
  return FALSE;
}

static void
on_cache_changed (MokedSidebar      *self,
                  const char *const *entities)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (is_about (moked_sidebar_row_get_feature (MOKED_SIDEBAR_ROW (row))->count_entities, entities))
      count_row (self, MOKED_SIDEBAR_ROW (row));
}

static void
on_user_changed (MokedSidebar *self)
{
  const char *name = moked_ui_context_get_user_name (self->context);

  gtk_widget_set_visible (self->user_box, name != NULL);
  adw_avatar_set_text (self->user_avatar, name);
  gtk_label_set_text (self->user_name, name != NULL ? name : "");
}

static void
moked_sidebar_dispose (GObject *object)
{
  MokedSidebar *self = MOKED_SIDEBAR (object);

  g_clear_object (&self->context);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (object), NULL); /* the parent must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_SIDEBAR);
  G_OBJECT_CLASS (moked_sidebar_parent_class)->dispose (object);
}

static void
moked_sidebar_class_init (MokedSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_sidebar_dispose;

  /**
   * MokedSidebar::chosen:
   * @feature: a #MokedUiFeature
   *
   * A person wants to see its page.
   */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, status_button);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, status_icon);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, status_text);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, user_box);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, user_avatar);
  gtk_widget_class_bind_template_child (widget_class, MokedSidebar, user_name);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
moked_sidebar_init (MokedSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_rows (self);
}

/**
 * moked_sidebar_set_context:
 * @context: for the counts beside the pages and the user's name
 * @status: for the line at the foot
 *
 * To be called once.
 */
void
moked_sidebar_set_context (MokedSidebar    *self,
                           MokedUiContext  *context,
                           MokedSyncStatus *status)
{
  g_return_if_fail (MOKED_IS_SIDEBAR (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  g_object_bind_property (status, "text", self->status_text, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (status, "icon-name", self->status_icon, "icon-name", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed",
                           G_CALLBACK (on_cache_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (context, "notify::user-name", G_CALLBACK (on_user_changed), self, G_CONNECT_SWAPPED);
  on_user_changed (self);
}

/**
 * moked_sidebar_count:
 *
 * Counts what waits on each page, now that the cache is open.
 */
void
moked_sidebar_count (MokedSidebar *self)
{
  g_return_if_fail (MOKED_IS_SIDEBAR (self));

  on_cache_changed (self, NULL);
}

/**
 * moked_sidebar_get_nth:
 * @index: from 0
 *
 * Returns: (transfer none) (nullable): the feature in that place
 */
const MokedUiFeature *
moked_sidebar_get_nth (MokedSidebar *self,
                       guint         index)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (MOKED_IS_SIDEBAR (self), NULL);

  row = gtk_list_box_get_row_at_index (self->list, index);
  return row != NULL ? moked_sidebar_row_get_feature (MOKED_SIDEBAR_ROW (row)) : NULL;
}

/**
 * moked_sidebar_select:
 * @feature: whose page is shown
 */
void
moked_sidebar_select (MokedSidebar         *self,
                      const MokedUiFeature *feature)
{
  GtkListBoxRow *row;

  g_return_if_fail (MOKED_IS_SIDEBAR (self));

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (moked_sidebar_row_get_feature (MOKED_SIDEBAR_ROW (row)) == feature)
      gtk_list_box_select_row (self->list, row);
}

/**
 * moked_sidebar_focus:
 *
 * Moves the keyboard to the page that is shown.
 */
void
moked_sidebar_focus (MokedSidebar *self)
{
  GtkListBoxRow *row;

  g_return_if_fail (MOKED_IS_SIDEBAR (self));

  row = gtk_list_box_get_selected_row (self->list);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}
