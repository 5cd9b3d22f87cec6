/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "../frame-clock-meter.h"
#include "absence-meter.h"
#include "bench-office.h"
#include "features/customers/moked-customers-list.h"
#include "peer-list.h"
#include "ui/moked-list-page.h"
#include "ui/moked-list-table.h"
#include "ui/moked-ui-resources.h"

/* list-bench DIRECTORY ROWS PEER_ROWS FRAMES: the list of customers with ROWS rows, and GTK's own way with
 * PEER_ROWS, in the same window; one JSON object on standard output. The office is made in DIRECTORY once. */

typedef enum
{
  SCROLL,
  PAGE,
  JUMP,
} Motion;

static const char *const motion_names[] = { "scroll", "page", "jump" };

typedef struct
{
  GtkWidget       *window;
  FrameClockMeter *meter;
  GtkAdjustment   *adjustment;
  Motion           motion;
  guint            frames_left;
  GRand           *rand;
  guint            n_painted;
  yyjson_mut_doc  *doc;
} Bench;

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

static void
iterate_until (gboolean (*done) (gpointer data),
               gpointer data)
{
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
has_passed (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *) data;
}

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* Lets what was begun come to its end, so that it isn't counted with what follows. */
static void
rest (void)
{
  gint64 end = g_get_monotonic_time () + 400000;

  g_timeout_add (410, wake_up, NULL);
  iterate_until (has_passed, &end);
}

/* Frames */

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  Bench *bench = data;
  double page = gtk_adjustment_get_page_size (bench->adjustment);
  double end = gtk_adjustment_get_upper (bench->adjustment) - page;
  double value = gtk_adjustment_get_value (bench->adjustment);

  if (bench->frames_left-- == 0)
    return G_SOURCE_REMOVE;
  if (bench->motion == SCROLL)
    value += 60;
  else if (bench->motion == PAGE)
    value += page;
  else
    value = g_rand_double (bench->rand) * end;
  gtk_adjustment_set_value (bench->adjustment, value > end ? 0 : value);
  return G_SOURCE_CONTINUE;
}

static gboolean
no_frames_left (gpointer data)
{
  return ((Bench *) data)->frames_left == G_MAXUINT;
}

static void
measure_frames (Bench          *bench,
                GtkWidget      *scrolled,
                guint           n_frames,
                yyjson_mut_val *result)
{
  yyjson_mut_val *frames = yyjson_mut_obj_add_obj (bench->doc, result, "frame_cpu_ms");

  bench->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  for (bench->motion = SCROLL; bench->motion <= JUMP; bench->motion++)
    {
      yyjson_mut_val *motion = yyjson_mut_obj_add_obj (bench->doc, frames, motion_names[bench->motion]);

      gtk_adjustment_set_value (bench->adjustment, 0);
      rest ();
      bench->frames_left = n_frames;
      frame_clock_meter_reset (bench->meter);
      gtk_widget_add_tick_callback (scrolled, on_tick, bench, NULL);
      iterate_until (no_frames_left, bench);
      yyjson_mut_obj_add_uint (bench->doc, motion, "n", frame_clock_meter_get_n_frames (bench->meter));
      yyjson_mut_obj_add_real (bench->doc, motion, "p50", frame_clock_meter_get_percentile (bench->meter, 50));
      yyjson_mut_obj_add_real (bench->doc, motion, "p95", frame_clock_meter_get_percentile (bench->meter, 95));
    }
  gtk_adjustment_set_value (bench->adjustment, 0);
  rest ();
}

static gboolean
is_painted_after (gpointer data)
{
  Bench *bench = data;

  return frame_clock_meter_get_n_frames (bench->meter) > bench->n_painted;
}

/* Until a frame shows what the list holds now. */
static void
await_paint (Bench *bench)
{
  bench->n_painted = frame_clock_meter_get_n_frames (bench->meter);
  gtk_widget_queue_draw (bench->window);
  iterate_until (is_painted_after, bench);
}

typedef struct
{
  GArray *wall;
  GArray *cpu;
} Absences;

/* From @action to the frame that shows its result, rows that came later included. */
static void
measure_absence (Bench     *bench,
                 Absences  *absences,
                 void     (*action) (gpointer data),
                 gboolean (*done) (gpointer data),
                 gpointer   data)
{
  double wall, cpu;

  absence_meter_reset ();
  action (data);
  iterate_until (done, data);
  await_paint (bench);
  absence_meter_get_longest (&wall, &cpu);
  g_array_append_val (absences->wall, wall);
  g_array_append_val (absences->cpu, cpu);
  rest ();
}

static void
absences_init (Absences *self)
{
  self->wall = g_array_new (FALSE, FALSE, sizeof (double));
  self->cpu = g_array_new (FALSE, FALSE, sizeof (double));
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
percentile (GArray *values,
            guint   percent)
{
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, percent * (values->len - 1) / 100);
}

