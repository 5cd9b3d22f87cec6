/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-page-private.h"

/* A page of the sidebar: a list under a header bar and, if the page sets one, a record beside it or
 * over it, as the room allows. In Blueprint files children of type `start`, `end`, `title` and `top`
 * go to the header bar and under it. */
enum
{
  PROP_0,
  PROP_CONTEXT,
  PROP_TITLE,
  PROP_CONTENT,
  PROP_RECORD,
  PROP_SHOW_RECORD,
  PROP_SPLIT,
  PROP_LAYOUT,
  PROP_OFFLINE,
  PROP_QUESTION,
  PROP_SEARCH_ENTRY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_ENUM_TYPE (MokedPageLayout, moked_page_layout,
                    G_DEFINE_ENUM_VALUE (MOKED_PAGE_LAYOUT_NARROW, "narrow"),
                    G_DEFINE_ENUM_VALUE (MOKED_PAGE_LAYOUT_MEDIUM, "medium"),
                    G_DEFINE_ENUM_VALUE (MOKED_PAGE_LAYOUT_WIDE, "wide"))

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (MokedPage, moked_page, ADW_TYPE_BIN,
                                  G_ADD_PRIVATE (MokedPage)
                                  G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

MokedPagePrivate *
moked_page_get_private (MokedPage *self)
{
  return moked_page_get_instance_private (self);
}

static void
on_show_content (AdwNavigationSplitView *split_view,
                 GParamSpec             *pspec,
                 MokedPage              *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_RECORD]);
}

static void
moked_page_real_focus_search (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);
  GtkWidget *bar;

  if (priv->search_entry == NULL)
    return;

  bar = gtk_widget_get_ancestor (priv->search_entry, GTK_TYPE_SEARCH_BAR);
  if (bar != NULL)
    gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (bar), TRUE);
  if (adw_navigation_split_view_get_collapsed (priv->split_view))
    moked_page_set_show_record (self, FALSE);
  gtk_widget_grab_focus (priv->search_entry);
  gtk_editable_select_region (GTK_EDITABLE (priv->search_entry), 0, -1);
}

static void
moked_page_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  MokedPage *self = MOKED_PAGE (object);
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  switch (id)
    {
    case PROP_CONTEXT:
      g_value_set_object (value, priv->context);
      break;
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, adw_toolbar_view_get_content (priv->toolbar));
      break;
    case PROP_RECORD:
      g_value_set_object (value, moked_page_get_record (self));
      break;
    case PROP_SHOW_RECORD:
      g_value_set_boolean (value, moked_page_get_show_record (self));
      break;
    case PROP_SPLIT:
      g_value_set_boolean (value, priv->split);
      break;
    case PROP_LAYOUT:
      g_value_set_enum (value, priv->layout);
      break;
    case PROP_OFFLINE:
      g_value_set_boolean (value, priv->offline);
      break;
    case PROP_QUESTION:
      g_value_set_string (value, adw_banner_get_title (priv->questions));
      break;
    case PROP_SEARCH_ENTRY:
      g_value_set_object (value, priv->search_entry);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* The words stay while the banner goes. */
static void
set_question (AdwBanner  *banner,
              const char *text)
{
  if (text != NULL)
    adw_banner_set_title (banner, text);
  adw_banner_set_revealed (banner, text != NULL);
}

