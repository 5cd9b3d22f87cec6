/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/calls/moked-call-card.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/calls/moked-call.h"
#include "features/calls/moked-caller.h"
#include "ui/widgets/moked-phone-label.h"

/**
 * MokedCallCard:
 *
 * Who calls, over whatever is on the screen, from the local cache alone: it is there before the service
 * has written the call down, and goes when the call is over. A stranger's number becomes a name as soon
 * as one is known.
 *
 * CSS: `.moked-call-card`. For screen readers it is an alert, named after the caller.
 */
struct _MokedCallCard
{
  AdwBin          parent_instance;
  MokedUiContext *context;
  char           *phone;
  char           *provider_id;
  char           *customer_id;
  gboolean        notified;
  AdwAvatar      *avatar;
  GtkLabel       *name;
  GtkLabel       *details;
  GtkLabel       *last;
  GtkWidget      *open_button;
};

G_DEFINE_FINAL_TYPE (MokedCallCard, moked_call_card, ADW_TYPE_BIN)

static void
dismiss (MokedCallCard *self)
{
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    gtk_widget_unparent (GTK_WIDGET (self));
}

static void
on_dismiss (MokedCallCard *self)
{
  dismiss (self);
}

static void
on_open (MokedCallCard *self)
{
  g_autoptr (MokedCallCard) alive = g_object_ref (self);

  moked_ui_context_open (self->context, "customer", self->customer_id);
  dismiss (self);
}

static char *
dup_details (MokedCaller *caller)
{
  g_autofree char *phone = caller->phone != NULL ? moked_phone_dup_display (caller->phone) : NULL;
  g_auto (GStrv) tags = caller->tags != NULL ? g_strsplit (caller->tags, "\n", 4) : NULL;
  g_autofree char *joined = tags != NULL ? g_strjoinv (" · ", tags) : NULL;

  if (caller->name == NULL)
    return g_strdup (caller->phone != NULL ? _("Not known in the office") : "");
  return g_strjoin (" · ", phone != NULL ? phone : "", joined, NULL);
}

static const char *
get_activity (MokedCaller *caller)
{
  for (const MokedEnumValue *value = moked_call_directions; value->label != NULL; value++)
    if (g_str_equal (caller->last_activity, value->label))
      return _ (value->label);
  return caller->last_activity;
}

/* What was there before this call stays when the call itself becomes the last that happened. */
static void
show_last (MokedCallCard *self,
           MokedCaller   *caller)
{
  g_autofree char *when = NULL, *text = NULL;

  if (caller->last_activity == NULL || caller->last_activity_at == 0)
    return;
  when = moked_time_format_relative (caller->last_activity_at, g_get_real_time ());
  text = g_strdup_printf ("%s: %s", when, get_activity (caller));
  gtk_label_set_text (self->last, text);
  gtk_widget_set_visible (GTK_WIDGET (self->last), TRUE);
}

/* Also for those whose window is behind others. */
static void
notify (MokedCallCard *self,
        const char    *name)
{
  if (self->notified || self->customer_id == NULL)
    return;
  self->notified = TRUE;
  moked_ui_context_notify (self->context, _("Incoming Call"), name, "customer", self->customer_id);
}

static void
show_caller (MokedCallCard *self,
             MokedCaller   *caller)
{
  g_autofree char *phone = caller->phone != NULL ? moked_phone_dup_display (caller->phone) : NULL;
  const char *name = caller->name != NULL ? caller->name : phone != NULL ? phone : _("Withheld number");
  g_autofree char *details = dup_details (caller);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", _("Incoming Call"), name);

  g_set_str (&self->customer_id, caller->customer_id);
  adw_avatar_set_text (self->avatar, caller->name);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->details, details);
  gtk_widget_set_visible (GTK_WIDGET (self->details), *details != '\0');
  show_last (self, caller);
  gtk_widget_set_visible (self->open_button, caller->customer_id != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  notify (self, name);
}

typedef struct
{
  char *phone;
  char *provider_id;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->phone);
  g_free (question->provider_id);
  g_free (question);
}

static DexFuture *
look_up (MokedSession *session,
         gpointer      user_data)
{
  Question *question = user_data;
  GError *error = NULL;
  MokedCaller *caller = moked_caller_look_up (session, question->phone, question->provider_id, &error);

  return caller != NULL ? dex_future_new_take_boxed (MOKED_TYPE_CALLER, caller) : dex_future_new_for_error (error);
}

static DexFuture *
on_found (DexFuture *future,
          gpointer   user_data)
{
  MokedCallCard *self = user_data;
  MokedCaller *caller = g_value_get_boxed (dex_future_get_value (future, NULL));

  if (caller->over)
    dismiss (self);
  else
    show_caller (self, caller);
  return dex_future_new_true ();
}

static void
ask (MokedCallCard *self)
{
  Question *question = g_new (Question, 1);

  *question = (Question) { g_strdup (self->phone), g_strdup (self->provider_id) };
  dex_future_disown (dex_future_then (
    moked_cache_read (moked_ui_context_get_cache (self->context), look_up, question, question_free), on_found,
    g_object_ref (self), g_object_unref));
}

static void
on_changed (MokedCallCard      *self,
            const char *const  *entities)
{
  if (g_strv_contains (entities, "call") || g_strv_contains (entities, "customer") ||
      g_strv_contains (entities, "identity"))
    ask (self);
}

static void
moked_call_card_dispose (GObject *object)
{
  MokedCallCard *self = MOKED_CALL_CARD (object);

  adw_bin_set_child (ADW_BIN (object), NULL); /* the bin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_CALL_CARD);
  g_clear_object (&self->context);
  g_clear_pointer (&self->phone, g_free);
  g_clear_pointer (&self->provider_id, g_free);
  g_clear_pointer (&self->customer_id, g_free);
  G_OBJECT_CLASS (moked_call_card_parent_class)->dispose (object);
}

static void
moked_call_card_class_init (MokedCallCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_call_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-call-card.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedCallCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, MokedCallCard, name);
  gtk_widget_class_bind_template_child (widget_class, MokedCallCard, details);
  gtk_widget_class_bind_template_child (widget_class, MokedCallCard, last);
  gtk_widget_class_bind_template_child (widget_class, MokedCallCard, open_button);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss);
}

static void
moked_call_card_init (MokedCallCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_call_card_new:
 * @context: of the window
 * @phone: (nullable): E.164; %NULL when withheld
 * @provider_id: the vendor's id of the call
 *
 * Returns: (transfer floating): a card for [method@UiContext.show_card]
 */
GtkWidget *
moked_call_card_new (MokedUiContext *context,
                     const char     *phone,
                     const char     *provider_id)
{
  MokedCallCard *self = g_object_new (MOKED_TYPE_CALL_CARD, NULL);
  g_autoptr (MokedCaller) stranger = g_new0 (MokedCaller, 1);

  self->context = g_object_ref (context);
  self->phone = g_strdup (phone);
  self->provider_id = g_strdup (provider_id);
  stranger->phone = g_strdup (phone);
  show_caller (self, stranger);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  ask (self);
  return GTK_WIDGET (self);
}