static void
add_spread (Bench          *bench,
            yyjson_mut_val *result,
            const char     *name,
            GArray         *values)
{
  yyjson_mut_val *spread = yyjson_mut_obj_add_obj (bench->doc, result, name);

  yyjson_mut_obj_add_uint (bench->doc, spread, "n", values->len);
  yyjson_mut_obj_add_real (bench->doc, spread, "p50", percentile (values, 50));
  yyjson_mut_obj_add_real (bench->doc, spread, "p95", percentile (values, 95));
  yyjson_mut_obj_add_real (bench->doc, spread, "max", percentile (values, 100));
}

static void
add_absences (Bench          *bench,
              yyjson_mut_val *result,
              const char     *name,
              Absences       *absences)
{
  yyjson_mut_val *object = yyjson_mut_obj_add_obj (bench->doc, result, name);

  add_spread (bench, object, "wall_ms", absences->wall);
  add_spread (bench, object, "cpu_ms", absences->cpu);
  g_array_unref (absences->wall);
  g_array_unref (absences->cpu);
}

static guint64
read_pss_kb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    return 0;
  return g_ascii_strtoull (line + strlen ("\nPss:") + strspn (line + strlen ("\nPss:"), " "), NULL, 10);
}

/* Ours */

static MokedListPage *page;

static gboolean
is_loaded (gpointer data)
{
  return !moked_query_model_is_loading (moked_list_page_get_model (page));
}

static gboolean
is_counted (gpointer data)
{
  return moked_query_model_is_counted (moked_list_page_get_model (page));
}

static void
type_text (const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (moked_list_page_get_search_entry (page)), text);
}

/* Types words letter by letter as a person does: names in Hebrew, parts of numbers, an address, a tag. */
static void
measure_typing (Bench          *bench,
                yyjson_mut_val *result)
{
  static const char *const words[] = {
    "כהן", "דנה לוי", "אזולאי", "תורג׳מן", "0523", "+97254", "4567", "dana.levi", "בן-דוד", "VIP",
    "חן", "זוהר", "טל ט", "שמעוני א", "פרץ מיכל",
  };
  g_autoptr (GArray) results_ms = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      for (const char *end = g_utf8_next_char (words[i]);; end = g_utf8_next_char (end))
        {
          g_autofree char *typed = g_strndup (words[i], (gsize) (end - words[i]));
          double begun = now_ms (), lasted;

          type_text (typed);
          iterate_until (is_loaded, NULL);
          await_paint (bench);
          lasted = now_ms () - begun;
          g_array_append_val (results_ms, lasted);
          if (*end == '\0')
            break;
          /* The next letter comes while the rest of the list is still being read, as with a person. */
          g_main_context_iteration (NULL, FALSE);
        }
      type_text ("");
      iterate_until (is_counted, NULL);
      rest ();
    }
  add_spread (bench, result, "keystroke_to_painted_ms", results_ms);
}

static guint order_column;

static void
change_order (gpointer data)
{
  moked_list_table_set_order (moked_list_view_get_table (moked_list_page_get_view (page)), order_column, FALSE);
}

static void
filter_status (MokedQuery *query,
               gpointer    user_data)
{
  if (*(gboolean *) user_data)
    moked_query_add_filter (query, "e.status = ?", "t", "active");
}

static gboolean filtering;

static void
change_filter (gpointer data)
{
  filtering = !filtering;
  moked_list_page_filter_changed (page, filtering);
}

static void
measure_changes (Bench          *bench,
                 yyjson_mut_val *result)
{
  static const guint columns[] = { 2, 3, 6, 0 };
  Absences sort, filter;

  absences_init (&sort);
  absences_init (&filter);
  for (guint i = 0; i < 12; i++)
    {
      order_column = columns[i % G_N_ELEMENTS (columns)];
      measure_absence (bench, &sort, change_order, is_counted, NULL);
      measure_absence (bench, &filter, change_filter, is_counted, NULL);
    }
  add_absences (bench, result, "sort_blocks", &sort);
  add_absences (bench, result, "filter_blocks", &filter);
}

static gboolean
is_painted (gpointer data)
{
  return frame_clock_meter_get_n_frames (((Bench *) data)->meter) > 0;
}

