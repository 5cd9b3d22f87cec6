/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "ui/moked-error-text.h"
#include "ui/moked-ui-context-private.h"

/* What a person is told, asked and offered: toasts, undo, errors, dialogs and cards. */

/**
 * moked_ui_context_toast:
 * @title: one short sentence
 */
void
moked_ui_context_toast (MokedUiContext *self,
                        const char     *title)
{
  g_autoptr (AdwToast) toast = NULL;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));

  toast = g_object_ref_sink (adw_toast_new (""));
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, title);
  g_signal_emit_by_name (self, "toast", toast);
}

static void
on_undo_clicked (AdwToast *toast,
                 gpointer  user_data)
{
  MokedUiContext *self = MOKED_UI_CONTEXT (user_data);

  /* Ctrl+Z may have been quicker. */
  moked_undo_stack_run (self->undo, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (toast), "moked-undo-step")), self);
}

/**
 * moked_ui_context_toast_undo:
 * @title: what was done, such as "The customer was deleted"
 * @undo: takes it back
 * @user_data: given to @undo
 * @destroy: (nullable): frees @user_data when the step was undone or forgotten
 *
 * Shows a toast with an "Undo" button, and remembers the step for Ctrl+Z.
 */
void
moked_ui_context_toast_undo (MokedUiContext *self,
                             const char     *title,
                             void          (*undo) (MokedUiContext *context,
                                           gpointer user_data),
                             gpointer        user_data,
                             GDestroyNotify  destroy)
{
  g_autoptr (AdwToast) toast = NULL;
  guint step;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (undo != NULL);

  step = moked_undo_stack_push (self->undo, undo, user_data, destroy);

  toast = g_object_ref_sink (adw_toast_new (""));
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, title);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_object_set_data (G_OBJECT (toast), "moked-undo-step", GUINT_TO_POINTER (step));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo_clicked), self, G_CONNECT_DEFAULT);
  g_signal_emit_by_name (self, "toast", toast);
}

/**
 * moked_ui_context_undo:
 *
 * Takes back the last step that can be taken back.
 *
 * Returns: %FALSE when there was none
 */
gboolean
moked_ui_context_undo (MokedUiContext *self)
{
  g_return_val_if_fail (MOKED_IS_UI_CONTEXT (self), FALSE);

  return moked_undo_stack_run_last (self->undo, self);
}

/**
 * moked_ui_context_show_error:
 * @what: what did not happen, such as "The customer was not saved"
 * @error: why
 *
 * Tells the user what happened, what it means and what to do.
 */
void
moked_ui_context_show_error (MokedUiContext *self,
                             const char     *what,
                             const GError   *error)
{
  g_autofree char *text = NULL;
  AdwDialog *dialog;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (what != NULL && error != NULL);

  text = moked_error_text_dup (error);
  g_warning ("%s: %s", what, error->message);
  dialog = adw_alert_dialog_new (what, text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  moked_ui_context_present (self, dialog);
}

typedef struct
{
  MokedUiContext *context;
  char           *failure;
} Commit;

static void
commit_free (Commit *commit)
{
  g_object_unref (commit->context);
  g_free (commit->failure);
  g_free (commit);
}

static DexFuture *
commit_failed (DexFuture *future,
               gpointer   user_data)
{
  Commit *commit = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    moked_ui_context_show_error (commit->context, commit->failure, error);
  return NULL;
}

/**
 * moked_ui_context_commit:
 * @edit: (transfer full): what a person did
 * @failure: what to say if it could not be written, such as "The customer was not saved"
 *
 * Writes @edit to the cache and shows the error, if there is one. A page follows the cache's
 * "changed" signal rather than the end of this. See [method@Cache.commit] for the future itself.
 */
void
moked_ui_context_commit (MokedUiContext *self,
                         MokedEdit      *edit,
                         const char     *failure)
{
  Commit *commit;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (edit != NULL && failure != NULL);

  commit = g_new (Commit, 1);
  *commit = (Commit) { g_object_ref (self), g_strdup (failure) };
  dex_future_disown (dex_future_catch (moked_cache_commit (self->cache, edit), commit_failed,
                                       commit, (GDestroyNotify) commit_free));
}

static DexFuture *
undo_failed (DexFuture *future,
             gpointer   user_data)
{
  Commit *commit = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;

  dex_future_get_value (future, &error);
  if (!g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CONFLICT))
    return commit_failed (future, user_data);
  /* Translators: a toast; %s is the reason, a sentence */
  reason = g_strdup_printf (_("Not undone: %s"), error->message);
  moked_ui_context_toast (commit->context, reason);
  return NULL;
}

/**
 * moked_ui_context_commit_undo:
 * @edit: (transfer full): what turns back what a person did
 * @failure: what to say if it could not be written
 *
 * As [method@UiContext.commit]. What was changed again since is left as it is, and a toast says so.
 */
void
moked_ui_context_commit_undo (MokedUiContext *self,
                              MokedEdit      *edit,
                              const char     *failure)
{
  Commit *commit;

  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (edit != NULL && failure != NULL);

  commit = g_new (Commit, 1);
  *commit = (Commit) { g_object_ref (self), g_strdup (failure) };
  moked_edit_set_undoes (edit, TRUE);
  dex_future_disown (dex_future_catch (moked_cache_commit (self->cache, edit), undo_failed, commit,
                                       (GDestroyNotify) commit_free));
}

/**
 * moked_ui_context_present:
 * @dialog: (transfer floating): shown over the window
 */
void
moked_ui_context_present (MokedUiContext *self,
                          AdwDialog      *dialog)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (ADW_IS_DIALOG (dialog));

  adw_dialog_present (dialog, self->root);
}

/**
 * moked_ui_context_show_card:
 * @card: (transfer floating): lies over the page, at its top, until it is unparented with
 *   [method@Gtk.Widget.unparent] by whoever made it
 *
 * For what cannot wait, such as a ringing telephone.
 */
void
moked_ui_context_show_card (MokedUiContext *self,
                            GtkWidget      *card)
{
  g_return_if_fail (MOKED_IS_UI_CONTEXT (self));
  g_return_if_fail (GTK_IS_WIDGET (card));

  g_object_ref_sink (card);
  g_signal_emit_by_name (self, "card", card);
  g_object_unref (card);
}
