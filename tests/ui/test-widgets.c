/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "base/moked-error.h"
#include "base/moked-locale.h"
#include "sample-office/sample-office.h"
#include "sample-office/sample-page.h"
#include "ui/moked-error-text.h"
#include "ui/moked-sync-status.h"
#include "ui/moked-timeline-item.h"
#include "ui/moked-ui-feature.h"
#include "ui/moked-ui-resources.h"
#include "ui/widgets/moked-entry-row.h"
#include "ui/widgets/moked-phone-label.h"
#include "ui/widgets/moked-state-page.h"

/* What the pieces of the window do, without a person. */

static void
test_entry_row (void)
{
  g_autoptr (GtkWidget) row = g_object_ref_sink (moked_entry_row_new ("_טלפון"));
  MokedEntryRow *self = MOKED_ENTRY_ROW (row);

  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "_טלפון");
  moked_entry_row_set_problem (self, "תשע ספרות & יותר");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "_טלפון: תשע ספרות & יותר");
  g_assert_true (gtk_widget_has_css_class (row, "error"));

  /* Whoever corrects is not told off while they type. */
  gtk_editable_set_text (GTK_EDITABLE (row), "0");
  g_assert_null (moked_entry_row_get_problem (self));
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "_טלפון");
  g_assert_true (moked_entry_row_check_length (self, 200));
  gtk_editable_set_text (GTK_EDITABLE (self), "אבגד");
  g_assert_true (moked_entry_row_check_length (self, 4));
  g_assert_false (moked_entry_row_check_length (self, 3));
  g_assert_nonnull (strchr (moked_entry_row_get_problem (self), '3'));
}

static void
test_phone (void)
{
  g_autofree char *local = moked_phone_dup_display ("+972523456789");
  g_autofree char *none = moked_phone_dup_display (NULL);

  /* U+2066 to U+2069 keep the digits in their order within Hebrew. */
  g_assert_cmpstr (local, ==, "\u2066052-345-6789\u2069");
  g_assert_cmpstr (none, ==, "");
}

static GtkWidget *
visible_child (GtkWidget *state)
{
  return gtk_stack_get_visible_child (GTK_STACK (gtk_widget_get_first_child (state)));
}

static void
test_state_page (void)
{
  GtkWidget *label = gtk_label_new ("נתונים");
  g_autoptr (GtkWidget) state = g_object_ref_sink (moked_state_page_new (label));
  MokedStatePage *self = MOKED_STATE_PAGE (state);
  g_autoptr (GError) error = g_error_new_literal (MOKED_ERROR, MOKED_ERROR_STORAGE, "disk full");

  g_assert_true (gtk_widget_is_ancestor (label, visible_child (state)));
  moked_state_page_show_loading (self);
  g_assert_false (gtk_widget_is_ancestor (label, visible_child (state)));
  moked_state_page_show_error (self, "הרשימה לא נקראה", error);
  g_assert_cmpstr (adw_status_page_get_title (ADW_STATUS_PAGE (visible_child (state))), ==, "הרשימה לא נקראה");
  g_assert_nonnull (strstr (adw_status_page_get_description (ADW_STATUS_PAGE (visible_child (state))), "בדיסק"));
  moked_state_page_show_content (self);
  g_assert_true (gtk_widget_is_ancestor (label, visible_child (state)));
}

/* Each kind of error has words of its own, and none shows a code alone. */
static void
test_error_texts (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int code = MOKED_ERROR_INVALID; code <= MOKED_ERROR_INTERNAL; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (MOKED_ERROR, code, "reason");
      char *text = moked_error_text_dup (error);

      if (code == MOKED_ERROR_REJECTED)
        g_assert_cmpstr (text, ==, "reason");
      else
        g_assert_true (g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HEBREW);
      g_assert_true (g_hash_table_add (seen, text));
    }
}

