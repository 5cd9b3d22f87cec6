/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "ui/moked-question-text.h"

#include <glib/gi18n-lib.h>

#include "base/moked-time.h"

/* What a person is asked about an action that was not done, and what the answers are called. */

#define MAX_FIELDS 4

static char *
dup_when (gint64 at)
{
  g_autofree char *day = moked_time_format_day_header (at, g_get_real_time ());
  g_autofree char *clock = moked_time_format_clock (at);

  /* Translators: a day and a time of day */
  return g_strdup_printf (_("%s at %s"), day, clock);
}

static char *
dup_fields (MokedMutation *mutation)
{
  const GPtrArray *fields = moked_mutation_get_fields (mutation);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < fields->len && i < MAX_FIELDS; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", _ (((const MokedField *) fields->pdata[i])->label));
  if (fields->len > MAX_FIELDS)
    g_string_append (text, "…");
  return g_string_free (text, FALSE);
}

static char *
dup_deleted (MokedMutation *mutation,
             const char *title,
             const char *who,
             const char *when)
{
  g_autofree char *fields = dup_fields (mutation);

  if (*fields == '\0')
    /* Translators: a record's name, who deleted it, and when */
    return g_strdup_printf (_ ("“%s” was deleted by %s, %s, while something was added to it here."), title, who, when);
  /* Translators: a record's name, who deleted it, when, and which of its fields were changed here */
  return g_strdup_printf (_ ("“%s” was deleted by %s, %s, while this was changed here: %s."), title, who, when, fields);
}

static char *
dup_dependent (MokedMutation *mutation,
               const char    *title,
               const char    *who,
               const char    *when)
{
  g_autofree char *fields = dup_fields (mutation);

  if (*fields == '\0')
    /* Translators: an action is not undone, because of a record's name, who worked on it, and when */
    return g_strdup_printf (_("Nothing was undone: “%s” was worked on since then (%s, %s)."), title, who, when);
  /* Translators: an action is not undone, because of a field, a record's name, who changed it, and when */
  return g_strdup_printf (_("Nothing was undone: “%s” of “%s” was changed since then (%s, %s)."), fields, title, who,
                          when);
}

/**
 * moked_question_text_dup:
 * @context: of the window
 * @mutation: an action that is held or was rejected
 *
 * Returns: (transfer full): what became of it and why
 */
char *
moked_question_text_dup (MokedUiContext *context,
                         MokedMutation *mutation)
{
  const char *code = moked_mutation_get_code (mutation);
  const char *detail = moked_mutation_get_detail (mutation);
  const char *title = moked_mutation_get_title (mutation);
  const char *who = moked_ui_context_find_user_name (context, moked_mutation_get_by (mutation));
  g_autofree char *when = dup_when (moked_mutation_get_at (mutation));

  if (title == NULL)
    title = moked_mutation_get_label (mutation);
  if (who == NULL)
    who = _("the service");
  if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD && g_strcmp0 (code, MOKED_HOLD_DELETED) == 0)
    return dup_deleted (mutation, title, who, when);
  if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD && g_strcmp0 (code, MOKED_HOLD_EDITED) == 0)
    /* Translators: a record's name, who changed it, and when */
    return g_strdup_printf (_ ("“%s” was not deleted, because %s worked on it meanwhile, %s."), title, who, when);
  if (g_strcmp0 (code, "conflict") == 0 && moked_mutation_get_at (mutation) > 0)
    return dup_dependent (mutation, title, who, when);
  if (detail == NULL || *detail == '\0')
    return g_strdup (_("Not accepted by the service"));
  if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD)
    return g_strdup (_ (detail));
  /* Translators: %s is the reason that the service gave, a sentence */
  return g_strdup_printf (_("Not accepted: %s"), _ (detail));
}

/**
 * moked_question_text_get_confirm:
 *
 * Returns: the answer that does it all the same, with a mnemonic
 */
const char *
moked_question_text_get_confirm (MokedMutation *mutation)
{
  const char *code = moked_mutation_get_code (mutation);

  if (moked_mutation_get_state (mutation) != MOKED_MUTATION_HELD)
    return _("_Try Again");
  if (g_strcmp0 (code, MOKED_HOLD_DELETED) == 0)
    return _("_Bring Back with My Changes");
  if (g_strcmp0 (code, MOKED_HOLD_EDITED) == 0)
    return _("_Delete Anyway");
  return _("_Send Anyway");
}

/**
 * moked_question_text_get_drop:
 *
 * Returns: the answer that lets it be, with a mnemonic
 */
const char *
moked_question_text_get_drop (MokedMutation *mutation)
{
  const char *code = moked_mutation_get_code (mutation);

  if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD && g_strcmp0 (code, MOKED_HOLD_DELETED) == 0)
    return _("_Leave Deleted");
  if (moked_mutation_get_state (mutation) == MOKED_MUTATION_HELD && g_strcmp0 (code, MOKED_HOLD_EDITED) == 0)
    return _("_Keep It");
  return _("_Drop");
}
