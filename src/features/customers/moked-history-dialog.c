/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-history-dialog.h"

#include <glib/gi18n-lib.h>

#include "features/customers/moked-customer-record.h"
#include "features/customers/moked-history-group.h"
#include "ui/moked-service-request.h"
#include "ui/widgets/moked-state-page.h"

/**
 * MokedHistoryDialog:
 *
 * How a person's record came to be as it is, by actions, the newest first. The service keeps that; what was
 * read once stays here when it does not answer. The dialog follows what happens while it is open.
 */
struct _MokedHistoryDialog
{
  AdwDialog       parent_instance;
  MokedUiContext *context;
  char           *customer_id;
  GPtrArray      *users;
  GPtrArray      *entries; /* MokedHistoryEntry; the groups show it and are made anew when it changes */
  char           *next;    /* cursor of the older ones; NULL at the end */
  gboolean        asking;
  gboolean        asking_older;
  gboolean        stale; /* something changed while it was asked */
  AdwBanner      *banner;
  MokedStatePage *state;
  GtkBox         *groups;
  GtkWidget      *older;
};

G_DEFINE_FINAL_TYPE (MokedHistoryDialog, moked_history_dialog, ADW_TYPE_DIALOG)

static void ask (MokedHistoryDialog *self,
                 const char         *cursor);

/* Showing */

static void
clear_groups (MokedHistoryDialog *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))) != NULL)
    gtk_box_remove (self->groups, child);
}

static guint
count_action (MokedHistoryDialog *self,
              guint               first)
{
  guint n = 1;

  while (first + n < self->entries->len &&
         moked_history_entry_is_with (self->entries->pdata[first], self->entries->pdata[first + n]))
    n++;
  return n;
}

static void
show_entries (MokedHistoryDialog *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->groups));

  clear_groups (self);
  for (guint i = 0, n; i < self->entries->len; i += n)
    {
      n = count_action (self, i);
      gtk_box_append (self->groups, moked_history_group_new (self->context, self->customer_id, self->entries, i, n,
                                                             self->users));
    }
  gtk_widget_set_visible (self->older, self->next != NULL);
  if (self->entries->len > 0)
    moked_state_page_show_content (self->state);
  else
    moked_state_page_show_empty (self->state, "document-open-recent-symbolic", _("No Changes Yet"), NULL, NULL);
  if (had_focus)
    gtk_widget_child_focus (GTK_WIDGET (self->groups), GTK_DIR_TAB_FORWARD);
}

static void
on_again (MokedHistoryDialog *self)
{
  if (self->entries->len == 0)
    moked_state_page_show_loading (self->state);
  ask (self, NULL);
}

static void
show_failure (MokedHistoryDialog *self,
              const GError       *error)
{
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;
  GtkWidget *button;

  if (self->entries->len > 0)
    {
      adw_banner_set_revealed (self->banner, TRUE);
      return;
    }
  text = moked_service_error_dup (error);
  markup = g_markup_escape_text (text, -1);
  button = gtk_button_new_with_mnemonic (_("_Try Again"));
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_again), self, G_CONNECT_SWAPPED);
  moked_state_page_show_empty (self->state, "network-offline-symbolic", _("The History Was Not Read"), markup, button);
}

/* Asking */

static gint64
get_top (MokedHistoryDialog *self)
{
  return self->entries->len > 0 ? ((MokedHistoryEntry *) self->entries->pdata[0])->seq : 0;
}

/* How many items of a newest page are not known here. */
static guint
count_new (yyjson_val *items,
           gint64      top)
{
  yyjson_arr_iter iter;
  yyjson_val *item;
  guint n = 0;

  yyjson_arr_iter_init (items, &iter);
  while ((item = yyjson_arr_iter_next (&iter)) != NULL && yyjson_get_sint (yyjson_obj_get (item, "seq")) > top)
    n++;
  return n;
}

static void
insert_items (MokedHistoryDialog *self,
              yyjson_val         *items,
              guint               n,
              guint               at)
{
  yyjson_arr_iter iter;
  yyjson_val *item;

  yyjson_arr_iter_init (items, &iter);
  while (n-- > 0 && (item = yyjson_arr_iter_next (&iter)) != NULL)
    {
      MokedHistoryEntry *entry = moked_history_entry_new (item);

      if (entry != NULL)
        g_ptr_array_insert (self->entries, (int) at++, entry);
    }
}

