/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-message-row.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/messages/moked-message-actions.h"
#include "features/messages/moked-message-check.h"
#include "features/messages/moked-message-media.h"

/* Messages of one side within so long are one group. */
#define GROUP_USEC (5 * G_TIME_SPAN_MINUTE)

/* No long text is broken into shorter lines than this. */
#define LEAST_CHARS 8

/**
 * MokedMessageRow:
 *
 * One message as a bubble: incoming at the start, ours at the end, each text in its own direction. Above
 * it the day and the sign of what was not read yet, under it what hinders its sending.
 */
struct _MokedMessageRow
{
  GtkBox          parent_instance;
  MokedUiContext *context;
  GtkListItem    *item;
  MokedRow       *row;
  gint64          first_unread;
  gboolean        plain;
  GtkLabel       *day;
  GtkWidget      *unread;
  GtkWidget      *bubble;
  GtkWidget      *media;
  GtkImage       *media_icon;
  GtkLabel       *media_label;
  GtkLabel       *media_note;
  GtkLabel       *body;
  GtkLabel       *time;
  GtkImage       *state_icon;
  GtkWidget      *trouble;
  GtkLabel       *reason;
  GtkWidget      *retry;
  GtkWidget      *edit;
  GtkWidget      *cancel;
};

G_DEFINE_FINAL_TYPE (MokedMessageRow, moked_message_row, GTK_TYPE_BOX)

static const char *const media_icons[] = {
  [MOKED_MESSAGE_TEXT] = NULL,
  [MOKED_MESSAGE_IMAGE] = "image-x-generic-symbolic",
  [MOKED_MESSAGE_AUDIO] = "audio-x-generic-symbolic",
  [MOKED_MESSAGE_VIDEO] = "video-x-generic-symbolic",
  [MOKED_MESSAGE_DOCUMENT] = "x-office-document-symbolic",
  [MOKED_MESSAGE_LOCATION] = "mark-location-symbolic",
  [MOKED_MESSAGE_CONTACT] = "avatar-default-symbolic",
  [MOKED_MESSAGE_STICKER] = "image-x-generic-symbolic",
  [MOKED_MESSAGE_OTHER] = "mail-attachment-symbolic",
};

static const char *
get_state_icon (MokedDelivery state)
{
  switch (state)
    {
    case MOKED_DELIVERY_SENT:
      return "check-single-symbolic";
    case MOKED_DELIVERY_DELIVERED:
    case MOKED_DELIVERY_READ:
      return "check-double-symbolic";
    case MOKED_DELIVERY_UNDELIVERED:
    case MOKED_DELIVERY_FAILED:
      return "dialog-warning-symbolic";
    default:
      return "clock-symbolic";
    }
}

static void
set_css_class (GtkWidget  *widget,
               const char *name,
               gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static gboolean
same_day (gint64 a,
          gint64 b)
{
  g_autoptr (GDateTime) day = moked_time_to_local (a);
  g_autoptr (GDateTime) other = moked_time_to_local (b);

  return day != NULL && other != NULL && g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (other) &&
         g_date_time_get_year (day) == g_date_time_get_year (other);
}

static void
show_place (MokedMessageRow *self,
            gboolean         ours)
{
  gint64 at = moked_row_get_int (self->row, MOKED_MESSAGE_ROW_AT);
  gint64 previous = moked_row_get_int (self->row, MOKED_MESSAGE_ROW_PREVIOUS_AT);
  gboolean new_day = !self->plain && (previous == 0 || !same_day (previous, at));
  gboolean unread = !self->plain && self->first_unread != 0 && at == self->first_unread && !ours;
  gboolean follows = !new_day && !unread && at - previous < GROUP_USEC &&
                     g_strcmp0 (moked_row_get_text (self->row, MOKED_MESSAGE_ROW_DIRECTION),
                                moked_row_get_text (self->row, MOKED_MESSAGE_ROW_PREVIOUS_DIRECTION)) == 0;
  g_autofree char *day = moked_time_format_day_header (at, g_get_real_time ());
  g_autofree char *clock = moked_time_format_clock (at);

  gtk_label_set_text (self->day, day);
  gtk_label_set_text (self->time, clock);
  gtk_widget_set_visible (GTK_WIDGET (self->day), new_day);
  gtk_widget_set_visible (self->unread, unread);
  set_css_class (GTK_WIDGET (self), "follows", follows);
}

static char *
dup_media_title (MokedMessageRow *self)
{
  return moked_message_media_dup_title (moked_message_list_get_kind (self->row),
                                        moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MEDIA));
}