static void
assert_status (MokedSyncState state,
               guint          waiting,
               guint          asking,
               const char    *expected)
{
  g_autofree char *text = moked_sync_status_dup_text_for (state, waiting, asking);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_status_texts (void)
{
  assert_status (MOKED_SYNC_IDLE, 0, 0, "מסונכרן");
  assert_status (MOKED_SYNC_IDLE, 3, 0, "3 ממתינים לשליחה");
  assert_status (MOKED_SYNC_IDLE, 3, 1, "שני ממתינים לשליחה · אחד דורש החלטה");
  assert_status (MOKED_SYNC_IDLE, 2, 2, "שניים דורשים החלטה");
  assert_status (MOKED_SYNC_OFFLINE, 0, 0, "לא מקוון");
  assert_status (MOKED_SYNC_OFFLINE, 1, 0, "לא מקוון · ממתין אחד לשליחה");
  assert_status (MOKED_SYNC_OFFLINE, 2, 0, "לא מקוון · שני ממתינים לשליחה");
}

static void
test_plain_label (void)
{
  g_autofree char *text = moked_ui_dup_plain_label ("שי_רות");

  g_assert_cmpstr (text, ==, "שירות");
}

static void
test_timeline_order (void)
{
  static const MokedPersonPart part;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (items, moked_timeline_item_new (&part, "c", 20, NULL));
  g_ptr_array_add (items, moked_timeline_item_new (&part, "b", 10, NULL));
  g_ptr_array_add (items, moked_timeline_item_new (&part, "a", 20, NULL));
  g_ptr_array_sort (items, moked_timeline_item_compare);
  g_assert_cmpstr (moked_timeline_item_get_id (items->pdata[0]), ==, "b");
  g_assert_cmpstr (moked_timeline_item_get_id (items->pdata[1]), ==, "a");
  g_assert_cmpstr (moked_timeline_item_get_id (items->pdata[2]), ==, "c");
}

static void
count_undo (MokedUiContext *context,
            gpointer        counter)
{
  ++*(guint *) counter;
}

static void
test_undo_is_last_in_first_out (void)
{
  g_autofree char *directory = g_dir_make_tmp ("moked-ui-XXXXXX", NULL);
  g_autoptr (MokedUiContext) context = sample_office_open (directory);
  guint first = 0;
  guint second = 0;

  g_assert_false (moked_ui_context_undo (context));
  moked_ui_context_toast_undo (context, "ראשון", count_undo, &first, NULL);
  moked_ui_context_toast_undo (context, "שני", count_undo, &second, NULL);
  g_assert_true (moked_ui_context_undo (context));
  g_assert_cmpuint (second, ==, 1);
  g_assert_cmpuint (first, ==, 0);
  g_assert_true (moked_ui_context_undo (context));
  g_assert_cmpuint (first, ==, 1);
  g_assert_false (moked_ui_context_undo (context));
  g_clear_object (&context);
  sample_office_close ();
}

static void
test_page_layouts (void)
{
  g_autofree char *directory = g_dir_make_tmp ("moked-ui-XXXXXX", NULL);
  g_autoptr (MokedUiContext) context = sample_office_open (directory);
  g_autoptr (GtkWidget) widget = g_object_ref_sink (sample_page_new (context));
  MokedPage *page = MOKED_PAGE (widget);
  GtkWidget *panes = gtk_widget_get_first_child (widget);

  g_assert_false (adw_navigation_split_view_get_collapsed (ADW_NAVIGATION_SPLIT_VIEW (panes)));
  moked_page_set_layout (page, MOKED_PAGE_LAYOUT_MEDIUM);
  g_assert_false (adw_navigation_split_view_get_collapsed (ADW_NAVIGATION_SPLIT_VIEW (panes)));
  moked_page_set_layout (page, MOKED_PAGE_LAYOUT_NARROW);
  g_assert_true (adw_navigation_split_view_get_collapsed (ADW_NAVIGATION_SPLIT_VIEW (panes)));

  /* A table takes all the width, whatever it is. */
  moked_page_set_layout (page, MOKED_PAGE_LAYOUT_WIDE);
  moked_page_set_split (page, FALSE);
  g_assert_true (adw_navigation_split_view_get_collapsed (ADW_NAVIGATION_SPLIT_VIEW (panes)));
  moked_page_set_show_record (page, TRUE);
  g_assert_true (moked_page_get_show_record (page));
  moked_page_set_record (page, NULL);
  g_assert_false (moked_page_get_show_record (page));
  g_clear_object (&widget);
  g_clear_object (&context);
  sample_office_close ();
}

int
main (int   argc,
      char *argv[])
{
  moked_locale_init ("he");
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_resources_register (moked_ui_get_resource ());
  adw_init ();
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);

  g_test_add_func ("/ui/entry-row", test_entry_row);
  g_test_add_func ("/ui/phone", test_phone);
  g_test_add_func ("/ui/state-page", test_state_page);
  g_test_add_func ("/ui/error-texts", test_error_texts);
  g_test_add_func ("/ui/status-texts", test_status_texts);
  g_test_add_func ("/ui/plain-label", test_plain_label);
  g_test_add_func ("/ui/timeline-order", test_timeline_order);
  g_test_add_func ("/ui/undo-is-last-in-first-out", test_undo_is_last_in_first_out);
  g_test_add_func ("/ui/page-layouts", test_page_layouts);
  return g_test_run ();
}
