/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer-list.h"

#include "bench-office.h"

/* The peer: GTK's own way, a GListStore of objects with GtkFilterListModel and GtkSortListModel, with the
 * same columns and the same kind of cells. */

#define PEER_TYPE_PERSON (peer_person_get_type ())
G_DECLARE_FINAL_TYPE (PeerPerson, peer_person, PEER, PERSON, GObject)

struct _PeerPerson
{
  GObject parent_instance;
  char   *texts[6];
};

G_DEFINE_FINAL_TYPE (PeerPerson, peer_person, G_TYPE_OBJECT)

static void
peer_person_finalize (GObject *object)
{
  PeerPerson *self = PEER_PERSON (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_free (self->texts[i]);
  G_OBJECT_CLASS (peer_person_parent_class)->finalize (object);
}

static void
peer_person_class_init (PeerPersonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peer_person_finalize;
}

static void
peer_person_init (PeerPerson *self)
{
}

static PeerPerson *
make_person (guint number)
{
  PeerPerson *self = g_object_new (PEER_TYPE_PERSON, NULL);

  self->texts[0] = bench_office_name (number);
  self->texts[1] = bench_office_phone (number);
  self->texts[2] = g_strdup (bench_office_city (number));
  self->texts[3] = g_strdup ("פעיל");
  self->texts[4] = g_strdup ("קונה · חם");
  self->texts[5] = g_strdup_printf ("לפני %u ימים", number % 7 + 2);
  return self;
}

static void
set_up_cell (GtkSignalListItemFactory *factory,
             GtkColumnViewCell        *cell,
             gpointer                  column)
{
  GtkWidget *inscription = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (inscription), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_column_view_cell_set_child (cell, inscription);
}

static void
bind_cell (GtkSignalListItemFactory *factory,
           GtkColumnViewCell        *cell,
           gpointer                  column)
{
  PeerPerson *person = gtk_column_view_cell_get_item (cell);

  gtk_inscription_set_text (GTK_INSCRIPTION (gtk_column_view_cell_get_child (cell)),
                            person->texts[GPOINTER_TO_UINT (column)]);
}

static char *
dup_text (PeerPerson *person,
          gpointer    column)
{
  return g_strdup (person->texts[GPOINTER_TO_UINT (column)]);
}

static GtkSorter *
new_sorter (guint column)
{
  GtkExpression *text = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (dup_text),
                                                     GUINT_TO_POINTER (column), NULL);

  return GTK_SORTER (gtk_string_sorter_new (text));
}

static gboolean
has_name (gpointer person,
          gpointer needle)
{
  return strstr (PEER_PERSON (person)->texts[0], needle) != NULL;
}

static GListModel *
new_people (guint n_rows)
{
  GListStore *store = g_list_store_new (PEER_TYPE_PERSON);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_rows; i++)
    g_ptr_array_add (people, make_person (i));
  g_list_store_splice (store, 0, 0, people->pdata, people->len);
  return G_LIST_MODEL (store);
}

void
peer_list_init (PeerList *self,
                guint     n_rows)
{
  static const char *const titles[] = { "שם", "טלפון", "עיר", "מצב", "תגיות", "פעילות אחרונה" };
  static const int widths[] = { 220, 140, 130, 110, 0, 140 };
  GtkWidget *table;

  self->of_name = GTK_FILTER (gtk_custom_filter_new (has_name, (gpointer) "כהן", NULL));
  self->by_name = new_sorter (0);
  self->by_city = new_sorter (2);
  self->filtered = gtk_filter_list_model_new (new_people (n_rows), NULL);
  self->sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->filtered)), g_object_ref (self->by_name));
  table = gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->sorted)))));
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (titles[i], factory);

      g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), GUINT_TO_POINTER (i));
      gtk_column_view_column_set_fixed_width (column, widths[i] > 0 ? widths[i] : -1);
      gtk_column_view_column_set_expand (column, widths[i] == 0);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (table), column);
    }
  self->window = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->window), table);
}