static void
moked_page_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  MokedPage *self = MOKED_PAGE (object);
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  switch (id)
    {
    case PROP_CONTEXT:
      priv->context = g_value_dup_object (value);
      break;
    case PROP_TITLE:
      moked_page_set_title (self, g_value_get_string (value));
      break;
    case PROP_CONTENT:
      moked_page_set_content (self, g_value_get_object (value));
      break;
    case PROP_RECORD:
      moked_page_set_record (self, g_value_get_object (value));
      break;
    case PROP_SHOW_RECORD:
      moked_page_set_show_record (self, g_value_get_boolean (value));
      break;
    case PROP_SPLIT:
      moked_page_set_split (self, g_value_get_boolean (value));
      break;
    case PROP_LAYOUT:
      moked_page_set_layout (self, g_value_get_enum (value));
      break;
    case PROP_OFFLINE:
      if (priv->offline != g_value_get_boolean (value))
        {
          priv->offline = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_QUESTION:
      set_question (priv->questions, g_value_get_string (value));
      break;
    case PROP_SEARCH_ENTRY:
      moked_page_set_search_entry (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_page_dispose (GObject *object)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (MOKED_PAGE (object));

  g_clear_weak_pointer (&priv->search_entry);
  adw_bin_set_child (ADW_BIN (object), NULL); /* AdwBin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_PAGE);
  G_OBJECT_CLASS (moked_page_parent_class)->dispose (object);
}

static void
moked_page_finalize (GObject *object)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (MOKED_PAGE (object));

  g_clear_object (&priv->context);
  g_free (priv->title);
  G_OBJECT_CLASS (moked_page_parent_class)->finalize (object);
}

static void
moked_page_add_child (GtkBuildable *buildable,
                      GtkBuilder   *builder,
                      GObject      *child,
                      const char   *type)
{
  MokedPage *self = MOKED_PAGE (buildable);

  if (g_strcmp0 (type, "start") == 0)
    moked_page_pack_start (self, GTK_WIDGET (child));
  else if (g_strcmp0 (type, "end") == 0)
    moked_page_pack_end (self, GTK_WIDGET (child));
  else if (g_strcmp0 (type, "title") == 0)
    moked_page_set_title_widget (self, GTK_WIDGET (child));
  else if (g_strcmp0 (type, "top") == 0)
    moked_page_add_top_bar (self, GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = moked_page_add_child;
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_CONTEXT] = g_param_spec_object ("context", NULL, NULL, MOKED_TYPE_UI_CONTEXT,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_RECORD] = g_param_spec_object ("record", NULL, NULL, ADW_TYPE_NAVIGATION_PAGE, flags);
  properties[PROP_SHOW_RECORD] = g_param_spec_boolean ("show-record", NULL, NULL, FALSE, flags);
  properties[PROP_SPLIT] = g_param_spec_boolean ("split", NULL, NULL, TRUE, flags);
  properties[PROP_LAYOUT] = g_param_spec_enum ("layout", NULL, NULL, MOKED_TYPE_PAGE_LAYOUT,
                                               MOKED_PAGE_LAYOUT_WIDE, flags);
  properties[PROP_OFFLINE] = g_param_spec_boolean ("offline", NULL, NULL, FALSE, flags);
  /**
   * MokedPage:question:
   *
   * What the banner says of actions that ask for an answer; %NULL for none.
   */
  properties[PROP_QUESTION] = g_param_spec_string ("question", NULL, NULL, NULL, flags);
  properties[PROP_SEARCH_ENTRY] = g_param_spec_object ("search-entry", NULL, NULL, GTK_TYPE_WIDGET, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
moked_page_class_init (MokedPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = moked_page_get_property;
  object_class->set_property = moked_page_set_property;
  object_class->dispose = moked_page_dispose;
  object_class->finalize = moked_page_finalize;
  klass->focus_search = moked_page_real_focus_search;
  install_properties (object_class);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-page.ui");
  gtk_widget_class_bind_template_child_private (widget_class, MokedPage, split_view);
  gtk_widget_class_bind_template_child_private (widget_class, MokedPage, list_page);
  gtk_widget_class_bind_template_child_private (widget_class, MokedPage, toolbar);
  gtk_widget_class_bind_template_child_private (widget_class, MokedPage, header);
  gtk_widget_class_bind_template_child_private (widget_class, MokedPage, questions);
  gtk_widget_class_bind_template_callback (widget_class, on_show_content);
}

static void
moked_page_init (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  priv->title = g_strdup ("");
  priv->split = TRUE;
  priv->layout = MOKED_PAGE_LAYOUT_WIDE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_page_get_context:
 *
 * Returns: (transfer none): what the window gives to its pages
 */
MokedUiContext *
moked_page_get_context (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_val_if_fail (MOKED_IS_PAGE (self), NULL);

  return priv->context;
}

/**
 * moked_page_get_title:
 *
 * Returns: (transfer none): the title in the header bar
 */
const char *
moked_page_get_title (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_val_if_fail (MOKED_IS_PAGE (self), NULL);

  return priv->title;
}

/**
 * moked_page_set_title:
 * @title: translated title in the header bar
 */
void
moked_page_set_title (MokedPage  *self,
                      const char *title)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  if (g_set_str (&priv->title, title != NULL ? title : ""))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/**
 * moked_page_set_content:
 * @content: (transfer floating) (nullable): what stands under the header bar, usually the list
 */
void
moked_page_set_content (MokedPage *self,
                        GtkWidget *content)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  adw_toolbar_view_set_content (priv->toolbar, content);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

/**
 * moked_page_pack_start:
 * @widget: (transfer floating): at the start of the header bar
 */
void
moked_page_pack_start (MokedPage *self,
                       GtkWidget *widget)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  adw_header_bar_pack_start (priv->header, widget);
}

/**
 * moked_page_pack_end:
 * @widget: (transfer floating): at the end of the header bar
 */
void
moked_page_pack_end (MokedPage *self,
                     GtkWidget *widget)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  adw_header_bar_pack_end (priv->header, widget);
}

/**
 * moked_page_add_top_bar:
 * @bar: (transfer floating): under the header bar, such as a search bar
 */
void
moked_page_add_top_bar (MokedPage *self,
                        GtkWidget *bar)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  adw_toolbar_view_add_top_bar (priv->toolbar, bar);
}

/**
 * moked_page_set_title_widget:
 * @widget: (transfer floating) (nullable): in the place of the title
 */
void
moked_page_set_title_widget (MokedPage *self,
                             GtkWidget *widget)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  adw_header_bar_set_title_widget (priv->header, widget);
}

/**
 * moked_page_set_search_entry:
 * @entry: (nullable): a `GtkEditable` of the page that Ctrl+F goes to
 */
void
moked_page_set_search_entry (MokedPage *self,
                             GtkWidget *entry)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));
  g_return_if_fail (entry == NULL || GTK_IS_EDITABLE (entry));

  if (g_set_weak_pointer (&priv->search_entry, entry))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH_ENTRY]);
}

