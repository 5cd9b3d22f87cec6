/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/moked-ui-context-private.h"

/* Desktop notifications, of what is not before the eyes. */

/**
 * moked_ui_context_set_current:
 * @entity: (nullable): what kind of record is on the screen
 * @id: (nullable): which one
 *
 * Pages say what they show, so that nobody is notified of what is before their eyes.
 */
void
moked_ui_context_set_current (MokedUiContext *self,
                              const char     *entity,
                              const char     *id)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  g_set_str (&self->entity, entity);
  g_set_str (&self->id, id);
}

/**
 * moked_ui_context_get_current:
 * @entity: what kind of record
 *
 * Returns: (transfer none) (nullable): the id of the record of this kind that is on the page
 */
const char *
moked_ui_context_get_current (MokedUiContext *self,
                              const char     *entity)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), NULL);

  return g_strcmp0 (self->entity, entity) == 0 ? self->id : NULL;
}

/**
 * moked_ui_context_is_seen:
 * @entity: what kind of record
 * @id: which one
 *
 * Returns: whether the record is on the screen and the window is the active one
 */
gboolean
moked_ui_context_is_seen (MokedUiContext *self,
                          const char     *entity,
                          const char     *id)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), FALSE);

  return GTK_IS_WINDOW (self->root) && gtk_window_is_active (GTK_WINDOW (self->root)) &&
         g_strcmp0 (self->entity, entity) == 0 && g_strcmp0 (self->id, id) == 0;
}

/**
 * moked_ui_context_notify:
 * @title: who, or what
 * @body: (nullable): what they said
 * @entity: what the notification opens
 * @id: which one; a later notification of the same record takes the place of the former. Empty for the page of all
 *
 * Sends a desktop notification, unless the record is before the user's eyes.
 */
void
moked_ui_context_notify (MokedUiContext *self,
                         const char     *title,
                         const char     *body,
                         const char     *entity,
                         const char     *id)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *target = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (title != NULL && entity != NULL && id != NULL);

  if (g_application_get_default () == NULL || moked_ui_context_is_seen (self, entity, id))
    return;

  target = g_strdup_printf ("%s/%s", entity, id);
  notification = g_notification_new (title);
  if (body != NULL)
    g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open", "s", target);
  g_application_send_notification (g_application_get_default (), target, notification);
}

/**
 * moked_ui_context_withdraw:
 * @entity: what kind of record
 * @id: which one
 *
 * Takes the notification of a record away, because somebody saw to it.
 */
void
moked_ui_context_withdraw (MokedUiContext *self,
                           const char     *entity,
                           const char     *id)
{
  g_autofree char *target = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (entity != NULL && id != NULL);

  if (g_application_get_default () == NULL)
    return;
  target = g_strdup_printf ("%s/%s", entity, id);
  g_application_withdraw_notification (g_application_get_default (), target);
}