/* The vendor keeps the files: the bubble tells what they are and that they are not here. */
static void
show_media (MokedMessageRow *self)
{
  MokedMessageKind kind = moked_message_list_get_kind (self->row);
  g_autofree char *title = dup_media_title (self);
  g_autofree char *map = moked_message_media_dup_map_url (moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MEDIA));
  g_autofree char *link = NULL;

  gtk_widget_set_visible (self->media, kind != MOKED_MESSAGE_TEXT);
  gtk_image_set_from_icon_name (self->media_icon, media_icons[kind]);
  gtk_label_set_text (self->media_label, title);
  gtk_widget_set_visible (GTK_WIDGET (self->media_note), kind != MOKED_MESSAGE_LOCATION || map != NULL);
  set_css_class (GTK_WIDGET (self->media_note), "dim-label", map == NULL);
  if (map == NULL)
    gtk_label_set_text (self->media_note, _("The file itself is not kept in Moked"));
  else
    {
      link = g_markup_printf_escaped ("<a href=\"%s\">%s</a>", map, _("Show on a map"));
      gtk_label_set_markup (self->media_note, link);
    }
}

static void
show_text (MokedMessageRow *self)
{
  const char *body = moked_row_get_text (self->row, MOKED_MESSAGE_ROW_BODY);
  MokedTextDirection direction = moked_text_get_base_direction (body != NULL ? body : "");
  g_autofree char *markup = moked_message_dup_markup (body != NULL ? body : "");

  /* Without a least width a label tries one with a line for each letter. */
  gtk_label_set_width_chars (self->body, (int) MIN (g_utf8_strlen (body != NULL ? body : "", -1), LEAST_CHARS));
  gtk_label_set_markup (self->body, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->body), body != NULL && *body != '\0');
  if (direction == MOKED_TEXT_DIRECTION_NEUTRAL)
    gtk_widget_set_direction (GTK_WIDGET (self->body), gtk_widget_get_direction (GTK_WIDGET (self)));
  else
    gtk_widget_set_direction (GTK_WIDGET (self->body),
                              direction == MOKED_TEXT_DIRECTION_RTL ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}

static gboolean
is_rejected (MokedMessageRow *self)
{
  return g_strcmp0 (moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION_STATE), "rejected") == 0;
}

/* Something came in between: it was not sent before its author is asked. */
static gboolean
is_held (MokedMessageRow *self)
{
  return moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION_CODE) != NULL;
}

/* No answer sends what WhatsApp does not take, unless the person wrote again since. */
static gboolean
may_confirm (MokedMessageRow *self)
{
  gint64 last = moked_row_get_int (self->row, MOKED_MESSAGE_ROW_LAST_INCOMING);

  return g_strcmp0 (moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION_CODE), MOKED_MESSAGE_HOLD_WINDOW) != 0 ||
         moked_clock_get_real (moked_ui_context_get_clock (self->context)) - last < G_TIME_SPAN_DAY;
}

static char *
dup_reason (MokedMessageRow *self,
            MokedDelivery    state)
{
  const char *error = moked_row_get_text (self->row, MOKED_MESSAGE_ROW_ERROR);
  const char *detail = moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION_DETAIL);

  if (is_rejected (self) || is_held (self))
    return g_strdup (detail != NULL ? _ (detail) : _("The message was not accepted."));
  if (state == MOKED_DELIVERY_FAILED || state == MOKED_DELIVERY_UNDELIVERED)
    return g_strdup (error != NULL ? _ (error) : _("The message was not delivered."));
  return g_strdup (g_dpgettext2 (NULL, "message", moked_enum_get_label (moked_deliveries, state)));
}

/* Taking back works until the service handed the message on. */
static void
show_trouble (MokedMessageRow *self,
              MokedDelivery    state,
              gboolean         ours)
{
  gboolean held = is_held (self);
  gboolean rejected = is_rejected (self) || held;
  gboolean failed = rejected || state == MOKED_DELIVERY_FAILED || state == MOKED_DELIVERY_UNDELIVERED;
  gboolean waiting = state == MOKED_DELIVERY_WAITING || state == MOKED_DELIVERY_QUEUED;
  g_autofree char *reason = dup_reason (self, state);

  gtk_widget_set_visible (self->trouble, ours && (failed || waiting));
  gtk_label_set_text (self->reason, reason);
  set_css_class (GTK_WIDGET (self->reason), "error", failed);
  set_css_class (GTK_WIDGET (self->reason), "dim-label", !failed);
  gtk_widget_set_visible (self->retry, failed && (!held || may_confirm (self)));
  gtk_button_set_label (GTK_BUTTON (self->retry), held ? _("_Send Anyway") : _("_Try Again"));
  gtk_widget_set_visible (self->edit, rejected);
  gtk_widget_set_visible (self->cancel, waiting || rejected);
  gtk_button_set_label (GTK_BUTTON (self->cancel), rejected ? _("_Drop") : _("_Cancel Sending"));
}

static void
show_state (MokedMessageRow *self,
            gboolean         ours)
{
  MokedDelivery state = moked_message_list_get_state (self->row);
  gboolean rejected = is_rejected (self) || is_held (self);
  const char *label = g_dpgettext2 (NULL, "message",
                                    moked_enum_get_label (moked_deliveries, rejected ? MOKED_DELIVERY_FAILED : state));

  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), ours);
  gtk_image_set_from_icon_name (self->state_icon,
                                rejected ? "dialog-warning-symbolic" : get_state_icon (state));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state_icon), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_icon), label);
  set_css_class (GTK_WIDGET (self->state_icon), "moked-read", state == MOKED_DELIVERY_READ);
  show_trouble (self, state, ours);
}

