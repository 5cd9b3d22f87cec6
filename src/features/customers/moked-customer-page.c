/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-page.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-locale.h"
#include "features/customers/moked-conflict-bar.h"
#include "features/customers/moked-customer-deletion.h"
#include "features/customers/moked-customer-details.h"
#include "features/customers/moked-customer-editor.h"
#include "features/customers/moked-customer-record.h"
#include "features/customers/moked-history-dialog.h"
#include "features/customers/moked-person-composer.h"
#include "features/customers/moked-person-receiver.h"
#include "features/customers/moked-person-timeline.h"
#include "features/customers/moked-tags-editor.h"
#include "ui/moked-question-bar.h"
#include "ui/moked-ui-feature.h"
#include "ui/widgets/moked-phone-label.h"

/**
 * MokedCustomerPage:
 *
 * One customer: who they are at the top, what happened in the middle with the composer under it, and the
 * details beside that or, where there is no room, over it.
 */
struct _MokedCustomerPage
{
  AdwNavigationPage    parent_instance;
  MokedUiContext      *context;
  MokedCustomerRecord *record;
  char                *customer_id;
  guint                generation;
  GSimpleActionGroup  *actions;
  GtkBox              *person_actions;
  AdwAvatar           *avatar;
  GtkLabel            *name;
  GtkLabel            *summary;
  AdwWrapBox          *tags;
  MokedQuestionBar    *questions;
  MokedConflictBar    *conflicts;
  AdwOverlaySplitView *split;
  MokedCustomerDetails *details;
  MokedPersonTimeline *timeline;
  MokedPersonComposer *composer;
};

typedef struct
{
  MokedCustomerPage *page;
  guint              generation;
} Load;

enum
{
  GONE,
  LOADED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedCustomerPage, moked_customer_page, ADW_TYPE_NAVIGATION_PAGE)

static void
load_free (Load *load)
{
  g_object_unref (load->page);
  g_free (load);
}

/* Actions of other features */

static void
on_person_action (GtkWidget         *button,
                  MokedCustomerPage *self)
{
  const MokedPersonAction *action = g_object_get_data (G_OBJECT (button), "action");

  action->activate (self->context, self->customer_id);
}

static GtkWidget *
create_person_button (MokedCustomerPage       *self,
                      const MokedPersonAction *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (action->icon_name);
  g_autofree char *label = moked_ui_dup_plain_label (_ (action->label));

  gtk_widget_set_tooltip_text (button, label);
  g_object_set_data (G_OBJECT (button), "action", (gpointer) action);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_person_action), self, G_CONNECT_DEFAULT);
  return button;
}

static void
add_person_actions (MokedCustomerPage *self)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    for (const MokedPersonAction *action = (*i)->person != NULL ? (*i)->person->actions : NULL;
         action != NULL && action->label != NULL; action++)
      gtk_box_append (self->person_actions, create_person_button (self, action));
  gtk_widget_set_visible (GTK_WIDGET (self->person_actions),
                          gtk_widget_get_first_child (GTK_WIDGET (self->person_actions)) != NULL);
}

static void
update_person_actions (MokedCustomerPage *self)
{
  gboolean has_phone = moked_customer_record_get_customer (self->record)->phone != NULL;

  for (GtkWidget *i = gtk_widget_get_first_child (GTK_WIDGET (self->person_actions)); i != NULL;
       i = gtk_widget_get_next_sibling (i))
    {
      const MokedPersonAction *action = g_object_get_data (G_OBJECT (i), "action");

      gtk_widget_set_sensitive (i, has_phone || !action->needs_phone);
    }
}

/* What is shown */

static void
append_part (GString    *text,
             const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

static void
show_summary (MokedCustomerPage *self,
              MokedCustomer     *customer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *phone = moked_phone_dup_display (customer->phone);
  const char *owner = moked_customer_record_get_owner_name (self->record);
  g_autofree char *owned = NULL;

  /* Translators: %s is a person of the office */
  owned = owner != NULL ? g_strdup_printf (_("Owner: %s"), owner) : NULL;
  append_part (text, phone);
  append_part (text, customer->city);
  append_part (text, owned);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), text->len > 0);
  /* The line runs as the program does, whatever the city is written in. */
  g_string_prepend (text, moked_locale_is_rtl () ? "\u200f" : "\u200e");
  gtk_label_set_text (self->summary, text->str);
}

static void
show_tags (MokedCustomerPage *self,
           MokedCustomer     *customer)
{
  g_auto (GStrv) tags = g_strsplit (customer->tags != NULL ? customer->tags : "", "\n", -1);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->tags))) != NULL)
    adw_wrap_box_remove (self->tags, child);
  for (guint i = 0; tags[i] != NULL; i++)
    if (*tags[i] != '\0')
      adw_wrap_box_append (self->tags, moked_tag_label_new (tags[i]));
  gtk_widget_set_visible (GTK_WIDGET (self->tags), customer->tags != NULL && *customer->tags != '\0');
}

