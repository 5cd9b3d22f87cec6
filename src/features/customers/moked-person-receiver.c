/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-person-receiver.h"

#include "ui/moked-ui-feature.h"

/* Files that are dropped or pasted on a person's page, and pictures that are pasted there, for the feature that takes
 * them. Pasting into a field of the page stays the field's. */
typedef struct
{
  MokedUiContext       *context;
  const char *const    *customer_id; /* the page's own, which it keeps up to date */
  const MokedPersonPart *part;
} Receiver;

typedef struct
{
  MokedUiContext        *context;
  char                  *customer_id;
  const MokedPersonPart *part;
} Paste;

static const MokedPersonPart *
find_part (void)
{
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->person != NULL && (*i)->person->receive_files != NULL)
      return (*i)->person;
  return NULL;
}

static void
receive_list (const MokedPersonPart *part,
              MokedUiContext        *context,
              const char            *customer_id,
              const GValue          *value)
{
  g_autoptr (GSList) list = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  for (GSList *i = list; i != NULL; i = i->next)
    g_ptr_array_add (files, g_object_ref (i->data));
  part->receive_files (context, customer_id, files, NULL);
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         Receiver      *receiver)
{
  if (*receiver->customer_id == NULL)
    return FALSE;
  receive_list (receiver->part, receiver->context, *receiver->customer_id, value);
  return TRUE;
}

static void
paste_free (Paste *paste)
{
  g_object_unref (paste->context);
  g_free (paste->customer_id);
  g_free (paste);
}

static void
on_read (GObject      *clipboard,
         GAsyncResult *result,
         gpointer      user_data)
{
  Paste *paste = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (clipboard), result, NULL);

  if (value != NULL && G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    receive_list (paste->part, paste->context, paste->customer_id, value);
  else if (value != NULL)
    paste->part->receive_files (paste->context, paste->customer_id, NULL, g_value_get_object (value));
  paste_free (paste);
}

static gboolean
on_paste (GtkWidget *page,
          GVariant  *arguments,
          gpointer   user_data)
{
  Receiver *receiver = user_data;
  GdkClipboard *clipboard = gtk_widget_get_clipboard (page);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  gboolean files = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST);
  Paste *paste;

  if (*receiver->customer_id == NULL || (!files && !gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE)))
    return FALSE;
  paste = g_new (Paste, 1);
  *paste = (Paste) { g_object_ref (receiver->context), g_strdup (*receiver->customer_id), receiver->part };
  gdk_clipboard_read_value_async (clipboard, files ? GDK_TYPE_FILE_LIST : GDK_TYPE_TEXTURE, G_PRIORITY_DEFAULT, NULL,
                                  on_read, paste);
  return TRUE;
}

static void
receiver_free (gpointer receiver)
{
  g_object_unref (((Receiver *) receiver)->context);
  g_free (receiver);
}

/**
 * moked_person_receiver_install:
 * @page: where things are dropped and pasted
 * @context: of the window
 * @customer_id: where @page keeps whose page it is; as long as @page lives
 */
void
moked_person_receiver_install (GtkWidget         *page,
                               MokedUiContext    *context,
                               const char *const *customer_id)
{
  const MokedPersonPart *part = find_part ();
  GtkEventController *shortcuts;
  GtkDropTarget *target;
  Receiver *receiver;

  if (part == NULL)
    return;
  receiver = g_new (Receiver, 1);
  *receiver = (Receiver) { g_object_ref (context), customer_id, part };
  g_object_set_data_full (G_OBJECT (page), "moked-receiver", receiver, receiver_free);
  gtk_widget_add_css_class (page, "moked-drop");

  target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), receiver);
  gtk_widget_add_controller (page, GTK_EVENT_CONTROLLER (target));

  shortcuts = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (shortcuts),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_v, GDK_CONTROL_MASK),
                        gtk_callback_action_new (on_paste, receiver, NULL)));
  gtk_widget_add_controller (page, shortcuts);
}
