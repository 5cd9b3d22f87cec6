/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-person-timeline.h"

#include <glib/gi18n-lib.h>

#include "base/moked-time.h"
#include "ui/moked-ui-feature.h"

#define PAGE_SIZE 50

/**
 * MokedPersonTimeline:
 *
 * Everything that happened with a person, whichever feature it comes from, the newest at the bottom and
 * under headers of days. It stays at the bottom when something arrives, unless somebody scrolled up.
 */
struct _MokedPersonTimeline
{
  AdwBin             parent_instance;
  MokedUiContext    *context;
  char              *customer_id;
  guint              limit;
  guint              generation;
  gboolean           at_bottom;
  guint              follow_source;
  GtkStack          *stack;
  GtkScrolledWindow *scroller;
  GtkWidget         *earlier_button;
  GtkListBox        *list;
};

typedef struct
{
  MokedPersonTimeline *timeline;
  char                *customer_id;
  guint                limit;
  guint                generation;
} Load;

G_DEFINE_FINAL_TYPE (MokedPersonTimeline, moked_person_timeline, ADW_TYPE_BIN)

static void
load_free (Load *load)
{
  g_object_unref (load->timeline);
  g_free (load->customer_id);
  g_free (load);
}

/* A row is called what stands in it. */
static void
append_row (MokedPersonTimeline *self,
            GtkWidget           *child,
            gboolean             focusable)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), child);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, focusable);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY, child, NULL, -1);
  gtk_list_box_append (self->list, row);
}

static void
append_header (MokedPersonTimeline *self,
               gint64               at)
{
  g_autofree char *day = moked_time_format_day_header (at, g_get_real_time ());
  GtkWidget *label = gtk_label_new (day);

  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "moked-day");
  gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
  append_row (self, label, FALSE);
}

static void
append_item (MokedPersonTimeline *self,
             MokedTimelineItem   *item)
{
  append_row (self, moked_timeline_item_get_part (item)->create_widget (self->context, item), TRUE);
}

static gboolean
is_same_day (gint64 a,
             gint64 b)
{
  g_autoptr (GDateTime) one = moked_time_to_local (a);
  g_autoptr (GDateTime) two = moked_time_to_local (b);

  return g_date_time_get_year (one) == g_date_time_get_year (two) &&
         g_date_time_get_day_of_year (one) == g_date_time_get_day_of_year (two);
}

static void
fill (MokedPersonTimeline *self,
      GPtrArray           *items,
      guint                first)
{
  gint64 before = 0;

  gtk_list_box_remove_all (self->list);
  for (guint i = first; i < items->len; i++)
    {
      gint64 at = moked_timeline_item_get_time (items->pdata[i]);

      if (i == first || !is_same_day (before, at))
        append_header (self, at);
      append_item (self, items->pdata[i]);
      before = at;
    }
}

/* One more than is shown says whether there is more. */
static GPtrArray *
list_items (Load *load)
{
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->person != NULL && (*i)->person->list != NULL)
      g_ptr_array_add (futures, (*i)->person->list (load->timeline->context, load->customer_id, G_MAXINT64,
                                                    load->limit + 1));
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) part = dex_await_boxed (dex_ref (futures->pdata[i]), &error);

      if (part == NULL)
        g_warning ("A part of the timeline was not read: %s", error->message);
      for (guint j = 0; part != NULL && j < part->len; j++)
        g_ptr_array_add (items, g_object_ref (part->pdata[j]));
    }
  g_ptr_array_sort (items, moked_timeline_item_compare);
  return items;
}

static DexFuture *
load_fiber (gpointer user_data)
{
  Load *load = user_data;
  MokedPersonTimeline *self = load->timeline;
  g_autoptr (GPtrArray) items = list_items (load);

  if (load->generation != self->generation || self->list == NULL)
    return NULL;
  gtk_widget_set_visible (self->earlier_button, items->len > load->limit);
  fill (self, items, items->len > load->limit ? items->len - load->limit : 0);
  gtk_stack_set_visible_child_name (self->stack, items->len > 0 ? "items" : "empty");
  return NULL;
}

static void
reload (MokedPersonTimeline *self)
{
  Load *load = g_new (Load, 1);

  *load = (Load) { g_object_ref (self), g_strdup (self->customer_id), self->limit, ++self->generation };
  dex_future_disown (dex_scheduler_spawn (NULL, 0, load_fiber, load, (GDestroyNotify) load_free));
}

static gboolean
concerns_timeline (const char *const *entities)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    for (const char *const *name = (*i)->person != NULL ? (*i)->person->entities : NULL; name != NULL && *name != NULL;
         name++)
      if (g_strv_contains (entities, *name))
        return TRUE;
  return FALSE;
}

static void
on_changed (MokedPersonTimeline *self,
            const char *const   *entities)
{
  if (self->customer_id != NULL && concerns_timeline (entities))
    reload (self);
}

static void
on_earlier (MokedPersonTimeline *self)
{
  self->limit += PAGE_SIZE;
  self->at_bottom = FALSE;
  reload (self);
}

static void
on_scrolled (GtkAdjustment       *adjustment,
             MokedPersonTimeline *self)
{
  self->at_bottom = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) + 40 >=
                    gtk_adjustment_get_upper (adjustment);
}

static gboolean
follow (gpointer user_data)
{
  MokedPersonTimeline *self = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->follow_source = 0;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

/* It is told while the viewport gives its child a place, when another value would change the number and
 * leave the child where it is. */
static void
on_resized (GtkAdjustment       *adjustment,
            MokedPersonTimeline *self)
{
  if (self->at_bottom && self->follow_source == 0)
    self->follow_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, follow, self, NULL);
}

static void
moked_person_timeline_dispose (GObject *object)
{
  MokedPersonTimeline *self = MOKED_PERSON_TIMELINE (object);

  g_clear_handle_id (&self->follow_source, g_source_remove);
  if (self->scroller != NULL)
    g_signal_handlers_disconnect_by_data (gtk_scrolled_window_get_vadjustment (self->scroller), self);
  adw_bin_set_child (ADW_BIN (object), NULL); /* AdwBin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_PERSON_TIMELINE);
  g_clear_object (&self->context);
  g_clear_pointer (&self->customer_id, g_free);
  G_OBJECT_CLASS (moked_person_timeline_parent_class)->dispose (object);
}

static void
moked_person_timeline_class_init (MokedPersonTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_person_timeline_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-person-timeline.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedPersonTimeline, stack);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonTimeline, scroller);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonTimeline, earlier_button);
  gtk_widget_class_bind_template_child (widget_class, MokedPersonTimeline, list);
  gtk_widget_class_bind_template_callback (widget_class, on_earlier);
}

static void
moked_person_timeline_init (MokedPersonTimeline *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect (adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
  g_signal_connect (adjustment, "changed", G_CALLBACK (on_resized), self);
}

/**
 * moked_person_timeline_set_context:
 * @context: of the window; set once
 */
void
moked_person_timeline_set_context (MokedPersonTimeline *self,
                                   MokedUiContext      *context)
{
  g_return_if_fail (MOKED_IS_PERSON_TIMELINE (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * moked_person_timeline_show:
 * @customer_id: whose timeline
 */
void
moked_person_timeline_show (MokedPersonTimeline *self,
                            const char          *customer_id)
{
  g_return_if_fail (MOKED_IS_PERSON_TIMELINE (self));

  g_set_str (&self->customer_id, customer_id);
  self->limit = PAGE_SIZE;
  self->at_bottom = TRUE;
  gtk_stack_set_visible_child_name (self->stack, "loading");
  reload (self);
}
