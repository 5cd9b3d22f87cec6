/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-identity.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "store/moked-search-text.h"

const MokedEnumValue moked_identity_kinds[] = {
  { MOKED_IDENTITY_PHONE, "phone", N_("Phone") },
  { MOKED_IDENTITY_EMAIL, "email", N_("E-mail") },
  { MOKED_IDENTITY_WA_BSUID, "wa_bsuid", N_("WhatsApp") },
  { MOKED_IDENTITY_WA_LID, "wa_lid", N_("WhatsApp") },
  { MOKED_IDENTITY_SENDER, "sender", N_("SMS sender") },
  { 0 },
};

static const MokedField fields[] = {
  MOKED_REF (MokedIdentity, customer_id, N_("Customer"), MOKED_FIELD_REQUIRED | MOKED_FIELD_PART_OF),
  MOKED_ENUM (MokedIdentity, kind, N_("Kind"), moked_identity_kinds, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedIdentity, value, N_("Value"), 254, MOKED_FIELD_REQUIRED),
  MOKED_TEXT (MokedIdentity, label, N_("Label"), 60, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedIdentity, channel, N_("Channel"), 40, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedIdentity, search_value, NULL, 0, MOKED_FIELD_DERIVED),
};

static gboolean
is_email_char (gunichar c)
{
  return c > ' ' && c != '@' && c != ',' && c != ';' && c != '<' && c != '>' && c != '"' && c != '(' && c != ')' &&
         !g_unichar_isspace (c) && !g_unichar_iscntrl (c);
}

/* The shape only: whether an address exists is known by writing to it. */
static gboolean
has_email_shape (const char *address)
{
  const char *at = strchr (address, '@');
  const char *domain, *last_dot;

  if (at == NULL || at == address || strchr (at + 1, '@') != NULL)
    return FALSE;
  for (const char *p = address; *p != '\0'; p = g_utf8_next_char (p))
    if (p != at && !is_email_char (g_utf8_get_char (p)))
      return FALSE;
  domain = at + 1;
  last_dot = strrchr (domain, '.');
  return last_dot != NULL && last_dot != domain && strlen (last_dot) > 2 && *domain != '-' &&
         strstr (address, "..") == NULL && *address != '.' && at[-1] != '.' && *domain != '.';
}

static char *
normalize_email (const char *text,
                 GError    **error)
{
  g_autofree char *clean = moked_text_strip_controls (text);
  g_autofree char *lower = g_utf8_strdown (g_strstrip (clean), -1);

  if (!has_email_shape (lower))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                           _("The e-mail address is not complete. It looks like name@example.com."));
      return NULL;
    }
  return g_steal_pointer (&lower);
}

/**
 * moked_identity_normalize:
 * @kind: what @text is
 * @text: as somebody wrote it
 * @error: %MOKED_ERROR_INVALID with a sentence for people
 *
 * Returns: (transfer full) (nullable): the one form in which it is stored and looked up
 */
char *
moked_identity_normalize (MokedIdentityKind kind,
                          const char       *text,
                          GError          **error)
{
  g_autofree char *clean = NULL;

  if (kind == MOKED_IDENTITY_PHONE)
    return moked_phone_normalize (text, error);
  if (kind == MOKED_IDENTITY_EMAIL)
    return normalize_email (text, error);
  clean = moked_text_strip_controls (text);
  if (*g_strstrip (clean) == '\0')
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, _("The identity is empty"));
      return NULL;
    }
  return g_steal_pointer (&clean);
}

/**
 * moked_identity_dup_display:
 * @kind: what @value is
 * @value: a stored value
 *
 * Returns: (transfer full): @value as people read it, isolated so that Hebrew around it leaves it whole
 */
char *
moked_identity_dup_display (MokedIdentityKind kind,
                            const char       *value)
{
  g_autofree char *formatted = kind == MOKED_IDENTITY_PHONE ? moked_phone_format (value) : g_strdup (value);

  return moked_text_isolate_ltr (formatted);
}

static gboolean
validate (MokedEntity *entity,
          GError     **error)
{
  MokedIdentity *self = MOKED_IDENTITY (entity);
  g_autofree char *normal = moked_identity_normalize (self->kind, self->value, error);

  if (normal == NULL)
    return FALSE;
  if (g_str_equal (normal, self->value))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, _("“%s” is not in its stored form, which is “%s”"),
               self->value, normal);
  return FALSE;
}

static void
refresh (MokedEntity *entity)
{
  MokedIdentity *self = MOKED_IDENTITY (entity);
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->kind == MOKED_IDENTITY_PHONE)
    moked_search_text_add_phone (text, self->value);
  else if (self->kind == MOKED_IDENTITY_EMAIL)
    moked_search_text_add_value (text, self->value);
  g_set_str (&self->search_value, text->str);
}

const MokedEntityInfo moked_identity_info = {
  "identity", moked_identity_get_type, fields, G_N_ELEMENTS (fields), validate, refresh,
};

/**
 * MokedIdentity:
 *
 * One way in which a person is known: a number, an address, an id of a channel. A person has any number of
 * them, and a number may belong to two people, such as a couple with one phone.
 */
MOKED_DEFINE_ENTITY (MokedIdentity, moked_identity, &moked_identity_info)
