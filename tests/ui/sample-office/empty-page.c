/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "empty-page.h"

/* A page with nothing on it that can do nothing. */
struct _EmptyPage
{
  MokedPage parent_instance;
};

G_DEFINE_FINAL_TYPE (EmptyPage, empty_page, MOKED_TYPE_PAGE)

static void
empty_page_class_init (EmptyPageClass *klass)
{
}

static void
empty_page_init (EmptyPage *self)
{
  GtkWidget *status = adw_status_page_new ();

  adw_status_page_set_title (ADW_STATUS_PAGE (status), "הכול טופל");
  moked_page_set_content (MOKED_PAGE (self), status);
}

GtkWidget *
empty_page_new (MokedUiContext *context)
{
  return g_object_new (EMPTY_TYPE_PAGE, "context", context, "title", "היום", NULL);
}