static void
take_answer (MokedHistoryDialog *self,
             yyjson_val         *answer)
{
  yyjson_val *items = yyjson_obj_get (answer, "items");
  guint n = (guint) yyjson_arr_size (items);
  guint n_new = self->asking_older ? n : count_new (items, get_top (self));
  gboolean begins = !self->asking_older && n_new == n;

  adw_banner_set_revealed (self->banner, FALSE);
  if (n_new == 0 && !begins)
    return;
  clear_groups (self);
  /* More happened meanwhile than a page: what lies between is not known. */
  if (begins)
    g_ptr_array_set_size (self->entries, 0);
  if (begins || self->asking_older)
    g_set_str (&self->next, yyjson_get_str (yyjson_obj_get (answer, "next")));
  insert_items (self, items, n_new, self->asking_older ? self->entries->len : 0);
  show_entries (self);
}

static void
on_answer (gpointer      owner,
           yyjson_val   *answer,
           const GError *error)
{
  MokedHistoryDialog *self = owner;

  self->asking = FALSE;
  if (self->state == NULL)
    return;
  if (answer != NULL)
    take_answer (self, answer);
  else if (error != NULL)
    show_failure (self, error);
  gtk_widget_set_sensitive (self->older, TRUE);
  if (self->stale && error == NULL)
    ask (self, NULL);
}

static void
ask (MokedHistoryDialog *self,
     const char         *cursor)
{
  g_autofree char *path = g_strdup_printf ("/api/history?entity=customer&id=%s&with=identity,note,attachment&edits=true%s%s",
                                           self->customer_id, cursor != NULL ? "&cursor=" : "",
                                           cursor != NULL ? cursor : "");

  self->stale = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  self->asking_older = cursor != NULL;
  moked_service_request (self->context, "GET", path, NULL, self, on_answer);
}

static void
on_older (MokedHistoryDialog *self)
{
  gtk_widget_set_sensitive (self->older, FALSE);
  ask (self, self->next);
}

/* After what was done here the rows say it a second time, when the service has it. */
static void
on_changed (MokedHistoryDialog *self,
            const char *const  *entities)
{
  if (self->users != NULL && (g_strv_contains (entities, "customer") || g_strv_contains (entities, "identity") ||
                              g_strv_contains (entities, "note") || g_strv_contains (entities, "attachment")))
    ask (self, NULL);
}

static DexFuture *
on_users (DexFuture *future,
          gpointer   user_data)
{
  MokedHistoryDialog *self = user_data;
  const GValue *value = dex_future_get_value (future, NULL);

  if (self->state == NULL)
    return NULL;
  self->users = value != NULL ? g_ptr_array_ref (moked_customer_record_get_users (g_value_get_object (value)))
                              : g_ptr_array_new ();
  ask (self, NULL);
  return NULL;
}

static void
moked_history_dialog_dispose (GObject *object)
{
  MokedHistoryDialog *self = MOKED_HISTORY_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_HISTORY_DIALOG);
  g_clear_object (&self->context);
  g_clear_pointer (&self->customer_id, g_free);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->next, g_free);
  G_OBJECT_CLASS (moked_history_dialog_parent_class)->dispose (object);
}

static void
moked_history_dialog_class_init (MokedHistoryDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_history_dialog_dispose;
  g_type_ensure (MOKED_TYPE_STATE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-history-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedHistoryDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, MokedHistoryDialog, state);
  gtk_widget_class_bind_template_child (widget_class, MokedHistoryDialog, groups);
  gtk_widget_class_bind_template_child (widget_class, MokedHistoryDialog, older);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_older);
}

static void
moked_history_dialog_init (MokedHistoryDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) moked_history_entry_free);
}

/**
 * moked_history_dialog_present:
 * @context: of the window
 * @customer_id: whose history is shown; also of somebody who was deleted
 */
void
moked_history_dialog_present (MokedUiContext *context,
                              const char     *customer_id)
{
  MokedHistoryDialog *self;
  MokedCache *cache;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (context));
  g_return_if_fail (customer_id != NULL);

  self = g_object_new (MOKED_TYPE_HISTORY_DIALOG, NULL);
  cache = moked_ui_context_get_cache (context);
  self->context = g_object_ref (context);
  self->customer_id = g_strdup (customer_id);
  g_signal_connect_object (cache, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  moked_state_page_show_loading (self->state);
  moked_ui_context_present (context, ADW_DIALOG (self));
  dex_future_disown (dex_future_finally (
      moked_cache_read (cache, moked_customer_record_read_new, g_strdup (customer_id), g_free), on_users,
      g_object_ref (self), g_object_unref));
}
