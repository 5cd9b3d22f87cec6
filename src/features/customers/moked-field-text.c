/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-field-text.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/customers/moked-identity.h"
#include "features/office/moked-user.h"

static const char *
find_user_name (GPtrArray  *users,
                const char *id)
{
  for (guint i = 0; i < users->len; i++)
    if (g_str_equal (moked_entity_get_id (users->pdata[i]), id))
      return MOKED_USER (users->pdata[i])->name;
  return NULL;
}

static char *
dup_date (const char *value)
{
  gint64 at = g_ascii_strtoll (value, NULL, 10);
  g_autofree char *date = moked_time_format_date (at);
  g_autofree char *clock = moked_time_format_clock (at);

  return g_strdup_printf ("%s, %s", date, clock);
}

/**
 * moked_field_text_dup:
 * @field: a field of a customer or of what belongs to one
 * @value: (nullable): a value as the change log keeps it
 * @users: (element-type MokedUser): who works in the office
 *
 * Returns: (transfer full): @value as people read it, isolated where it may run in another direction
 */
char *
moked_field_text_dup (const MokedField *field,
                      const char       *value,
                      GPtrArray        *users)
{
  const char *name;
  int number;

  if (value == NULL || *value == '\0')
    return g_strdup (C_("what a field held", "nothing"));
  if (field->kind == MOKED_FIELD_ENUM && moked_enum_parse_nick (field->values, value, &number))
    return g_strdup (_ (moked_enum_get_label (field->values, number)));
  if (field->kind == MOKED_FIELD_REF && (name = find_user_name (users, value)) != NULL)
    return moked_text_isolate (name);
  if (field->kind == MOKED_FIELD_TIME)
    return dup_date (value);
  if (field->kind == MOKED_FIELD_SET)
    {
      g_auto (GStrv) parts = g_strsplit (value, "\n", -1);

      return g_strjoinv (" · ", parts);
    }
  if (*value == '+')
    return moked_identity_dup_display (MOKED_IDENTITY_PHONE, value);
  return moked_text_isolate (value);
}
