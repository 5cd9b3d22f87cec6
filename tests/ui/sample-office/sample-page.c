/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-page.h"

#include "../../store/sample-entity.h"
#include "base/moked-ulid.h"
#include "store/moked-entity-store.h"
#include "ui/widgets/moked-state-page.h"

/* A list of titles, and one of them as the record. */
struct _SamplePage
{
  MokedPage       parent_instance;
  GtkWidget      *entry;
  MokedStatePage *state;
  GtkListBox     *list;
  GtkLabel       *title;
  char           *wanted;
};

G_DEFINE_FINAL_TYPE (SamplePage, sample_page, MOKED_TYPE_PAGE)

static DexFuture *
list_in_session (MokedSession *session,
                 gpointer      user_data)
{
  GError *error = NULL;
  GPtrArray *samples = moked_entity_store_list (session, &sample_info, &error,
                                                "WHERE business_id = $1 AND deleted_at IS NULL ORDER BY title", "");

  return samples != NULL ? dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, samples) : dex_future_new_for_error (error);
}

static GtkListBoxRow *
find_row (SamplePage *self,
          const char *id)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "id"), id) == 0)
      return row;
  return NULL;
}

static GtkWidget *
create_row (Sample *sample)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = gtk_label_new (sample->title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, sample->title, -1);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (moked_entity_get_id (sample)), g_free);
  g_object_set_data_full (G_OBJECT (row), "title", g_strdup (sample->title), g_free);
  return row;
}

static void
show_row (SamplePage    *self,
          GtkListBoxRow *row)
{
  gtk_list_box_select_row (self->list, row);
  gtk_label_set_text (self->title, g_object_get_data (G_OBJECT (row), "title"));
  moked_ui_context_set_current (moked_page_get_context (MOKED_PAGE (self)), "sample",
                                g_object_get_data (G_OBJECT (row), "id"));
  moked_page_set_show_record (MOKED_PAGE (self), TRUE);
}

static DexFuture *
on_listed (DexFuture *future,
           gpointer   user_data)
{
  SamplePage *self = SAMPLE_PAGE (user_data);
  GPtrArray *samples = g_value_get_boxed (dex_future_get_value (future, NULL));

  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < samples->len; i++)
    gtk_list_box_append (self->list, create_row (g_ptr_array_index (samples, i)));
  if (samples->len > 0)
    moked_state_page_show_content (self->state);
  else
    moked_state_page_show_empty (self->state, "outbox-symbolic", "אין דוגמאות", "כאן יופיעו הדוגמאות", NULL);
  if (self->wanted != NULL && find_row (self, self->wanted) != NULL)
    show_row (self, find_row (self, self->wanted));
  return NULL;
}

static void
reload (SamplePage *self)
{
  MokedCache *cache = moked_ui_context_get_cache (moked_page_get_context (MOKED_PAGE (self)));

  dex_future_disown (dex_future_then (moked_cache_read (cache, list_in_session, NULL, NULL), on_listed,
                                      g_object_ref (self), g_object_unref));
}

static gboolean
sample_page_open_record (MokedPage  *page,
                         const char *entity,
                         const char *id)
{
  SamplePage *self = SAMPLE_PAGE (page);
  GtkListBoxRow *row = find_row (self, id);

  /* The list may still be on its way. */
  g_set_str (&self->wanted, id);
  if (row != NULL)
    show_row (self, row);
  return TRUE;
}

static gboolean
sample_page_step (MokedPage *page,
                  int        direction)
{
  SamplePage *self = SAMPLE_PAGE (page);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) + direction : 0;

  row = gtk_list_box_get_row_at_index (self->list, index);
  if (row != NULL)
    show_row (self, row);
  return row != NULL;
}

static void
sample_page_create_new (MokedPage *page)
{
  MokedUiContext *context = moked_page_get_context (page);
  MokedEdit *edit = moked_edit_new ("דוגמה חדשה");
  g_autofree char *id = moked_ulid_new (moked_ui_context_get_clock (context));
  g_autoptr (Sample) sample = sample_new (id, "דוגמה חדשה");

  moked_edit_save (edit, sample);
  moked_ui_context_commit (context, edit, "הדוגמה לא נשמרה");
}

static void
sample_page_finalize (GObject *object)
{
  g_free (SAMPLE_PAGE (object)->wanted);
  G_OBJECT_CLASS (sample_page_parent_class)->finalize (object);
}

static void
sample_page_class_init (SamplePageClass *klass)
{
  MokedPageClass *page_class = MOKED_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sample_page_finalize;
  page_class->open_record = sample_page_open_record;
  page_class->step = sample_page_step;
  page_class->create_new = sample_page_create_new;
}

static AdwNavigationPage *
create_record (SamplePage *self)
{
  GtkWidget *view = adw_toolbar_view_new ();

  self->title = GTK_LABEL (gtk_label_new ("לא נבחרה דוגמה"));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (self->title));
  return adw_navigation_page_new (view, "דוגמה");
}

static void
sample_page_init (SamplePage *self)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *window = gtk_scrolled_window_new ();

  self->entry = gtk_search_entry_new ();
  gtk_search_entry_set_placeholder_text (GTK_SEARCH_ENTRY (self->entry), "חיפוש בדוגמאות");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, "חיפוש בדוגמאות", -1);
  moked_page_add_top_bar (MOKED_PAGE (self), self->entry);
  moked_page_set_search_entry (MOKED_PAGE (self), self->entry);

  self->list = GTK_LIST_BOX (list);
  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), list);
  self->state = MOKED_STATE_PAGE (moked_state_page_new (window));
  moked_state_page_show_loading (self->state);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (show_row), self);
  moked_page_set_content (MOKED_PAGE (self), GTK_WIDGET (self->state));
  moked_page_set_record (MOKED_PAGE (self), create_record (self));
}

GtkWidget *
sample_page_new (MokedUiContext *context)
{
  SamplePage *self = g_object_new (SAMPLE_TYPE_PAGE, "context", context, "title", "דוגמאות", NULL);

  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (reload), self,
                           G_CONNECT_SWAPPED);
  reload (self);
  return GTK_WIDGET (self);
}