static void
show_accessible (MokedMessageRow *self,
                 gboolean         ours)
{
  const char *body = moked_row_get_text (self->row, MOKED_MESSAGE_ROW_BODY);
  g_autofree char *media = dup_media_title (self);
  const char *who = ours ? _("The office") : _("Received message");
  g_autofree char *name = NULL;

  if (self->item == NULL)
    return;
  if (body == NULL || *body == '\0')
    body = media;
  name = g_strdup_printf ("%s, %s: %s", who, gtk_label_get_text (self->time), body);
  gtk_list_item_set_accessible_label (self->item, name);
}

static void
show_row (MokedRow *row,
          gpointer  user_data)
{
  MokedMessageRow *self = user_data;
  gboolean ours;

  gtk_widget_set_visible (self->bubble, moked_row_is_loaded (row));
  gtk_widget_set_visible (self->trouble, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->day), FALSE);
  gtk_widget_set_visible (self->unread, FALSE);
  if (!moked_row_is_loaded (row))
    return;
  ours = moked_message_list_get_direction (row) == MOKED_DIRECTION_OUT;
  gtk_widget_set_halign (self->bubble, ours ? GTK_ALIGN_END : GTK_ALIGN_START);
  set_css_class (self->bubble, "ours", ours);
  show_place (self, ours);
  show_media (self);
  show_text (self);
  show_state (self, ours);
  show_accessible (self, ours);
}

static void
on_retry (MokedMessageRow *self)
{
  if (is_held (self))
    moked_message_confirm_held (self->context, moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION));
  else if (is_rejected (self))
    moked_message_retry_rejected (self->context, moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION));
  else
    moked_message_retry (self->context, moked_row_get_id (self->row));
}

static void
on_edit (MokedMessageRow *self)
{
  moked_message_edit_again (self->context, moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION),
                            moked_row_get_text (self->row, MOKED_MESSAGE_ROW_CONVERSATION),
                            moked_row_get_text (self->row, MOKED_MESSAGE_ROW_BODY));
}

static void
on_cancel (MokedMessageRow *self)
{
  const char *mutation = moked_row_get_text (self->row, MOKED_MESSAGE_ROW_MUTATION);

  if (mutation != NULL)
    moked_message_cancel_waiting (self->context, mutation);
  else
    moked_message_cancel_queued (self->context, moked_row_get_id (self->row));
}

static void
moked_message_row_dispose (GObject *object)
{
  MokedMessageRow *self = MOKED_MESSAGE_ROW (object);

  moked_message_row_set_row (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOKED_TYPE_MESSAGE_ROW);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_message_row_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, day);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, unread);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, media);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, media_icon);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, media_label);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, media_note);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, body);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, time);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, trouble);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, reason);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, retry);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, edit);
  gtk_widget_class_bind_template_child (widget_class, MokedMessageRow, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_retry);
  gtk_widget_class_bind_template_callback (widget_class, on_edit);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
moked_message_row_class_init (MokedMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_message_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-message-row.ui");
  bind_template (widget_class);
}

static void
moked_message_row_init (MokedMessageRow *self)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  /* A long address broken into lines must not get signs that are not in it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (self->body, attributes);
}

/**
 * moked_message_row_new:
 * @context: for what is done with the message
 *
 * Returns: (transfer floating): a bubble without a message
 */
GtkWidget *
moked_message_row_new (MokedUiContext *context)
{
  MokedMessageRow *self = g_object_new (MOKED_TYPE_MESSAGE_ROW, NULL);

  self->context = g_object_ref (context);
  return GTK_WIDGET (self);
}

/**
 * moked_message_row_set_item:
 * @item: (nullable): the list item that it is the child of, which takes its accessible name
 */
void
moked_message_row_set_item (MokedMessageRow *self,
                            GtkListItem     *item)
{
  g_return_if_fail (MOKED_IS_MESSAGE_ROW (self));

  self->item = item;
}

/**
 * moked_message_row_set_row:
 * @row: (nullable): a row of [func@message_list_query]
 */
void
moked_message_row_set_row (MokedMessageRow *self,
                           MokedRow        *row)
{
  g_return_if_fail (MOKED_IS_MESSAGE_ROW (self));

  if (self->row != NULL)
    moked_row_unwatch (self->row, show_row, self);
  g_set_object (&self->row, row);
  if (row == NULL)
    return;
  moked_row_watch (row, show_row, self);
  show_row (row, self);
}

/**
 * moked_message_row_set_first_unread:
 * @at: when the first message came that nobody had read when the conversation was opened; 0 for none
 */
void
moked_message_row_set_first_unread (MokedMessageRow *self,
                                    gint64           at)
{
  g_return_if_fail (MOKED_IS_MESSAGE_ROW (self));

  self->first_unread = at;
}

/**
 * moked_message_row_set_plain:
 *
 * Leaves the days to whoever shows the bubble among other things.
 */
void
moked_message_row_set_plain (MokedMessageRow *self)
{
  g_return_if_fail (MOKED_IS_MESSAGE_ROW (self));

  self->plain = TRUE;
}
