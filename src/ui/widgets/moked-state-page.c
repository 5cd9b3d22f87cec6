/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-error-text.h"
#include "ui/widgets/moked-state-page.h"

/* What is there sooner than this is shown without a spinner that only flickers. */
#define SPINNER_DELAY_MSEC 250

/* Stands where data will stand: the data, a spinner, why there is none, or what went wrong. */
struct _MokedStatePage
{
  AdwBin         parent_instance;
  guint          delay;
  GtkStack      *stack;
  AdwBin        *content;
  AdwBin        *loading;
  AdwStatusPage *status;
};

enum
{
  PROP_0,
  PROP_CONTENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MokedStatePage, moked_state_page, ADW_TYPE_BIN)

static void
show_child (MokedStatePage *self,
            const char     *name)
{
  g_clear_handle_id (&self->delay, g_source_remove);
  adw_bin_set_child (self->loading, NULL);
  gtk_stack_set_visible_child_name (self->stack, name);
}

static gboolean
on_delay_ended (gpointer user_data)
{
  MokedStatePage *self = MOKED_STATE_PAGE (user_data);
  GtkWidget *spinner = adw_spinner_new ();

  self->delay = 0;
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (spinner, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Loading"), -1);
  adw_bin_set_child (self->loading, spinner);
  return G_SOURCE_REMOVE;
}

static void
moked_state_page_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_CONTENT:
      g_value_set_object (value, adw_bin_get_child (MOKED_STATE_PAGE (object)->content));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_state_page_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_CONTENT:
      moked_state_page_set_content (MOKED_STATE_PAGE (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_state_page_dispose (GObject *object)
{
  MokedStatePage *self = MOKED_STATE_PAGE (object);

  g_clear_handle_id (&self->delay, g_source_remove);
  adw_bin_set_child (ADW_BIN (object), NULL); /* AdwBin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_STATE_PAGE);
  G_OBJECT_CLASS (moked_state_page_parent_class)->dispose (object);
}

static void
moked_state_page_class_init (MokedStatePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = moked_state_page_get_property;
  object_class->set_property = moked_state_page_set_property;
  object_class->dispose = moked_state_page_dispose;
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-state-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedStatePage, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedStatePage, content);
  gtk_widget_class_bind_template_child (widget_class, MokedStatePage, loading);
  gtk_widget_class_bind_template_child (widget_class, MokedStatePage, status);
}

static void
moked_state_page_init (MokedStatePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_state_page_new:
 * @content: (transfer floating) (nullable): what shows the data
 *
 * Returns: (transfer floating): a widget that shows @content until told otherwise
 */
GtkWidget *
moked_state_page_new (GtkWidget *content)
{
  return g_object_new (MOKED_TYPE_STATE_PAGE, "content", content, NULL);
}

/**
 * moked_state_page_set_content:
 * @content: (transfer floating) (nullable): what shows the data
 */
void
moked_state_page_set_content (MokedStatePage *self,
                              GtkWidget      *content)
{
  g_return_if_fail (MOKED_IS_STATE_PAGE (self));

  adw_bin_set_child (self->content, content);
}

/**
 * moked_state_page_show_content:
 *
 * The data is there.
 */
void
moked_state_page_show_content (MokedStatePage *self)
{
  g_return_if_fail (MOKED_IS_STATE_PAGE (self));

  show_child (self, "content");
}

/**
 * moked_state_page_show_loading:
 *
 * The data is awaited: a spinner after a moment.
 */
void
moked_state_page_show_loading (MokedStatePage *self)
{
  g_return_if_fail (MOKED_IS_STATE_PAGE (self));

  show_child (self, "loading");
  self->delay = g_timeout_add (SPINNER_DELAY_MSEC, on_delay_ended, self);
}

/**
 * moked_state_page_show_empty:
 * @icon_name: symbolic icon
 * @title: that there is nothing
 * @description: (nullable): why, or what to do
 * @action: (transfer floating) (nullable): a button that does it
 */
void
moked_state_page_show_empty (MokedStatePage *self,
                             const char     *icon_name,
                             const char     *title,
                             const char     *description,
                             GtkWidget      *action)
{
  g_return_if_fail (MOKED_IS_STATE_PAGE (self));

  adw_status_page_set_icon_name (self->status, icon_name);
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, description);
  adw_status_page_set_child (self->status, action);
  show_child (self, "status");
}

/**
 * moked_state_page_show_error:
 * @what: what could not be shown, such as "The customers could not be read"
 * @error: why
 */
void
moked_state_page_show_error (MokedStatePage *self,
                             const char     *what,
                             const GError   *error)
{
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  g_return_if_fail (MOKED_IS_STATE_PAGE (self));

  text = moked_error_text_dup (error);
  markup = g_markup_escape_text (text, -1);
  moked_state_page_show_empty (self, "dialog-warning-symbolic", what, markup, NULL);
}