static GtkWidget *
find_scrolled (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_scrolled (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
measure_ours (Bench      *bench,
              MokedStore *store,
              guint       n_frames,
              guint       n_rows)
{
  yyjson_mut_val *result = yyjson_mut_obj_add_obj (bench->doc, yyjson_mut_doc_get_root (bench->doc), "ours");
  double begun = now_ms ();

  page = g_object_new (MOKED_TYPE_LIST_PAGE, NULL);
  moked_list_page_set_filter (page, gtk_popover_new (), filter_status, &filtering);
  adw_window_set_content (ADW_WINDOW (bench->window), GTK_WIDGET (page));
  moked_list_page_start (page, &moked_customers_list, store, BENCH_BUSINESS);
  iterate_until (is_loaded, NULL);
  yyjson_mut_obj_add_real (bench->doc, result, "first_rows_ms", now_ms () - begun);
  await_paint (bench);
  yyjson_mut_obj_add_real (bench->doc, result, "first_painted_ms", now_ms () - begun);
  iterate_until (is_counted, NULL);
  yyjson_mut_obj_add_real (bench->doc, result, "counted_ms", now_ms () - begun);
  yyjson_mut_obj_add_uint (bench->doc, result, "rows",
                           moked_query_model_get_n_rows (moked_list_page_get_model (page)));
  rest ();
  yyjson_mut_obj_add_uint (bench->doc, result, "pss_kb", read_pss_kb ());
  measure_frames (bench, find_scrolled (GTK_WIDGET (moked_list_page_get_view (page))), n_frames, result);
  measure_typing (bench, result);
  measure_changes (bench, result);
  adw_window_set_content (ADW_WINDOW (bench->window), NULL);
}

/* The peer's */

static void
sort_peer (gpointer data)
{
  PeerList *peer = data;
  gboolean by_name = gtk_sort_list_model_get_sorter (peer->sorted) == peer->by_name;

  gtk_sort_list_model_set_sorter (peer->sorted, by_name ? peer->by_city : peer->by_name);
}

static void
filter_peer (gpointer data)
{
  PeerList *peer = data;
  gboolean all = gtk_filter_list_model_get_filter (peer->filtered) == NULL;

  gtk_filter_list_model_set_filter (peer->filtered, all ? peer->of_name : NULL);
}

static gboolean
is_done (gpointer data)
{
  return TRUE;
}

static void
measure_peer (Bench *bench,
              guint  n_rows,
              guint  n_frames)
{
  yyjson_mut_val *result = yyjson_mut_obj_add_obj (bench->doc, yyjson_mut_doc_get_root (bench->doc), "peer");
  double begun = now_ms ();
  Absences sort, filter;
  PeerList peer;

  peer_list_init (&peer, n_rows);
  adw_window_set_content (ADW_WINDOW (bench->window), peer.window);
  yyjson_mut_obj_add_real (bench->doc, result, "first_rows_ms", now_ms () - begun);
  await_paint (bench);
  yyjson_mut_obj_add_real (bench->doc, result, "first_painted_ms", now_ms () - begun);
  yyjson_mut_obj_add_uint (bench->doc, result, "rows", n_rows);
  rest ();
  yyjson_mut_obj_add_uint (bench->doc, result, "pss_kb", read_pss_kb ());
  measure_frames (bench, peer.window, n_frames, result);
  absences_init (&sort);
  absences_init (&filter);
  for (guint i = 0; i < 6; i++)
    {
      measure_absence (bench, &sort, sort_peer, is_done, &peer);
      measure_absence (bench, &filter, filter_peer, is_done, &peer);
    }
  add_absences (bench, result, "sort_blocks", &sort);
  add_absences (bench, result, "filter_blocks", &filter);
  adw_window_set_content (ADW_WINDOW (bench->window), NULL);
}

int
main (int   argc,
      char *argv[])
{
  guint n_rows = argc > 2 ? (guint) atoi (argv[2]) : 1000000;
  guint n_peer_rows = argc > 3 ? (guint) atoi (argv[3]) : 100000;
  guint n_frames = argc > 4 ? (guint) atoi (argv[4]) : 300;
  Bench bench = { 0 };
  MokedStore *store;
  g_autofree char *json = NULL;

  if (argc < 2)
    {
      g_printerr ("usage: list-bench DIRECTORY [ROWS] [PEER_ROWS] [FRAMES]\n");
      return 2;
    }
  dex_init ();
  adw_init ();
  g_resources_register (moked_ui_get_resource ());
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  absence_meter_init ();
  store = bench_office_open (argv[1], n_rows);

  bench.doc = yyjson_mut_doc_new (NULL);
  bench.rand = g_rand_new_with_seed (1);
  yyjson_mut_doc_set_root (bench.doc, yyjson_mut_obj (bench.doc));
  bench.window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 1280, 800);
  gtk_window_present (GTK_WINDOW (bench.window));
  bench.meter = frame_clock_meter_new (bench.window);
  iterate_until (is_painted, &bench);

  measure_ours (&bench, store, n_frames, n_rows);
  measure_peer (&bench, n_peer_rows, n_frames);
  json = yyjson_mut_write (bench.doc, YYJSON_WRITE_NOFLAG, NULL);
  g_print ("%s\n", json);

  frame_clock_meter_free (bench.meter);
  gtk_window_destroy (GTK_WINDOW (bench.window));
  rest ();
  bench_office_close (store);
  g_rand_free (bench.rand);
  yyjson_mut_doc_free (bench.doc);
  return 0;
}