/**
 * moked_page_focus_content:
 *
 * Moves the keyboard to what stands under the header bar, past its buttons.
 */
void
moked_page_focus_content (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_instance_private (self);
  GtkWidget *content;

  g_return_if_fail (MOKED_IS_PAGE (self));

  content = adw_toolbar_view_get_content (priv->toolbar);
  if (content != NULL)
    gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD);
}

/**
 * moked_page_focus_search:
 *
 * Ctrl+F.
 */
void
moked_page_focus_search (MokedPage *self)
{
  g_return_if_fail (MOKED_IS_PAGE (self));

  MOKED_PAGE_GET_CLASS (self)->focus_search (self);
}

/**
 * moked_page_can_create_new:
 *
 * Returns: whether Ctrl+N does something on this page
 */
gboolean
moked_page_can_create_new (MokedPage *self)
{
  g_return_val_if_fail (MOKED_IS_PAGE (self), FALSE);

  return MOKED_PAGE_GET_CLASS (self)->create_new != NULL;
}

/**
 * moked_page_create_new:
 *
 * Ctrl+N: makes what the page is about.
 */
void
moked_page_create_new (MokedPage *self)
{
  g_return_if_fail (MOKED_IS_PAGE (self));

  if (moked_page_can_create_new (self))
    MOKED_PAGE_GET_CLASS (self)->create_new (self);
}

/**
 * moked_page_step:
 * @direction: -1 for the record before the shown one in the list, 1 for the one after
 *
 * Returns: %FALSE when there was none
 */
gboolean
moked_page_step (MokedPage *self,
                 int        direction)
{
  g_return_val_if_fail (MOKED_IS_PAGE (self), FALSE);

  return MOKED_PAGE_GET_CLASS (self)->step != NULL &&
         MOKED_PAGE_GET_CLASS (self)->step (self, direction);
}

/**
 * moked_page_open_record:
 * @entity: what kind of record, one of those that the feature named
 * @id: which one
 *
 * Returns: %FALSE when the page cannot show it
 */
gboolean
moked_page_open_record (MokedPage  *self,
                        const char *entity,
                        const char *id)
{
  g_return_val_if_fail (MOKED_IS_PAGE (self), FALSE);

  return MOKED_PAGE_GET_CLASS (self)->open_record != NULL &&
         MOKED_PAGE_GET_CLASS (self)->open_record (self, entity, id);
}
