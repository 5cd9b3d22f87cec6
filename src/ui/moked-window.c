/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-window-private.h"
#include "ui/widgets/moked-menu-names.h"

G_DEFINE_FINAL_TYPE (MokedWindow, moked_window, ADW_TYPE_APPLICATION_WINDOW)

static MokedPageLayout
get_layout (MokedWindow *self)
{
  AdwBreakpoint *current = adw_application_window_get_current_breakpoint (ADW_APPLICATION_WINDOW (self));

  if (current == self->narrow)
    return MOKED_PAGE_LAYOUT_NARROW;
  return current == self->medium ? MOKED_PAGE_LAYOUT_MEDIUM : MOKED_PAGE_LAYOUT_WIDE;
}

/* A sidebar that was put away in a wide window comes back as a pane of its own with "back". */
static void
update_panes (MokedWindow *self)
{
  gboolean wide = get_layout (self) == MOKED_PAGE_LAYOUT_WIDE;
  gboolean sidebar = g_settings_get_boolean (moked_ui_context_get_settings (self->context), "sidebar-visible");

  if (wide && !sidebar)
    adw_navigation_split_view_set_show_content (self->split_view, TRUE);
  adw_navigation_split_view_set_collapsed (self->split_view, !wide || !sidebar);
}

static void
on_breakpoint (MokedWindow *self)
{
  MokedPage *page = moked_window_get_page (self);

  if (self->context == NULL)
    return;
  update_panes (self);
  if (page != NULL)
    moked_page_set_layout (page, get_layout (self));
}

static void
on_show_content (MokedWindow *self)
{
  if (self->context == NULL || adw_navigation_split_view_get_show_content (self->split_view))
    return;
  moked_sidebar_focus (self->sidebar);
  if (get_layout (self) == MOKED_PAGE_LAYOUT_WIDE)
    g_settings_set_boolean (moked_ui_context_get_settings (self->context), "sidebar-visible", TRUE);
}

static GtkWidget *
create_page (MokedWindow          *self,
             const MokedUiFeature *feature)
{
  GtkWidget *page = feature->create_page (self->context);

  moked_page_set_layout (MOKED_PAGE (page), get_layout (self));
  g_object_bind_property (self->status, "offline", page, "offline", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->status, "question", page, "question", G_BINDING_SYNC_CREATE);
  gtk_stack_add_named (self->stack, page, feature->name);
  return page;
}

static void
on_paired (MokedWindow *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);

  g_signal_handlers_disconnect_by_func (cache, on_paired, self);
  moked_sidebar_count (self->sidebar);
  moked_window_show_feature (self, self->wanted);
}

/* A new desktop has no office until the service told which: a moment with an embedded one. */
static void
wait_for_office (MokedWindow          *self,
                 const MokedUiFeature *feature)
{
  gboolean first = self->wanted == NULL;
  GtkWidget *view;
  GtkWidget *waiting;
  AdwSpinnerPaintable *spinner;

  self->wanted = feature;
  if (!first)
    return;
  waiting = adw_status_page_new ();
  spinner = adw_spinner_paintable_new (waiting);
  adw_status_page_set_paintable (ADW_STATUS_PAGE (waiting), GDK_PAINTABLE (spinner));
  g_object_unref (spinner);
  adw_status_page_set_title (ADW_STATUS_PAGE (waiting), _("Opening the Office"));
  view = adw_toolbar_view_new ();
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), waiting);
  gtk_stack_add_named (self->stack, view, "waiting");
  gtk_stack_set_visible_child (self->stack, view);
  g_signal_connect_object (moked_ui_context_get_cache (self->context), "notify::business", G_CALLBACK (on_paired), self,
                           G_CONNECT_SWAPPED);
}

/* Shows the page of @feature, which is made when it is first wanted. */
void
moked_window_show_feature (MokedWindow          *self,
                           const MokedUiFeature *feature)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, feature->name);

  if (moked_cache_get_business (moked_ui_context_get_cache (self->context)) == NULL)
    {
      wait_for_office (self, feature);
      return;
    }

  if (page == NULL)
    page = create_page (self, feature);
  moked_page_set_layout (MOKED_PAGE (page), get_layout (self));
  gtk_stack_set_visible_child (self->stack, page);
  adw_navigation_page_set_title (self->content, _ (feature->title));
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
  moked_sidebar_select (self->sidebar, feature);
  moked_window_update_actions (self);
  moked_page_focus_content (MOKED_PAGE (page));
}

static const MokedUiFeature *
find_feature_of (const char *entity)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->entities != NULL && g_strv_contains ((*i)->entities, entity))
      return *i;
  return NULL;
}

static gboolean
on_open (MokedWindow *self,
         const char  *entity,
         const char  *id)
{
  const MokedUiFeature *feature = find_feature_of (entity);

  if (feature == NULL)
    return FALSE;
  moked_window_show_feature (self, feature);
  return *id == '\0' || moked_page_open_record (moked_window_get_page (self), entity, id);
}

/* A dialog that has a place for toasts shows those of what is done in it. */
static AdwToastOverlay *
find_toasts (MokedWindow *self)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));
  GtkWidget *child = dialog != NULL ? adw_dialog_get_child (dialog) : NULL;

  return ADW_IS_TOAST_OVERLAY (child) ? ADW_TOAST_OVERLAY (child) : self->toasts;
}