static void
show_record (MokedCustomerPage   *self,
             MokedCustomerRecord *record)
{
  MokedCustomer *customer = moked_customer_record_get_customer (record);

  g_set_object (&self->record, record);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), customer->name);
  adw_avatar_set_text (self->avatar, customer->name);
  gtk_label_set_text (self->name, customer->name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), customer->name);
  show_summary (self, customer);
  show_tags (self, customer);
  moked_question_bar_show (self->questions, self->context, moked_entity_get_id (customer));
  moked_conflict_bar_show (self->conflicts, self->context, record);
  moked_customer_details_show (self->details, self->context, record);
  update_person_actions (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->split), TRUE);
  g_signal_emit (self, signals[LOADED], 0, moked_customer_record_get_row_id (record));
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  Load *load = user_data;
  MokedCustomerPage *self = load->page;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (load->generation != self->generation || self->details == NULL)
    return NULL;
  if (value != NULL)
    show_record (self, g_value_get_object (value));
  else if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND))
    g_signal_emit (self, signals[GONE], 0);
  else
    moked_ui_context_show_error (self->context, _("The customer was not read"), error);
  return NULL;
}

static void
reload (MokedCustomerPage *self)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  Load *load = g_new (Load, 1);

  *load = (Load) { g_object_ref (self), ++self->generation };
  dex_future_disown (dex_future_finally (
      moked_cache_read (cache, moked_customer_record_read, g_strdup (self->customer_id), g_free), on_read, load,
      (GDestroyNotify) load_free));
}

static void
on_changed (MokedCustomerPage *self,
            const char *const *entities)
{
  if (self->customer_id != NULL && (g_strv_contains (entities, "customer") || g_strv_contains (entities, "identity") ||
                                    g_strv_contains (entities, "user") || g_strv_contains (entities, "attachment")))
    reload (self);
}

/* Actions of the page */

static void
edit_customer (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  MokedCustomerPage *self = user_data;

  if (self->customer_id != NULL)
    moked_customer_editor_present (self->context, self->customer_id);
}

static void
write_note (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  MokedCustomerPage *self = user_data;

  if (adw_overlay_split_view_get_collapsed (self->split))
    adw_overlay_split_view_set_show_sidebar (self->split, FALSE);
  moked_person_composer_focus_note (self->composer);
}

static void
show_history (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  MokedCustomerPage *self = user_data;

  if (self->customer_id != NULL)
    moked_history_dialog_present (self->context, self->customer_id);
}

static void
delete_customer (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  MokedCustomerPage *self = user_data;

  if (self->record != NULL)
    moked_customer_deletion_run (self->context, self->record);
}

static const GActionEntry page_actions[] = {
  { "edit", edit_customer },
  { "note", write_note },
  { "history", show_history },
  { "delete", delete_customer },
};

static void
moked_customer_page_dispose (GObject *object)
{
  MokedCustomerPage *self = MOKED_CUSTOMER_PAGE (object);

  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (object), NULL); /* the parent must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_CUSTOMER_PAGE);
  g_clear_object (&self->actions);
  g_clear_object (&self->record);
  g_clear_object (&self->context);
  g_clear_pointer (&self->customer_id, g_free);
  G_OBJECT_CLASS (moked_customer_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (MOKED_TYPE_CONFLICT_BAR);
  g_type_ensure (MOKED_TYPE_CUSTOMER_DETAILS);
  g_type_ensure (MOKED_TYPE_PERSON_COMPOSER);
  g_type_ensure (MOKED_TYPE_PERSON_TIMELINE);
  g_type_ensure (MOKED_TYPE_QUESTION_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-customer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, person_actions);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, name);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, summary);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, tags);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, questions);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, conflicts);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, split);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, details);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, timeline);
  gtk_widget_class_bind_template_child (widget_class, MokedCustomerPage, composer);
}

static void
moked_customer_page_class_init (MokedCustomerPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_customer_page_dispose;

  /**
   * MokedCustomerPage::gone:
   *
   * The shown customer is no more.
   */
  signals[GONE] = g_signal_new ("gone", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  /**
   * MokedCustomerPage::loaded:
   * @row_id: the customer's row in the list
   */
  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT64);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
moked_customer_page_init (MokedCustomerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), page_actions, G_N_ELEMENTS (page_actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "customer", G_ACTION_GROUP (self->actions));
  gtk_widget_set_sensitive (GTK_WIDGET (self->split), FALSE);
}

/**
 * moked_customer_page_set_context:
 * @context: of the window; set once
 */
void
moked_customer_page_set_context (MokedCustomerPage *self,
                                 MokedUiContext    *context)
{
  g_return_if_fail (MOKED_IS_CUSTOMER_PAGE (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  moked_person_timeline_set_context (self->timeline, context);
  add_person_actions (self);
  moked_person_receiver_install (GTK_WIDGET (self), context, (const char *const *) &self->customer_id);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * moked_customer_page_show:
 * @customer_id: whom to show; read on a reader thread, see [signal@CustomerPage::gone] for one who is no more
 */
void
moked_customer_page_show (MokedCustomerPage *self,
                          const char        *customer_id)
{
  g_return_if_fail (MOKED_IS_CUSTOMER_PAGE (self));

  if (!g_set_str (&self->customer_id, customer_id))
    return;
  moked_person_timeline_show (self->timeline, customer_id);
  moked_person_composer_show (self->composer, self->context, customer_id);
  reload (self);
}
