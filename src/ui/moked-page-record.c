/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-page-private.h"

/* The record of a page: beside the list where there is room and the page wants it, over it elsewhere. */

/* Beside its list, a record has no "back": the one that AdwHeaderBar would show leads from both panes to
 * the sidebar. */
static void
set_show_back_button (GtkWidget *widget,
                      gboolean   show)
{
  if (ADW_IS_HEADER_BAR (widget))
    {
      adw_header_bar_set_show_back_button (ADW_HEADER_BAR (widget), show);
      return;
    }
  for (GtkWidget *i = gtk_widget_get_first_child (widget); i != NULL; i = gtk_widget_get_next_sibling (i))
    set_show_back_button (i, show);
}

static void
update_split (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_private (self);
  AdwNavigationPage *record = adw_navigation_split_view_get_content (priv->split_view);
  gboolean beside = priv->split && priv->layout != MOKED_PAGE_LAYOUT_NARROW && record != NULL;

  if (record != NULL)
    set_show_back_button (GTK_WIDGET (record), !beside);
  adw_navigation_split_view_set_collapsed (priv->split_view, !beside);
}

/**
 * moked_page_get_record:
 *
 * Returns: (transfer none) (nullable): the record's pane
 */
AdwNavigationPage *
moked_page_get_record (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_val_if_fail (MOKED_IS_PAGE (self), NULL);

  return adw_navigation_split_view_get_content (priv->split_view);
}

/**
 * moked_page_set_record:
 * @record: (transfer floating) (nullable): the record's pane, with a header bar of its own
 *
 * Sets what stands beside the list, or over it where there is no room. A page that splits keeps one
 * here from the start, with an empty state in it. Its header bars get their "back" from here.
 */
void
moked_page_set_record (MokedPage         *self,
                       AdwNavigationPage *record)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));
  g_return_if_fail (record == NULL || ADW_IS_NAVIGATION_PAGE (record));

  if (record == NULL)
    adw_navigation_split_view_set_show_content (priv->split_view, FALSE);
  adw_navigation_split_view_set_content (priv->split_view, record);
  update_split (self);
  g_object_notify (G_OBJECT (self), "record");
}

/**
 * moked_page_get_show_record:
 *
 * Returns: whether the record is shown where only one of the two fits
 */
gboolean
moked_page_get_show_record (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_val_if_fail (MOKED_IS_PAGE (self), FALSE);

  return adw_navigation_split_view_get_show_content (priv->split_view);
}

/**
 * moked_page_set_show_record:
 * @show_record: whether the record is shown where only one of the two fits
 */
void
moked_page_set_show_record (MokedPage *self,
                            gboolean   show_record)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  if (!show_record || moked_page_get_record (self) != NULL)
    adw_navigation_split_view_set_show_content (priv->split_view, show_record);
}

/**
 * moked_page_get_split:
 *
 * Returns: whether list and record stand beside each other where there is room
 */
gboolean
moked_page_get_split (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_val_if_fail (MOKED_IS_PAGE (self), FALSE);

  return priv->split;
}

/**
 * moked_page_set_split:
 * @split: %FALSE for a list that takes all the width, such as a table with many columns; the record
 *   then covers it
 */
void
moked_page_set_split (MokedPage *self,
                      gboolean   split)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  if (priv->split == !!split)
    return;
  priv->split = !!split;
  update_split (self);
  g_object_notify (G_OBJECT (self), "split");
}

/**
 * moked_page_get_layout:
 *
 * Returns: how many panes the window has room for
 */
MokedPageLayout
moked_page_get_layout (MokedPage *self)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_val_if_fail (MOKED_IS_PAGE (self), MOKED_PAGE_LAYOUT_WIDE);

  return priv->layout;
}

/**
 * moked_page_set_layout:
 * @layout: how many panes the window has room for; the window says so
 */
void
moked_page_set_layout (MokedPage      *self,
                       MokedPageLayout layout)
{
  MokedPagePrivate *priv = moked_page_get_private (self);

  g_return_if_fail (MOKED_IS_PAGE (self));

  if (priv->layout == layout)
    return;
  priv->layout = layout;
  update_split (self);
  g_object_notify (G_OBJECT (self), "layout");
}