static void
on_toast (MokedWindow *self,
          AdwToast    *toast)
{
  adw_toast_overlay_add_toast (find_toasts (self), g_object_ref (toast));
}

static void
on_card (MokedWindow *self,
         GtkWidget   *card)
{
  gtk_box_append (self->cards, card);
}

static void
on_event (MokedWindow *self,
          const char  *name,
          const char  *json)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->live_event != NULL)
      (*i)->live_event (self->context, name, json);
}

static void
on_service_changed (MokedWindow *self)
{
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_func (self->sync, on_event, self);
  if (g_set_object (&self->sync, moked_ui_context_get_sync (self->context)) && self->sync != NULL)
    g_signal_connect_object (self->sync, "event", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
}

static gboolean
start_features (gpointer user_data)
{
  MokedWindow *self = MOKED_WINDOW (user_data);

  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    {
      if ((*i)->arrivals != NULL)
        g_ptr_array_add (self->arrivals, moked_arrivals_new (self->context, (*i)->arrivals));
      if ((*i)->start != NULL)
        (*i)->start (self->context);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
moked_window_close_request (GtkWindow *window)
{
  GSettings *settings = moked_ui_context_get_settings (MOKED_WINDOW (window)->context);
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_int (settings, "window-width", MAX (width, 360));
  g_settings_set_int (settings, "window-height", MAX (height, 294));
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (window));
  return GTK_WINDOW_CLASS (moked_window_parent_class)->close_request (window);
}

static void
moked_window_dispose (GObject *object)
{
  MokedWindow *self = MOKED_WINDOW (object);

  if (self->shortcuts != NULL)
    gtk_window_destroy (GTK_WINDOW (self->shortcuts));
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_WINDOW);
  g_ptr_array_set_size (self->arrivals, 0);
  g_clear_object (&self->status);
  g_clear_object (&self->sync);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, medium);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, narrow);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, cards);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, content);
  gtk_widget_class_bind_template_child (widget_class, MokedWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, on_breakpoint);
  gtk_widget_class_bind_template_callback (widget_class, on_show_content);
  gtk_widget_class_bind_template_callback (widget_class, moked_window_show_feature);
}

static void
moked_window_finalize (GObject *object)
{
  g_ptr_array_unref (MOKED_WINDOW (object)->arrivals);
  G_OBJECT_CLASS (moked_window_parent_class)->finalize (object);
}

static void
moked_window_class_init (MokedWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = moked_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = moked_window_close_request;
  moked_menu_names_install ();

  g_type_ensure (MOKED_TYPE_SIDEBAR);
  bind_template (widget_class);
  moked_window_install_actions (widget_class);
}

static void
moked_window_init (MokedWindow *self)
{
  self->arrivals = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
follow_context (MokedWindow *self)
{
  GSettings *settings = moked_ui_context_get_settings (self->context);

  moked_ui_context_set_root (self->context, GTK_WIDGET (self));
  g_signal_connect_object (self->context, "open", G_CALLBACK (on_open), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "toast", G_CALLBACK (on_toast), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "card", G_CALLBACK (on_card), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "service-changed", G_CALLBACK (on_service_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::sidebar-visible", G_CALLBACK (update_panes), self, G_CONNECT_SWAPPED);
  on_service_changed (self);

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

/**
 * moked_window_new:
 * @application: whose window it is
 * @context: what its pages work with
 *
 * The one window of the program, without a page until [method@Window.show_first_page].
 *
 * Returns: (transfer floating): a window
 */
GtkWidget *
moked_window_new (GtkApplication *application,
                  MokedUiContext *context)
{
  MokedWindow *self = g_object_new (MOKED_TYPE_WINDOW, "application", application, NULL);

  self->context = g_object_ref (context);
  self->status = moked_sync_status_new (context);
  follow_context (self);
  moked_sidebar_set_context (self->sidebar, context, self->status);
  moked_window_add_features (self);
  update_panes (self);
  moked_window_update_actions (self);
  return GTK_WIDGET (self);
}

/**
 * moked_window_show_first_page:
 *
 * The cache is open: the pages can be made, and the first of the sidebar is.
 */
void
moked_window_show_first_page (MokedWindow *self)
{
  g_return_if_fail (MOKED_IS_WINDOW (self));

  moked_sidebar_count (self->sidebar);
  if (moked_sidebar_get_nth (self->sidebar, 0) != NULL)
    moked_window_show_feature (self, moked_sidebar_get_nth (self->sidebar, 0));
  g_idle_add_full (G_PRIORITY_LOW, start_features, g_object_ref (self), g_object_unref);
}

/**
 * moked_window_get_page:
 *
 * Returns: (transfer none) (nullable): the page that is shown
 */
MokedPage *
moked_window_get_page (MokedWindow *self)
{
  GtkWidget *page;

  g_return_val_if_fail (MOKED_IS_WINDOW (self), NULL);

  page = gtk_stack_get_visible_child (self->stack);
  return MOKED_IS_PAGE (page) ? MOKED_PAGE (page) : NULL;
}
